import { generateKeyPairSync, sign as platformSign, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { nodeCrypto } from "../../src/crypto/node.js";
import { webCrypto } from "../../src/crypto/web.js";
import type { Crypto, PublicKeyMaterial } from "../../src/dkim/crypto.js";
import { readZone } from "../../src/dns/zone.js";
import { verify } from "../../src/service/verify.js";

/** Both adapters, on the same things: their verdicts must not differ. */
const ADAPTERS: [string, Crypto][] = [
  ["nodeCrypto", nodeCrypto],
  ["webCrypto", webCrypto],
];

const DATA = new TextEncoder().encode("what is signed");

const RSA_SIZES = [1024, 2048, 4096] as const;
const rsaKeys = new Map(RSA_SIZES.map((bits) => [bits, generateKeyPairSync("rsa", { modulusLength: bits })]));
const rsa = rsaKeys.get(2048)!;
const ed25519 = generateKeyPairSync("ed25519");

/** RFC 8032 §7.1, TEST 3; the key pair of RFC 8463 §A.2 is its TEST 1. */
const RFC8032_KEY = hex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
const RFC8032_MESSAGE = hex("af82");
const RFC8032_SIGNATURE = hex(
  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
);

describe.each(ADAPTERS)("%s", (_, crypto) => {
  it("hashes as FIPS 180-4 has it, in one piece and in any pieces", () => {
    const digest = hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(hex(crypto.sha256(octets("abc")))).toBe(hex(digest));
    const hash = crypto.createSha256();
    const reused = new Uint8Array(1);
    for (const octet of octets("abc")) {
      reused[0] = octet;
      hash.update(reused);
    }
    expect(hex(hash.digest())).toBe(hex(digest));
  });

  it.each(RSA_SIZES)("verifies an RSA signature of %d bits, and no changed one", async (bits) => {
    const { privateKey, publicKey } = rsaKeys.get(bits)!;
    const key = await crypto.importPublicKey(materialOf(publicKey));
    const signature = platformSign("sha256", DATA, privateKey);
    expect(key.type).toBe("rsa");
    expect(await crypto.verify(key, DATA, signature)).toBe(true);
    expect(await crypto.verify(key, octets("another text"), signature)).toBe(false);
    expect(await crypto.verify(key, DATA, changed(signature))).toBe(false);
    expect(await crypto.verify(key, DATA, platformSign("sha1", DATA, privateKey))).toBe(false);
  });

  it("verifies the signatures of RFC 8463 §A.3, both algorithms", async () => {
    const message = await readFile(new URL("../fixtures/rfc/rfc8463-a.3.eml", import.meta.url));
    const zone = await readFile(new URL("../fixtures/rfc/zone.json", import.meta.url), "utf8");
    const { signatures } = await verify(message, { resolver: readZone(zone), crypto });
    expect(signatures.map(({ algorithm, result }) => [algorithm, result])).toEqual([
      ["ed25519-sha256", "pass"],
      ["rsa-sha256", "pass"],
    ]);
  });

  it("verifies the signature of RFC 8032 §7.1, and no changed one", async () => {
    const key = await crypto.importPublicKey({ type: "ed25519", octets: RFC8032_KEY });
    expect(await crypto.verify(key, RFC8032_MESSAGE, RFC8032_SIGNATURE)).toBe(true);
    expect(await crypto.verify(key, DATA, RFC8032_SIGNATURE)).toBe(false);
    expect(await crypto.verify(key, RFC8032_MESSAGE, changed(RFC8032_SIGNATURE))).toBe(false);
  });

  it("refuses an Ed25519 signature whose scalar is not reduced", async () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const key = await crypto.importPublicKey({ type: "ed25519", octets: RFC8032_KEY });
    const scalar = littleEndian(fromLittleEndian(RFC8032_SIGNATURE.subarray(32)) + order);
    const malleated = Uint8Array.from([...RFC8032_SIGNATURE.subarray(0, 32), ...scalar]);
    expect(await crypto.verify(key, RFC8032_MESSAGE, malleated)).toBe(false);
  });

  it("finds a signature of any other form false, and never throws", async () => {
    const keys = await Promise.all(
      [rsa, ed25519].map(async ({ publicKey }) => await crypto.importPublicKey(materialOf(publicKey))),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...keys), fc.uint8Array({ maxLength: 600 }), async (key, signature) => {
        expect(await crypto.verify(key, DATA, signature)).toBe(false);
      }),
    );
  });

  it.each([
    ["RSA in PKCS #8", "rsa", 2048, rsa, "pkcs8"],
    ["RSA in PKCS #1", "rsa", 2048, rsa, "pkcs1"],
    ["RSA of 4096 bits in PKCS #1", "rsa", 4096, rsaKeys.get(4096)!, "pkcs1"],
    ["Ed25519 in PKCS #8", "ed25519", 256, ed25519, "pkcs8"],
  ] as const)("signs with a key of %s so that every adapter verifies it", async (_name, type, bits, pair, format) => {
    const pem = pemOf(pair.privateKey, format);
    for (const text of [pem, pem.replaceAll("\n", "\r\n"), `A comment\n${pem}`]) {
      const key = await crypto.importPrivateKey(text);
      expect(key).toMatchObject({ type, bits });
      const signature = await crypto.sign(key, DATA);
      for (const [, other] of ADAPTERS) {
        const publicKey = await other.importPublicKey(materialOf(pair.publicKey));
        expect(await other.verify(publicKey, DATA, signature)).toBe(true);
      }
    }
  });

  const encrypted = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" } as const;
  const oldEncrypted = { ...encrypted, type: "pkcs1" } as const;
  it.each([
    ["no PEM", "key-unreadable", "hello"],
    ["nothing", "key-unreadable", ""],
    ["PEM that never ends", "key-unreadable", pemOf(rsa.privateKey, "pkcs8").slice(0, 300)],
    ["PEM of something else", "key-unreadable", pem("PRIVATE KEY", octets("hello"))],
    ["PEM without base64", "key-unreadable", "-----BEGIN PRIVATE KEY-----\n!!!\n-----END PRIVATE KEY-----\n"],
    ["PKCS #1 of something else", "key-unreadable", pem("RSA PRIVATE KEY", octets("hello"))],
    ["Ed25519 of another length", "key-unreadable", pem("PRIVATE KEY", hex("300a020100300506032b65700400"))],
    ["a public key", "key-unreadable", rsa.publicKey.export({ type: "spki", format: "pem" }) as string],
    ["an encrypted key", "key-unreadable", rsa.privateKey.export(encrypted) as string],
    ["an encrypted key in PKCS #1", "key-unreadable", rsa.privateKey.export(oldEncrypted) as string],
    ["a curve of NIST", "key-type-unsupported", pemOf(ec().privateKey, "pkcs8")],
    ["a curve of NIST in SEC 1", "key-type-unsupported", ec().privateKey.export({ type: "sec1", format: "pem" })],
    ["Ed448", "key-type-unsupported", pemOf(generateKeyPairSync("ed448").privateKey, "pkcs8")],
    ["RSA for PSS only", "key-type-unsupported", pemOf(pss().privateKey, "pkcs8")],
  ])("refuses a private key that is %s with %s", async (_name, code, text) => {
    await expect((async () => await crypto.importPrivateKey(text as string))()).rejects.toMatchObject({
      name: "CryptoError",
      code,
    });
  });

  it("never verifies with an Ed25519 key that is no point", async () => {
    const material = { type: "ed25519", octets: Uint8Array.from([2, ...new Uint8Array(31)]) } as const;
    const verified = await Promise.resolve(material)
      .then(async (key) => await crypto.verify(await crypto.importPublicKey(key), DATA, RFC8032_SIGNATURE))
      .catch(() => false);
    expect(verified).toBe(false);
  });

  it("refuses to use a key of another adapter", async () => {
    const foreign = { type: "rsa", handle: null } as const;
    await expect((async () => await crypto.verify(foreign, DATA, DATA))()).rejects.toMatchObject({
      code: "key-unreadable",
    });
  });
});

