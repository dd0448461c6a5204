import fc from "fast-check";
import { expect, test } from "vitest";

import {
  allocate,
  binaryString,
  decodeUtf8,
  decodeUtf8Lossy,
  encodeUtf8,
  isAscii,
  octetsOf,
} from "../../src/message/octets.js";

test("octets turn into a binary string and back, however many", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 200 }), (piece, times) => {
      const octets = octetsOf(binaryString(piece).repeat(times));
      expect(binaryString(octets)).toBe(binaryString(piece).repeat(times));
    }),
  );
});

test("text turns into UTF-8 and back, byte order marks kept", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => decodeUtf8(encodeUtf8(text)) === text));
  expect(decodeUtf8(encodeUtf8("\ufeffa"))).toBe("\ufeffa");
});

test("octets that are not UTF-8 are refused, or shown as U+FFFD", () => {
  for (const binary of ["\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80"]) {
    expect(decodeUtf8(binary)).toBeNull();
    expect(decodeUtf8Lossy(binary)).toMatch(/^\ufffd+$/);
  }
});

test("isAscii() tells octets under 128 from the others", () => {
  expect(isAscii("a\0\x7f")).toBe(true);
  expect(isAscii("a\x80")).toBe(false);
});

test("memory that somebody has transferred to another thread is not cut any more", () => {
  const octets = allocate(4);
  structuredClone(octets, { transfer: [octets.buffer as ArrayBuffer] });
  expect(octets.length).toBe(0);
  expect([...allocate(4)]).toEqual([0, 0, 0, 0]);
});
