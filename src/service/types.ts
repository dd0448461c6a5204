import type { Crypto } from "../dkim/crypto.js";
import type { DkimResult, ReasonCode } from "../dkim/reasons.js";
import type { Resolver } from "../dkim/resolver.js";
import type { SignatureAlgorithm } from "../dkim/types.js";
import type { OrganizationalDomain } from "../status/organizational-domain.js";
import type { Alignment, Author, ConcernCode, Status } from "../status/types.js";

/**
 * A message as octets, whole or in pieces. A whole one has been read when the call returns its promise, a piece when
 * the next one is requested: after that its memory may be reused.
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
   * Cancels key lookups and reading: signatures not yet judged become `temperror`; if the header had not ended, the
   * state is `unknown` and `signatures` is empty.
   */
  readonly signal?: AbortSignal | undefined;
  /** Finds a domain's organizational domain. Default: the Public Suffix List, loaded when it is needed. */
  readonly organizationalDomain?: OrganizationalDomain | undefined;
}

/** Local limits of verification. */
export interface VerificationPolicy {
  /** DKIM-Signature fields that are tried, those of the author's domain first. Default: 16. */
  readonly maxSignatures?: number | undefined;
  /** Milliseconds that one key lookup may take. Default: 10,000. */
  readonly lookupTimeout?: number | undefined;
}

/** What `verify` returns and `verify --json` prints. */
export interface Verification {
  /** null where the state is `malformed`, or reading was cancelled in the header */
  readonly author: Author | null;
  /** In the order of their fields, top down. */
  readonly signatures: readonly SignatureReport[];
  readonly status: Status;
  /** The field's value, unfolded, without its name; null without an authserv-id. */
  readonly authenticationResults: string | null;
}

/** The verdict on one signature, and its tags as far as they could be read. RFC 6376 §3.5 */
export interface SignatureReport {
  readonly result: DkimResult;
  /** null exactly if `result` is `pass` */
  readonly reason: ReasonCode | null;
  /** d= as lower-case A-labels */
  readonly domain: string | null;
  /** s= as lower-case A-labels */
  readonly selector: string | null;
  /** i=, decoded; `@` and d= if it is absent */
  readonly identity: string | null;
  readonly algorithm: SignatureAlgorithm | null;
  /** `header/body`, such as `relaxed/simple` */
  readonly canonicalization: string | null;
  /** Length of the RSA modulus, or 256 for Ed25519; null if no key was read. */
  readonly keyBits: number | null;
  /** l=, in octets of the canonical body; null without it */
  readonly bodyLength: number | null;
  /** Of `domain` to the author's. */
  readonly alignment: Alignment;
  readonly concerns: readonly ConcernCode[];
}

/** How to change a message: the only octets that `annotate` and `sign` touch. */
export interface Edit {
  /** What to put in front of the message: whole header fields, in the message's own line ending. */
  readonly prepend: Uint8Array;
  /** Header fields to remove, by their index from the top, from 0. */
  readonly remove: readonly number[];
}
