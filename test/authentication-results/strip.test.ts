import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fieldsToStrip } from "../../src/authentication-results/strip.js";
import { readTrusted } from "../../src/authentication-results/trust.js";
import { parseHeaderText } from "../../src/message/header.js";
import { ar, headerOf } from "./header.js";

const OURS = ["mx.example", "bücher.example"];

function strips(line: string, ids: readonly string[] = OURS): boolean {
  return fieldsToStrip(headerOf(line), ids).length === 1;
}

describe("an incoming field that claims to be ours is taken out", () => {
  test.each([
    ["as written", "mx.example; dkim=pass"],
    ["in any case", "MX.Example; dkim=pass"],
    ["quoted", '"mx.example"; dkim=pass'],
    ["quoted with escapes", '"m\\x.example"; dkim=pass'],
    ["with comments before it", "(a (b)) mx.example (c); dkim=pass"],
    ["with a version", "mx.example 1; dkim=pass"],
    ["with another version", "mx.example 2; dkim=pass"],
    ["folded", "\r\n\tmx.example\r\n ; dkim=pass"],
    ["as an A-label", "xn--bcher-kva.example; dkim=pass"],
    ["as a U-label in capitals", '"BÜCHER.example"; dkim=pass'],
    ["with a job id", "mx.example/4Bx9T; dkim=pass"],
    ["with a final dot", "mx.example.; dkim=pass"],
    ["with white space inside the quotes", '" mx.example\t"; dkim=pass'],
    ["in fullwidth letters", '"ｍｘ.example"; dkim=pass'],
    ["with an invisible character", '"mx.exam\u200bple"; dkim=pass'],
    ["without results", "mx.example"],
    ["with defects behind it", "mx.example; ??? ((("],
  ])("%s", (_, value) => {
    expect(strips(ar(value))).toBe(true);
  });

  test.each([
    "authentication-results",
    "AUTHENTICATION-RESULTS",
    "Authentication-Results ",
    "Authentication-Results\t ",
  ])("with the name spelled %j", (name) => {
    expect(strips(`${name}: mx.example; dkim=pass`)).toBe(true);
  });

  test("with control characters in its name", () => {
    expect(strips("Authentication-Results\x0b: mx.example; dkim=pass")).toBe(true);
  });
});

describe("an incoming field whose id cannot be read is taken out", () => {
  test.each([
    ["no id", "dkim=pass"],
    ["nothing", ""],
    ["no id before the semicolon", "; dkim=pass"],
    ["an id that is no value", "mx.example@; dkim=pass"],
    ["unquoted non-ASCII", "bücher.example; dkim=pass"],
    ["a comment without end", "(mx.example; dkim=pass"],
    ["a quoted string without end", '"mx.example; dkim=pass'],
    ["a control character", "m\0x.example; dkim=pass"],
    ["an id that was cut off before an octet of 0", "mx"],
    ["an id and a version that were cut off", "other.example 1 "],
    ["two words", "evil.example mx.example; dkim=pass"],
    ["its own name", "Authentication-Results: mx.example; dkim=pass"],
    ["an id of a megabyte", "x".repeat(1e5) + "; dkim=pass"],
  ])("%s", (_, value) => {
    expect(strips(ar(value))).toBe(true);
  });

  test("octets that are no UTF-8", () => {
    const text = 'Authentication-Results: "mx\xff.example"; dkim=pass\r\n\r\n';
    expect(fieldsToStrip(parseHeaderText(text, false).fields, OURS)).toEqual([0]);
  });
});

describe("all else stays", () => {
  test.each([
    ["another server's field", "mx.other.example; dkim=pass"],
    ["our id in a comment", "other.example (mx.example); dkim=pass"],
    ["our id in a value", "other.example; spf=pass smtp.helo=mx.example"],
    ["a longer name", "mx.example.evil; dkim=pass"],
    ["a name that ends like ours", "evilmx.example; dkim=pass"],
    ["defects behind another id", "other.example; ???"],
    ["another id without results", "other.example;"],
  ])("%s", (_, value) => {
    expect(strips(ar(value))).toBe(false);
  });

  test.each([
    "ARC-Authentication-Results: i=1; mx.example; dkim=pass",
    "X-Authentication-Results: mx.example; none",
    "Subject: mx.example",
  ])("another field: %s", (line) => {
    expect(strips(line)).toBe(false);
  });
});

test("every X-DKIM-Authentication-Results is taken out", () => {
  expect(strips("x-dkim-authentication-RESULTS : pass", [])).toBe(true);
  expect(strips("X-DKIM-Authentication-Results: pass (x); dkim=pass", [])).toBe(true); // also one that claims another's id
});

test("the wider forms of trusted ids are stripped as widely", () => {
  expect(strips(ar("a.mx.example; dkim=pass"), ["*.mx.example"])).toBe(true);
  expect(strips(ar("mx.example; dkim=pass"), ["*.mx.example"])).toBe(false);
  expect(strips(ar("mx.example/1; dkim=pass"), ["mx.example/*"])).toBe(true);
});

test("an empty id means no field, not even one whose id is made of nothing that is seen", () => {
  expect(strips(ar('" . "; dkim=pass'), [""])).toBe(false);
});

test("indexes come last to first (CVE-2022-48521)", () => {
  const forged = ar("mx.example; dkim=pass");
  const fields = headerOf(forged, "Subject: x", forged, ar("other.example; none"), forged);
  expect(fieldsToStrip(fields, OURS)).toEqual([4, 2, 0]);
});

test("whatever a message carries, nothing that would be trusted is left", () => {
  const pieces = fc.constantFrom(
    "mx.example",
    "MX.",
    '"',
    "\\",
    "(",
    ")",
    ";",
    " ",
    "/1",
    "1",
    "dkim=pass",
    "\r\n ",
    "é",
    "\0",
    ".",
    "@",
  );
  const values = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(""));
  const options = { trusted: [["mx.example", "mx.example/*"]], trustWithoutId: true };
  fc.assert(
    fc.property(fc.array(values, { maxLength: 4 }), (list) => {
      const fields = headerOf(...list.map(ar));
      const removed = fieldsToStrip(fields, ["mx.example"]);
      const left = fields.filter(({ index }) => !removed.includes(index));
      expect(readTrusted(left, options)).toEqual({ reason: "no-trusted-field", facts: [] });
    }),
    { numRuns: 2000 },
  );
});
