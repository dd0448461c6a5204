import { createPublicKey, generateKeyPairSync, verify as platformVerify } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { PublicKeyMaterial } from "../../src/dkim/crypto.js";
import { isPublicKey } from "../../src/dkim/public-key.js";
import { makeKey, outcomes, resolverOf, signed } from "../support/dkim.js";

const FIELD_PRIME = 2n ** 255n - 19n;

const { x } = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
const { n, e } = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ format: "jwk" });
const ED25519 = base64url(x!);
const RSA = { type: "rsa", modulus: base64url(n!), exponent: base64url(e!) } as const;

describe("isPublicKey()", () => {
  it("takes a key of each type, and the exponents 3 and 2^32 - 1", () => {
    expect(isPublicKey(RSA)).toBe(true);
    expect(isPublicKey({ ...RSA, exponent: Uint8Array.of(3) })).toBe(true);
    expect(isPublicKey({ ...RSA, exponent: Uint8Array.of(255, 255, 255, 255) })).toBe(true);
    expect(isPublicKey({ type: "ed25519", octets: ED25519 })).toBe(true);
  });

  it.each<[string, PublicKeyMaterial]>([
    ["an even modulus", { ...RSA, modulus: Uint8Array.from([...RSA.modulus.subarray(1), 2]) }],
    ["no modulus", { ...RSA, modulus: new Uint8Array(0) }],
    ["no exponent", { ...RSA, exponent: new Uint8Array(0) }],
    ["the exponent 1", { ...RSA, exponent: Uint8Array.of(1) }],
    ["an even exponent", { ...RSA, exponent: Uint8Array.of(1, 0) }],
    ["an exponent over 32 bits", { ...RSA, exponent: Uint8Array.of(1, 0, 0, 0, 1) }],
    ["31 octets of Ed25519", { type: "ed25519", octets: ED25519.subarray(1) }],
    ["33 octets of Ed25519", { type: "ed25519", octets: Uint8Array.from([...ED25519, 0]) }],
  ])("refuses %s", (_, material) => {
    expect(isPublicKey(material)).toBe(false);
  });

  it.each([...smallOrderKeys(), ...notCanonicalKeys()])("refuses the Ed25519 key %s", (text) => {
    expect(isPublicKey({ type: "ed25519", octets: Uint8Array.from(Buffer.from(text, "hex")) })).toBe(false);
  });

  it("is asked before the body: a key that is none is told as such, whatever became of the message", async () => {
    const key = makeKey("example.org", "s1");
    const message = await signed("From: a@example.org\r\n\r\nHello.\r\n", [key]);
    const record = `v=DKIM1; k=ed25519; p=${Buffer.from(smallOrderKeys()[0]!, "hex").toString("base64")}`;
    const resolver = resolverOf({ [key.name]: [record] });
    expect(await outcomes(message.replace("Hello", "Changed"), resolver)).toEqual(["key-malformed"]);
  });
});

describe("node:crypto", () => {
  it.each(smallOrderKeys())("verifies a signature that anybody can make for the key %s", (text) => {
    const small = Buffer.from(text, "hex").toString("base64url");
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: small }, format: "jwk" });
    const identityAndZero = Uint8Array.from([1, ...new Uint8Array(63)]);
    const forged = Array.from({ length: 400 }, (_, i) =>
      platformVerify(null, Buffer.from(`${i}`), key, identityAndZero),
    );
    expect(forged).toContain(true);
  });
});

/** The eight points of small order, in the encodings of RFC 8032 §5.1.2 and with the other sign. */
function smallOrderKeys(): string[] {
  const octets = Buffer.from("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "hex");
  const order8 = octets.reduceRight((sum, octet) => sum * 256n + BigInt(octet), 0n);
  return withBothSigns([0n, 1n, FIELD_PRIME - 1n, order8, FIELD_PRIME - order8]);
}

/** Every y that is not below the prime. RFC 8032 §5.1.3 */
function notCanonicalKeys(): string[] {
  return withBothSigns(Array.from({ length: 19 }, (_, i) => FIELD_PRIME + BigInt(i)));
}

function withBothSigns(coordinates: bigint[]): string[] {
  return coordinates.flatMap((y) => [y, y | (1n << 255n)]).map(littleEndian);
}

function littleEndian(value: bigint): string {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse().toString("hex");
}

function base64url(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "base64url"));
}
