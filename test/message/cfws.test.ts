import { describe, expect, test } from "vitest";

import { readQuotedString, skipCfws } from "../../src/message/cfws.js";

describe("skipCfws() (RFC 5322 §3.2.2)", () => {
  test.each([
    ["nothing", "a", 0],
    ["white space and folding", " \t\r\n a", 5],
    ["comments", "(a) (b)c", 7],
    ["nested comments", "(a(b)c)d", 7],
    ["quoted pairs in comments", String.raw`(a\)b\\)c`, 8],
    ["comments with quotes, which mean nothing there", '(")a', 3],
    ["white space up to the end", "  ", 2],
  ])("passes over %s", (_, text, end) => {
    expect(skipCfws(text, 0)).toBe(end);
  });

  test("begins where it is told, and stops at what is neither", () => {
    expect(skipCfws("a (b)c", 1)).toBe(5);
    for (const text of [")", "\\ ", '"']) expect(skipCfws(text, 0)).toBe(0);
  });

  test("says where a comment never ends", () => {
    for (const text of ["(", "(()", "(\\)", "(\\", "(".repeat(500_000)]) expect(skipCfws(text, 0)).toBe(-1);
  });
});

describe("readQuotedString() (RFC 5322 §3.2.4)", () => {
  test("gives the content with quoted pairs resolved, and the index after it", () => {
    expect(readQuotedString(String.raw`x"a \"b\\ (c)"d`, 1)).toEqual({ value: String.raw`a "b\ (c)`, end: 14 });
    expect(readQuotedString('""', 0)).toEqual({ value: "", end: 2 });
  });

  test("removes the line ends of folding", () => {
    expect(readQuotedString('"a\r\n b"', 0)?.value).toBe("a b");
  });

  test("says where it never ends", () => {
    for (const text of ['"', '"a', '"a\\"', '"a\\', '"' + "a".repeat(500_000)]) {
      expect(readQuotedString(text, 0)).toBeNull();
    }
  });
});
