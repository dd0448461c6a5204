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
   * @throws {ArgumentError} for a message that is not octets, and for options of the wrong type
   * @throws {FormatError} `authserv-id-invalid`
   */
  verify(this: void, message: MessageSource, options?: VerifyOptions): Promise<Verification>;
  /**
   * Verifies a message and says how to annotate it: what to put in front, which fields to remove. RFC 8601 §5
   * @throws as {@link Library.verify}; the signal's reason, if it aborts before the end of the header: there could be a
   *   forged field in the rest
   */
  annotate(
    this: void,
    message: MessageSource,
    options: AnnotateOptions,
  ): Promise<Edit & { readonly verification: Verification }>;
  /**
   * Says how to sign a message (RFC 6376 §5): what to put in front, which fields to remove.
   * @throws what reading the message throws
   * @throws {SigningError} if a key cannot be used, or the message has no clear author
   * @throws {CryptoError} if a private key cannot be read
   * @throws {ArgumentError} for a message that is not octets, for options of the wrong type, and without keys
   */
  sign(this: void, message: MessageSource, options: SignOptions): Promise<Edit>;
}

type OwnPorts = { readonly [Port in keyof Ports]?: Ports[Port] | undefined };

/** Makes the verbs, with the runtime's adapters for callers that give none. */
export function createLibrary({ resolver, crypto }: Ports): Library {
  const withPorts = <Options extends OwnPorts>(options: Options): Options & Ports => {
    checkOptions(options);
    const all: { -readonly [Port in keyof OwnPorts]: OwnPorts[Port] } = { resolver, crypto, ...options };
    // `{ resolver: undefined }`, which many wrappers pass on, means the default, too.
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
