import type { MaybePromise } from "./maybe-promise.js";

/** RFC 6376 §3.3 and RFC 8463 §3. */
export type SigningAlgorithm = "rsa-sha256" | "ed25519-sha256";

/** A public key taken from its key record: unsigned big-endian integers, or the 32 octets of Ed25519. */
export type PublicKeyMaterial =
  | { readonly type: "rsa"; readonly modulus: Uint8Array; readonly exponent: Uint8Array }
  | { readonly type: "ed25519"; readonly octets: Uint8Array };

/** A key that an adapter has imported; only that adapter knows what `handle` is. */
export interface PublicKey {
  readonly type: "rsa" | "ed25519";
  readonly handle: unknown;
}

export interface PrivateKey {
  readonly type: "rsa" | "ed25519";
  /** Length of the modulus in bits; 256 for Ed25519. */
  readonly bits: number;
  readonly handle: unknown;
}

/** SHA-256 over octets that come in pieces; the caller reuses a piece after the call. */
export interface Hash {
  update(octets: Uint8Array): void;
  digest(): Uint8Array;
}

/**
 * The cryptography port; adapters are in src/crypto/. The octets that it gets may be part of a larger buffer that
 * others use, too: it must not transfer that buffer.
 */
export interface Crypto {
  createSha256(): Hash;
  /** @param octets the caller reuses them after the call */
  sha256(octets: Uint8Array): Uint8Array;
  /** @throws (or rejects) if the material is not a key of its type */
  importPublicKey(material: PublicKeyMaterial): MaybePromise<PublicKey>;
  /**
   * RSA: RSASSA-PKCS1-v1_5 with SHA-256 over `data`. Ed25519: PureEdDSA over `data`, which is the caller's SHA-256
   * digest already (RFC 8463 §3). A signature of the wrong form is false, never an exception.
   */
  verify(key: PublicKey, data: Uint8Array, signature: Uint8Array): MaybePromise<boolean>;
  /** @param pem PKCS #8 or, for RSA, PKCS #1 */
  importPrivateKey(pem: string): MaybePromise<PrivateKey>;
  /** As {@link Crypto.verify}. */
  sign(key: PrivateKey, data: Uint8Array): MaybePromise<Uint8Array>;
}
