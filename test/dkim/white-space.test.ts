import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import wabt from "wabt";
import { WHITE_SPACE_WASM } from "../../src/dkim/white-space-wasm.js";
import { plainReduction, wasmReduction } from "../../src/dkim/white-space.js";
import { binaryString, octetsOf } from "../../src/message/octets.js";

describe("the reduction of white space", () => {
  it("in WebAssembly is built from its source", async () => {
    const source = readFileSync(new URL("../../src/dkim/white-space.wat", import.meta.url), "utf8");
    const module = (await wabt()).parseWat("white-space.wat", source, { simd: true });
    expect(Buffer.from(module.toBinary({}).buffer).toString("base64")).toBe(WHITE_SPACE_WASM);
  });

  it("in WebAssembly answers as in TypeScript, octet for octet, for 100,000 bodies", () => {
    const plain = plainReduction();
    const wasm = wasmReduction()!;
    const part = fc.constantFrom(
      " ",
      "\t",
      "\r\n",
      "\r",
      "\n",
      "  ",
      "words between spaces",
      "x".repeat(33),
      "\0",
      "\xff",
    );
    const body = fc.array(part, { maxLength: 12 }).map((parts) => octetsOf(parts.join("")));
    fc.assert(
      fc.property(body, (octets) => {
        const end = binaryString(octets).replace(/[ \t]+\r?$/, "").length;
        return Buffer.compare(wasm(octets, end), plain(octets, end)) === 0;
      }),
      { numRuns: 100_000 },
    );
  });
});
