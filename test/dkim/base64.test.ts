import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBase64, encodeBase64 } from "../../src/dkim/base64.js";

/** The same in three steps, with what the platform has. */
function slowly(text: string): number[] | null {
  const dense = text.replace(/[ \t\r\n]/g, "");
  const [, digits] = /^([A-Za-z0-9+/]+)={0,2}$/.exec(dense) ?? [];
  if (digits === undefined || digits.length % 4 === 1) return null;
  return Array.from(atob(digits), (character) => character.charCodeAt(0));
}

test("what is encoded is decoded, wherever it is folded", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.integer({ min: 1, max: 80 }), (octets, width) => {
      const folded = encodeBase64(octets).replace(new RegExp(`.{${width}}`, "g"), "$&\r\n\t ");
      expect(decodeBase64(folded)).toEqual(octets);
    }),
  );
});

test("the table reads what the platform's decoder reads, and refuses what that refuses", () => {
  const near = fc.string({ unit: fc.constantFrom(...Array.from("AZaz09+/=- \t\r\n\xe9\u0141")), maxLength: 12 });
  fc.assert(
    fc.property(near, (text) => {
      const octets = decodeBase64(text);
      expect(octets === null ? null : [...octets]).toEqual(slowly(text));
    }),
    { numRuns: 20_000 },
  );
});
