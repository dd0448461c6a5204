import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../src/crypto/node.js";
import { BodyHasher } from "../../src/dkim/body-hash.js";
import type { Crypto } from "../../src/dkim/crypto.js";
import { octetsOf } from "../../src/message/octets.js";

const FORMS = ["simple", "relaxed"] as const;

describe("bodies that are hashed in turns", () => {
  const part = fc.constantFrom(
    " ",
    "\t",
    "\r\n",
    "\r",
    "\n",
    "  \r\n",
    "words between",
    "x".repeat(900),
    " \t".repeat(40),
  );
  const length = fc.option(fc.oneof(fc.nat(60), fc.constantFrom(8191, 8192, 8193, 100_000)));
  const body = fc.record({
    text: fc
      .tuple(fc.array(part, { maxLength: 40, size: "max" }), fc.constantFrom(1, 1, 1, 20))
      .map(([parts, times]) => parts.join("").repeat(times) + ".\r\n"),
    lengths: fc.array(length, { minLength: 1, maxLength: 4 }),
    pieceOctets: fc.constantFrom(1, 7, 64, 4096, 100_000),
  });

  test("have the hashes that the rules give each of them, with every canonicalization and l=", () => {
    fc.assert(
      fc.property(fc.array(body, { minLength: 2, maxLength: 5 }), (bodies) => {
        const underWay = bodies.map(({ text, lengths, pieceOctets }) => {
          const hasher = new BodyHasher(nodeCrypto, "\r\n");
          const wanted = FORMS.flatMap((form) => lengths.map((l) => ({ form, l, answer: hasher.request(form, l) })));
          return { text, wanted, pieces: piecesOf(text, Math.max(pieceOctets, text.length >> 8)), hasher };
        });
        for (let going = underWay; going.length > 0; going = going.filter(({ pieces }) => pieces.length > 0)) {
          for (const { pieces, hasher } of going) {
            hasher.update(pieces.shift()!);
            if (pieces.length === 0) hasher.finish();
          }
        }
        for (const { text, wanted } of underWay) {
          for (const { form, l, answer } of wanted) expect(answer()).toEqual(byTheBook(text, form, l));
        }
      }),
      { numRuns: 300, seed: 8 },
    );
  });

  test.each(["createSha256", "update", "sha256", "digest"])(
    "are refused where a port begins another one within %s, because both would have the hash of one",
    (moment) => {
      let isWithin = false;
      const begin = (now: string): void => {
        if (now !== moment || isWithin) return;
        isWithin = true;
        hashed("of somebody else\r\n".repeat(600), nodeCrypto);
      };
      const crypto: Crypto = {
        ...nodeCrypto,
        createSha256: () => {
          begin("createSha256");
          const hash = nodeCrypto.createSha256();
          return {
            update: (octets) => {
              begin("update");
              hash.update(octets);
            },
            digest: () => {
              begin("digest");
              return hash.digest();
            },
          };
        },
        sha256: (octets) => {
          begin("sha256");
          return nodeCrypto.sha256(octets);
        },
      };
      const text = moment === "sha256" ? "short\r\n" : "a body of its own\r\n".repeat(600);
      expect(() => hashed(text, crypto)).toThrow("began to hash another body");
      // The next body has nothing to do with it.
      expect(hashed(text, crypto)).toEqual(byTheBook(text, "relaxed", null));
    },
  );
});

function hashed(text: string, crypto: Crypto) {
  const hasher = new BodyHasher(crypto, "\r\n");
  const answer = hasher.request("relaxed", null);
  hasher.update(octetsOf(text));
  hasher.finish();
  return answer();
}

function piecesOf(text: string, octets: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < text.length; at += octets) pieces.push(octetsOf(text.slice(at, at + octets)));
  return pieces;
}

/** RFC 6376 §3.4.3 and §3.4.4, of a text that ends with a line of content. */
function byTheBook(text: string, form: (typeof FORMS)[number], l: number | null) {
  const canonical =
    form === "simple" ? text : text.replace(/[ \t]+(\r\n)?/g, (_, end: string | undefined) => end ?? " ");
  const digest = createHash("sha256")
    .update(canonical.slice(0, l ?? canonical.length), "latin1")
    .digest();
  return { digest: new Uint8Array(digest), bodyOctets: canonical.length };
}
