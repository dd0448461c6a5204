import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { MAX_HEADER_OCTETS, parseHeader } from "../../src/message/header.js";
import { readHeader } from "../../src/message/read-message.js";
import { octets } from "./text.js";

/** Gives the message in pieces of the sizes, again and again, each in the same buffer, as a file stream may. */
async function* pieces(message: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.max(...sizes));
  for (let at = 0, i = 0; at < message.length; i++) {
    const size = sizes[i % sizes.length]!;
    const piece = message.subarray(at, at + size);
    buffer.set(piece);
    yield await Promise.resolve(buffer.subarray(0, piece.length));
    buffer.fill(0x2a);
    at += size;
  }
}

async function all(rest: AsyncIterable<Uint8Array>): Promise<number[]> {
  const octetsOfAll: number[] = [];
  for await (const piece of rest) octetsOfAll.push(...piece);
  return octetsOfAll;
}

describe("readHeader()", () => {
  test("finds the same header as parseHeader() and loses no octet, however the message is cut", async () => {
    const part = fc.constantFrom("From: a@b.example", "A:", "x", " y", "\r", "\n", "\r\n", "\r\n\r\n", "\n\n");
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 30 }).map((parts) => octets(parts.join(""))),
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 }).map((sizes) => [...sizes, 3]),
        async (message, sizes) => {
          const reading = await readHeader(pieces(message, sizes));
          expect(reading.header).toEqual(parseHeader(message));
          const kept = [...reading.octets];
          expect([...kept, ...(await all(reading.rest))]).toEqual([...message]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("does so for headers of many kilobytes, with and without an empty line", async () => {
    for (const end of ["\r\n\r\nbody", "\r\nno field\r\nbody", "", "\r\n"]) {
      const message = octets("A: b\r\n".repeat(5000) + "B: c" + end);
      for (const size of [1, 7, 4096, 100_000]) {
        const reading = await readHeader(pieces(message, [size]));
        expect(reading.header).toEqual(parseHeader(message));
        expect((await all(reading.rest)).length).toBe(message.length - reading.octets.length);
      }
    }
  });

  test("stops at the piece with the empty line", async () => {
    for (const [end, size, read] of [
      ["\r\n", 6, 12],
      ["\r\n", 8, 8],
      ["\n", 6, 6],
    ] as const) {
      const reading = await readHeader(pieces(octets(`A: b${end}${end}body and more`), [size]));
      expect(reading.octets.length).toBe(read);
    }
  });

  test("keeps no more than MAX_HEADER_OCTETS of a header without end, and goes on behind it", async () => {
    const message = new Uint8Array(MAX_HEADER_OCTETS + 1000).fill(0x61);
    message.set(octets("A: b\r\nB:"));
    for (const size of [1000, 4096, message.length]) {
      const reading = await readHeader(pieces(message, [size]));
      expect(reading.header).toEqual(parseHeader(message));
      expect(reading.header.truncated).toBe(true);
      expect(reading.octets.length).toBe(MAX_HEADER_OCTETS);
      expect((await all(reading.rest)).length).toBe(1000);
    }
  });

  test("is not truncated by a message that ends exactly at the limit", async () => {
    const message = new Uint8Array(MAX_HEADER_OCTETS).fill(0x61);
    message.set(octets("A: b"));
    const reading = await readHeader(pieces(message, [4096]));
    expect(reading.header).toEqual(parseHeader(message));
    expect(reading.header.truncated).toBe(false);
  });

  test("takes half a megabyte octet by octet, with a line end at each or at none", async () => {
    for (const unit of ["A:\n", "a"]) {
      const message = octets(("A:" + unit.repeat(MAX_HEADER_OCTETS)).slice(0, MAX_HEADER_OCTETS));
      const reading = await readHeader(pieces(message, [1]));
      expect(reading.octets.length).toBe(MAX_HEADER_OCTETS);
    }
  });

  test("closes the source where its reader stops early", async () => {
    let closed = false;
    async function* source() {
      try {
        yield await Promise.resolve(octets("A: b\r\n\r\n"));
        yield octets("body");
      } finally {
        closed = true;
      }
    }
    const { rest } = await readHeader(source());
    for await (const piece of rest) {
      expect(piece).toEqual(octets("body"));
      break;
    }
    expect(closed).toBe(true);
  });

  test("stops early, or at something else than octets, also where a source cannot be closed", async () => {
    const sourceOf = (value: unknown): AsyncIterable<Uint8Array> => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: false, value: value as Uint8Array }) }),
    });
    const { rest } = await readHeader(sourceOf(octets("A: b\r\n\r\n")));
    for await (const piece of rest) {
      expect(piece).toEqual(octets("A: b\r\n\r\n"));
      break;
    }
    await expect(rest.return?.()).resolves.toEqual({ done: true, value: undefined });
    await expect(readHeader(sourceOf("A: b"))).rejects.toMatchObject({ code: "message-invalid" });
  });

  test("closes a source that gives something else than octets", async () => {
    let closed = false;
    async function* source() {
      try {
        yield await Promise.resolve("From: a@b.example\r\n" as unknown as Uint8Array);
      } finally {
        closed = true;
      }
    }
    await expect(readHeader(source())).rejects.toMatchObject({ code: "message-invalid" });
    expect(closed).toBe(true);
  });

  test("throws what the source throws", async () => {
    // eslint-disable-next-line require-yield
    async function* broken(): AsyncGenerator<Uint8Array> {
      await Promise.reject(new Error("disk gone"));
    }
    await expect(readHeader(broken())).rejects.toThrow("disk gone");
  });
});
