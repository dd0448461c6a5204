import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  changeOneLetter,
  firstChangedLine,
  headerBlockOf,
  octetsOfSource,
  sourceTextOf,
} from "../../src/demo/page/source-text.js";
import { encodeUtf8 } from "../../src/message/octets.js";

describe("the source of a message as text", () => {
  it("is turned back into the very octets wherever it may be edited", () => {
    const anyOctets = fc.array(fc.integer({ min: 0, max: 255 })).map((codes) => String.fromCharCode(...codes));
    const message = fc.oneof(
      anyOctets,
      fc.string().map(encodeUtf8),
      fc.constantFrom("a: b\r\n\r\nc\r\n", "a: b\n\nc\n"),
    );
    fc.assert(
      fc.property(message, (octets) => {
        const { text, isEditable } = sourceTextOf(octets);
        if (isEditable) expect(octetsOfSource(text, octets)).toBe(octets);
      }),
    );
  });

  it("may be edited with CRLF, with LF and in UTF-8, and not with both line ends or with other octets", () => {
    expect(sourceTextOf("A: b\r\n\r\nc\r\n")).toEqual({ text: "A: b\n\nc\n", isEditable: true });
    expect(sourceTextOf("A: b\n\nc\n").isEditable).toBe(true);
    expect(sourceTextOf(encodeUtf8("A: b\r\n\r\ngrün\r\n"))).toEqual({ text: "A: b\n\ngrün\n", isEditable: true });
    expect(sourceTextOf("A: b\r\n\r\nc\nd\r\n").isEditable).toBe(false);
    expect(sourceTextOf("A: b\r\n\r\n\xff\r\n").isEditable).toBe(false);
  });

  it("is shown in part, and may not be edited, where the message is large", () => {
    const { text, isEditable } = sourceTextOf(`A: b\r\n\r\n${"x".repeat(1_000_000)}`);
    expect(isEditable).toBe(false);
    expect(text.length).toBeLessThan(300_000);
  });
});

it("one letter is changed in the body: its first digit, or else its first letter", () => {
  expect(changeOneLetter("A: 1\n\nx 9 y\n")).toEqual({ at: 8, letter: "0" });
  expect(changeOneLetter("A: 1\n\nHi\n")).toEqual({ at: 6, letter: "e" });
  expect(changeOneLetter("A: 1\n\n...\n")).toBeNull();
  expect(changeOneLetter("A: 1\n")).toBeNull();
});

it("the first line that differs is told by its number", () => {
  expect(firstChangedLine("a\nb\nc", "a\nb\nc")).toBeNull();
  expect(firstChangedLine("a\nb\nc", "a\nx\nc")).toBe(2);
  expect(firstChangedLine("a\nb\nc", "a\nb")).toBe(3);
});

it("the header block ends behind the empty line", () => {
  expect(headerBlockOf("A: b\r\n\r\nC: d\r\n")).toBe("A: b\r\n\r\n");
});
