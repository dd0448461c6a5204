import { sha256 } from "@noble/hashes/sha2.js";
import { encodeBase64Url } from "../dkim/base64.js";
import type { Crypto, PrivateKey, PublicKey, PublicKeyMaterial } from "../dkim/crypto.js";
import { CryptoError } from "./errors.js";
import { pkcs8Of } from "./pem.js";

const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } as const;
const ED25519 = { name: "Ed25519" } as const;

/**
 * The cryptography port over WebCrypto, for browsers. WebCrypto cannot hash a stream, so SHA-256 is a library's. A page
 * without WebCrypto (it needs https: or loopback) or without Ed25519 can import a public key, but not use it: `verify`
 * rejects with `crypto-unavailable`, because nothing is wrong with the key.
 */
export const webCrypto: Crypto = {
  createSha256: () => sha256.create(),
  sha256: (octets) => sha256(octets),
  importPublicKey,
  verify: async (key, data, signature) =>
    await platform().verify(algorithmOf(key), keyOf(key), new Uint8Array(signature), new Uint8Array(data)),
  importPrivateKey,
  sign: async (key, data) => new Uint8Array(await platform().sign(algorithmOf(key), keyOf(key), new Uint8Array(data))),
};

async function importPublicKey(material: PublicKeyMaterial): Promise<PublicKey> {
  const jwk = jwkOf(material);
  const { type } = material;
  try {
    return { type, handle: await platform().importKey("jwk", jwk, algorithmOf({ type }), false, ["verify"]) };
  } catch (error) {
    const cause = unavailable(error);
    if (cause !== null) return { type, handle: cause };
    throw new CryptoError("key-malformed", `not a public key of type ${type}`, { cause: error });
  }
}

/** RFC 7518 §6.3.1, RFC 8037 §2 */
function jwkOf(material: PublicKeyMaterial): JsonWebKey {
  return material.type === "rsa"
    ? { kty: "RSA", n: encodeBase64Url(material.modulus), e: encodeBase64Url(material.exponent) }
    : { kty: "OKP", crv: "Ed25519", x: encodeBase64Url(material.octets) };
}

/**
 * @throws {CryptoError} `key-unreadable` if the text is not a private key in PEM, or an encrypted one,
 * `key-type-unsupported` if it is neither RSA nor Ed25519, `crypto-unavailable`
 */
async function importPrivateKey(pem: string): Promise<PrivateKey> {
  const { type, der } = pkcs8Of(pem);
  try {
    const handle = await platform().importKey("pkcs8", der, algorithmOf({ type }), false, ["sign"]);
    return { type, bits: type === "rsa" ? (handle.algorithm as RsaHashedKeyAlgorithm).modulusLength : 256, handle };
  } catch (error) {
    throw (
      unavailable(error) ?? new CryptoError("key-unreadable", `not a private key of type ${type}`, { cause: error })
    );
  }
}

/** WebCrypto is missing on a page that is neither https: nor on loopback; the types do not say so. */
function platform(): SubtleCrypto {
  const subtle = (globalThis.crypto as { subtle?: SubtleCrypto } | undefined)?.subtle;
  if (subtle !== undefined) return subtle;
  throw new CryptoError("crypto-unavailable", "this page has no WebCrypto: it must come over https: or from loopback");
}

/** @returns the error if the runtime lacks the algorithm; null if it is about the key */
function unavailable(error: unknown): CryptoError | null {
  if (error instanceof CryptoError) return error;
  if (!(error instanceof DOMException && error.name === "NotSupportedError")) return null;
  return new CryptoError("crypto-unavailable", "this runtime lacks the algorithm", { cause: error });
}

function algorithmOf({ type }: { readonly type: "rsa" | "ed25519" }): typeof RSA | typeof ED25519 {
  return type === "rsa" ? RSA : ED25519;
}

function keyOf(key: PublicKey | PrivateKey): CryptoKey {
  if (key.handle instanceof CryptoKey) return key.handle;
  if (key.handle instanceof CryptoError) throw key.handle;
  throw new CryptoError("key-unreadable", "the key is of another cryptography adapter");
}
