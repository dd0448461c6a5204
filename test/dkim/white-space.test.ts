import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import wabt from "wabt";
import { WHITE_SPACE_WASM } from "../../src/dkim/white-space-wasm.js";
import { PIECE_OCTETS, plainReduction, wasmReduction, WhiteSpace } from "../../src/dkim/white-space.js";
import { octetsOf } from "../../src/message/octets.js";

describe("the reduction of white space", () => {
  it("in WebAssembly is built from its source", async () => {
    const source = readFileSync(new URL("../../src/dkim/white-space.wat", import.meta.url), "utf8");
    const module = (await wabt()).parseWat("white-space.wat", source, { simd: true });
    expect(Buffer.from(module.toBinary({}).buffer).toString("base64")).toBe(WHITE_SPACE_WASM);
  });

  it("in WebAssembly answers as in TypeScript, octet for octet, for 100,000 bodies", () => {
    const plain = plainReduction();
    const wasm = wasmReduction()!;
    const words = fc.constantFrom(" ", "\t", "\r\n", "\r", "\n", "  ", " \r\n", "words between spaces", "\0", "\xff");
    // What comes next begins anywhere in a block, and a run goes on for several.
    const run = fc
      .tuple(fc.constantFrom(" ", "\t", " \t", "x", "\r\n", "a  b\t"), fc.integer({ min: 1, max: 150 }))
      .map(([part, times]) => part.repeat(times));
    const part = fc.oneof({ weight: 9, arbitrary: words }, run);
    const body = fc.array(part, { maxLength: 30, size: "max" }).map((parts) => octetsOf(settled(parts.join(""))));
    fc.assert(
      fc.property(body, (octets) => Buffer.compare(wasm(octets), plain(octets)) === 0),
      { numRuns: 100_000 },
    );
  });

  it("goes on from one piece to the next, whatever stands where it was cut", () => {
    const ends = ["", " ", "\t", "  ", "\r", "\r\n", " \r", " \r\n", " \t\r\n", " \r ", "\t\r\r\n", " \n", "\r \n"];
    for (const filling of ["x", "a ", "x \t"]) {
      const twoPieces = filling.repeat(PIECE_OCTETS).slice(0, 2 * PIECE_OCTETS);
      for (const end of ends) {
        for (let before = 0; before < 5; before++) {
          const text = `${twoPieces.slice(before)}${end}y`;
          expect(reduced(text) === byTheBook(text), JSON.stringify([filling, end, before])).toBe(true);
        }
      }
    }
  });
});

function reduced(text: string): string {
  const parts: Buffer[] = [];
  const whiteSpace = new WhiteSpace((octets) => parts.push(Buffer.from(octets)));
  whiteSpace.update(octetsOf(text));
  whiteSpace.finish();
  return Buffer.concat(parts).toString("latin1");
}

/** RFC 6376 §3.4.4, for a text that does not end with white space. */
function byTheBook(text: string): string {
  return text.replace(/[ \t]+(\r\n)?/g, (_, lineEnd: string | undefined) => lineEnd ?? " ");
}

/** Without its end, if it is not known what becomes of that. */
function settled(text: string): string {
  return text.replace(/[ \t]+\r?$/, "");
}
