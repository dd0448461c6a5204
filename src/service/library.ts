import { annotate, type AnnotateOptions } from "./annotate.js";
import type { Ports } from "./ports.js";
import { sign, type SignOptions } from "./sign.js";
import type { Edit, MessageSource, Verification, VerifyOptions } from "./types.js";
import { verify } from "./verify.js";

/** The verbs of the library, as both doors offer them. */
export interface Library {
  /**
   * Verifies the DKIM signatures of a message (RFC 6376 §6). Verdicts are returned, never thrown.
   * @throws what reading the message throws
   * @throws {ArgumentError} where the message is no octets, or a time no `Date`
   */
  verify(this: void, message: MessageSource, options?: VerifyOptions): Promise<Verification>;
  /**
   * Verifies a message and tells how to annotate it: what to put in front, which fields to take out. RFC 8601 §5
   * @throws what reading the message throws; the signal's reason where it came before the header had ended, because a
   *   forged field could be in the rest; {ArgumentError}; an error with the code `authserv-id-invalid`
   */
  annotate(
    this: void,
    message: MessageSource,
    options: AnnotateOptions,
  ): Promise<Edit & { readonly verification: Verification }>;
  /**
   * Tells how to sign a message (RFC 6376 §5): what to put in front, which fields to take out.
   * @throws {SigningError} where a key cannot be used or the author cannot be told; what reading the message throws;
   *   {ArgumentError} where there are no keys, `now` is no time, or the message is no octets
   */
  sign(this: void, message: MessageSource, options: SignOptions & Partial<Pick<Ports, "crypto">>): Promise<Edit>;
}

/** @param defaults the adapters of the runtime, for callers that give none */
export function createLibrary({ resolver, crypto }: Ports): Library {
  return {
    verify: (message, options = {}) => verify(message, { resolver, crypto, ...options }),
    annotate: (message, options) => annotate(message, { resolver, crypto, ...options }),
    sign: (message, options) => sign(message, { crypto, ...options }),
  };
}