describe("nodeCrypto", () => {
  it("answers synchronously, and imports the same material once", () => {
    const material = materialOf(rsa.publicKey);
    const key = nodeCrypto.importPublicKey(material);
    expect(key).not.toBeInstanceOf(Promise);
    expect(nodeCrypto.importPublicKey(material)).toBe(key);
  });
});

describe("webCrypto", () => {
  it("imports a key but rejects to use it where the page has no WebCrypto", async () => {
    vi.stubGlobal("crypto", {});
    try {
      const key = await webCrypto.importPublicKey(materialOf(rsa.publicKey));
      await expect(webCrypto.verify(key, DATA, DATA)).rejects.toMatchObject({ code: "crypto-unavailable" });
      await expect(webCrypto.importPrivateKey(pemOf(rsa.privateKey, "pkcs8"))).rejects.toMatchObject({
        code: "crypto-unavailable",
      });
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it("imports a key but rejects to use it where the runtime lacks its algorithm", async () => {
    const importKey = () => Promise.reject(new DOMException("no Ed25519", "NotSupportedError"));
    vi.stubGlobal("crypto", { subtle: { importKey } });
    const key = await webCrypto.importPublicKey(materialOf(ed25519.publicKey));
    vi.unstubAllGlobals();
    await expect(webCrypto.verify(key, DATA, DATA)).rejects.toMatchObject({ code: "crypto-unavailable" });
  });
});

function materialOf(key: KeyObject): PublicKeyMaterial {
  const { n, e, x } = key.export({ format: "jwk" });
  return x === undefined
    ? { type: "rsa", modulus: base64url(n!), exponent: base64url(e!) }
    : { type: "ed25519", octets: base64url(x) };
}

function ec(): { privateKey: KeyObject } {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function pss(): { privateKey: KeyObject } {
  return generateKeyPairSync("rsa-pss", { modulusLength: 2048 });
}

function pemOf(key: KeyObject, type: "pkcs1" | "pkcs8"): string {
  return key.export({ type, format: "pem" }) as string;
}

function pem(label: string, der: Uint8Array): string {
  return `-----BEGIN ${label}-----\n${Buffer.from(der).toString("base64")}\n-----END ${label}-----\n`;
}

function changed(signature: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(signature);
  copy[copy.length >> 1]! ^= 1;
  return copy;
}

function fromLittleEndian(octets: Uint8Array): bigint {
  return octets.reduceRight((sum, octet) => sum * 256n + BigInt(octet), 0n);
}

function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

function octets(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function base64url(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "base64url"));
}

function hex(text: string): Uint8Array;
function hex(octets: Uint8Array): string;
function hex(value: string | Uint8Array): string | Uint8Array {
  return typeof value === "string" ? Uint8Array.from(Buffer.from(value, "hex")) : Buffer.from(value).toString("hex");
}
