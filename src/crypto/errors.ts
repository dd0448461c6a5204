/**
 * What can go wrong with keys. `key-unreadable` and `key-type-unsupported` are about a private key and the caller's
 * fault; `key-malformed` is a public key that is none of its type; `crypto-unavailable` is a runtime without the
 * algorithm, which says nothing about the key.
 */
export type CryptoErrorCode = "key-unreadable" | "key-type-unsupported" | "key-malformed" | "crypto-unavailable";

export class CryptoError extends Error {
  override readonly name = "CryptoError";
  constructor(
    readonly code: CryptoErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
