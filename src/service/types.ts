import type { Crypto } from "../dkim/crypto.js";
import type { DkimResult, ReasonCode } from "../dkim/reasons.js";
import type { Resolver } from "../dkim/resolver.js";
import type { SignatureAlgorithm } from "../dkim/types.js";
import type { OrganizationalDomain } from "../status/organizational-domain.js";
import type { Alignment, Author, ConcernCode, Status } from "../status/types.js";

/**
 * A message as octets, whole or in pieces. A whole one is read before the call returns its promise; a piece is read before
 * the next one is asked for. Both may be reused then.
 */
export type MessageSource = Uint8Array | AsyncIterable<Uint8Array>;

export interface VerifyOptions {
  /** Where keys come from. Default: the system's resolver on Node, DNS over HTTPS in a browser. */
  readonly resolver?: Resolver | undefined;
  /** Default: `node:crypto` on Node, WebCrypto in a browser. */
  readonly crypto?: Crypto | undefined;
  /** The time of verification. Default: the present. */
  readonly now?: Date | undefined;
  /** When the message arrived (IMAP INTERNALDATE): x= is judged as of then. Default: `now`. */
  readonly receivedAt?: Date | undefined;
  /** Who verifies (RFC 8601 §2.5); without it `authenticationResults` is null. */
  readonly authservId?: string | undefined;
  readonly policy?: VerificationPolicy | undefined;
  /**
   * Cancels key lookups and reading: signatures not yet judged become `temperror`; where the header had not ended, the state
   * is `unknown` and no signature is told.
   */
  readonly signal?: AbortSignal | undefined;
  /** Finds a domain's organizational domain. Default: the Public Suffix List, loaded when it is needed. */
  readonly organizationalDomain?: OrganizationalDomain | undefined;
}

/** Local limits of verification; each default is a named constant of `dkim/` with its reason. */
export interface VerificationPolicy {
  /** DKIM-Signature fields that are tried; those of the author's domain first. */
  readonly maxSignatures?: number | undefined;
  /** Milliseconds that one key lookup may take. */
  readonly lookupTimeout?: number | undefined;
}

/** What `verify` answers and `verify --json` prints. */
export interface Verification {
  /** null where the state is `malformed`, or reading was cancelled in the header */
  readonly author: Author | null;
  /** In the order of their fields, top down. */
  readonly signatures: readonly SignatureReport[];
  readonly status: Status;
  /** The field's value, unfolded, without its name; null without an authserv-id. */
  readonly authenticationResults: string | null;
}

export interface SignatureReport {
  readonly result: DkimResult;
  readonly reason: ReasonCode | null;
  readonly domain: string | null;
  readonly selector: string | null;
  readonly identity: string | null;
  readonly algorithm: SignatureAlgorithm | null;
  /** `header/body` */
  readonly canonicalization: string | null;
  readonly keyBits: number | null;
  /** l= */
  readonly bodyLength: number | null;
  readonly alignment: Alignment;
  readonly concerns: readonly ConcernCode[];
}

/** How to change a message: the only octets that `annotate` and `sign` touch. */
export interface Edit {
  /** What to put in front of the message: whole header fields, in the message's own line ending. */
  readonly prepend: Uint8Array;
  /** Header fields to take out, by their index from the top. */
  readonly remove: readonly number[];
}
