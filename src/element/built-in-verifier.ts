import { octetsOf } from "../message/octets.js";
import type { TxtAnswer } from "../dkim/resolver.js";
import type { Verifier, VerifierRequest } from "./inputs.js";

/** What the built-in verifier needs from the page: it never opens a connection itself. */
export interface BuiltInVerifierOptions {
  /** The whole message: octets, or a string with one code unit per octet. */
  readonly message: (request: VerifierRequest) => MessageOctets | Promise<MessageOctets>;
  /**
   * The TXT records of a name, the strings of each joined. Rejects with an error whose `code` is `not-found` if the DNS
   * says that there are none, and with any other error if it does not answer.
   */
  readonly resolveTxt: (
    name: string,
    options?: { readonly signal?: AbortSignal | undefined },
  ) => TxtAnswer | Promise<TxtAnswer>;
  /** When the message arrived. Default: now. */
  readonly receivedAt?: Date;
}

type MessageOctets = Uint8Array | ArrayBuffer | string;

/** @returns a verifier that checks the signatures in this browser; its code is loaded when it is first called */
export function builtInVerifier({ message, resolveTxt, receivedAt }: BuiltInVerifierOptions): Verifier {
  return async (request) => {
    const [{ verify }, source] = await Promise.all([import("../browser.js"), message(request)]);
    return verify(typeof source === "string" ? octetsOf(source) : new Uint8Array(source), {
      resolver: { resolveTxt },
      signal: request.signal,
      ...(receivedAt === undefined ? {} : { receivedAt }),
    });
  };
}
