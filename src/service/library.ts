import { checkOptions } from "../message/argument-error.js";
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
   * @throws {ArgumentError} for a message that is no octets and options of other types; an error with the code
   *   `authserv-id-invalid`
   */
  verify(this: void, message: MessageSource, options?: VerifyOptions): Promise<Verification>;
  /**
   * Verifies a message and tells how to annotate it: what to put in front, which fields to take out. RFC 8601 §5
   * @throws what reading the message throws; the signal's reason where it came before the header had ended, because a
   *   forged field could be in the rest; as {@link Library.verify}
   */
  annotate(
    this: void,
    message: MessageSource,
    options: AnnotateOptions,
  ): Promise<Edit & { readonly verification: Verification }>;
  /**
   * Tells how to sign a message (RFC 6376 §5): what to put in front, which fields to take out.
   * @throws what reading the message throws
   * @throws {SigningError} where a key cannot be used or the author cannot be told
   * @throws {CryptoError} where a private key cannot be read
   * @throws {ArgumentError} for a message that is no octets and options of other types, or without keys
   */
  sign(this: void, message: MessageSource, options: SignOptions): Promise<Edit>;
}

type OwnPorts = { readonly [Port in keyof Ports]?: Ports[Port] | undefined };

/** @param defaults the adapters of the runtime, for callers that give none */
export function createLibrary({ resolver, crypto }: Ports): Library {
  const withPorts = <Options extends OwnPorts>(options: Options): Options & Ports => {
    checkOptions(options);
    const all: { -readonly [Port in keyof OwnPorts]: OwnPorts[Port] } = { resolver, crypto, ...options };
    // A port that is there and undefined is none: `{ resolver: undefined }` is what many wrappers hand on.
    if (all.resolver === undefined) all.resolver = resolver;
    if (all.crypto === undefined) all.crypto = crypto;
    return all as Options & Ports;
  };
  return {
    verify: async (message, options = {}) => verify(message, withPorts(options)),
    annotate: async (message, options) => annotate(message, withPorts(options)),
    sign: async (message, options) => sign(message, withPorts(options)),
  };
}
