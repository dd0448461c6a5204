import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseRsaPublicKey } from "../../src/dkim/rsa-public-key.js";

/** A DER element; contents of 128 octets and more have their length in two octets. */
function element(tag: number, ...parts: readonly number[][]): number[] {
  const content = parts.flat();
  const { length } = content;
  return [tag, ...(length < 128 ? [length] : [0x82, length >> 8, length & 255]), ...content];
}

const sequence = (...parts: number[][]) => element(0x30, ...parts);
const integer = (...octets: number[]) => element(0x02, octets);
const bitString = (...parts: number[][]) => element(0x03, ...parts);

const RSA_ENCRYPTION = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const ALGORITHM = sequence(RSA_ENCRYPTION, [5, 0]);
const KEY = sequence(integer(0, 0xff, 1), integer(3));

const parse = (der: readonly number[]) => parseRsaPublicKey(Uint8Array.from(der));

describe("parseRsaPublicKey()", () => {
  it("reads both encodings, without the integers' leading zeros", () => {
    const key = { type: "rsa", modulus: Uint8Array.of(0xff, 1), exponent: Uint8Array.of(3) };
    expect(parse(KEY)).toEqual(key);
    expect(parse(sequence(ALGORITHM, bitString([0], KEY)))).toEqual(key);
    expect(parse(sequence(integer(0, 0), integer(0)))).toEqual({
      type: "rsa",
      modulus: new Uint8Array(0),
      exponent: new Uint8Array(0),
    });
  });

  it("reads lengths of one to four octets", () => {
    for (const count of [127, 128, 300]) {
      expect(parse(sequence(integer(...Array<number>(count).fill(1)), integer(3)))?.modulus).toHaveLength(count);
    }
    expect(parse([0x30, 0x83, 0, 0, 6, ...integer(1), ...integer(3)])).not.toBeNull();
  });

  it.each([
    ["an algorithm that is not rsaEncryption", sequence(sequence([...RSA_ENCRYPTION.slice(0, -1), 10], [5, 0]), bitString([0], KEY))], // prettier-ignore
    ["an algorithm without identifier", sequence(sequence([]), bitString([0], KEY))],
    ["no key behind the algorithm", sequence(ALGORITHM)],
    ["bits that are no whole octets", sequence(ALGORITHM, bitString([1], KEY))],
    ["bits that hold no sequence", sequence(ALGORITHM, bitString([0], integer(1)))],
    ["octets behind the bits", sequence(ALGORITHM, bitString([0], KEY), [5, 0])],
    ["octets behind the key in the bits", sequence(ALGORITHM, bitString([0], KEY, [5, 0]))],
    ["octets behind all", [...KEY, 0]],
    ["octets behind the exponent", sequence(integer(1), integer(3), [5, 0])],
    ["no exponent", sequence(integer(1))],
    ["no modulus", sequence([5, 0], integer(3))],
    ["an exponent that is no integer", sequence(integer(1), [5, 0])],
    ["a length that is not told", sequence(integer(1), [0x02, 0x80])],
    ["the same before 128 octets", [0x30, 0x80, ...integer(...Array<number>(123).fill(1)), ...integer(3)]],
    ["a length of four octets", [0x30, 0x84, 0, 0, 0, 6, ...integer(1), ...integer(3)]],
  ])("refuses %s", (_, der) => {
    expect(parse(der)).toBeNull();
  });

  it("refuses a key that is cut anywhere, also where it claims to be whole", () => {
    for (const type of ["spki", "pkcs1"] as const) {
      const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
      const der = [...publicKey.export({ type, format: "der" })];
      expect(parse(der)).not.toBeNull();
      for (let length = 0; length < der.length; length++) expect(parse(der.slice(0, length))).toBeNull();
      const content = der.slice(3); // behind the tag and a length of two octets
      for (let length = 0; length < content.length; length++) {
        expect(parse(sequence(content.slice(0, length)))).toBeNull();
      }
    }
  });
});
