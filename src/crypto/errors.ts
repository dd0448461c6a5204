/**
 * What can go wrong with keys. `key-unreadable` and `key-type-unsupported` are about a private key, and mistakes of the
 * caller; `key-malformed` is a public key that is not one of its type; `crypto-unavailable` means that the runtime
 * lacks the algorithm, and says nothing about the key.
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
