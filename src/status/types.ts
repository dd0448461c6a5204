import type { MethodResult } from "../authentication-results/types.js";
import type { ReasonCode } from "../dkim/reasons.js";
import type { AuthorReason } from "../message/author.js";

/** What one icon tells the reader. In the order in which they are decided: the first that applies. */
export const STATES = ["checking", "malformed", "author", "third-party", "unknown", "unsigned", "invalid"] as const;
export type State = (typeof STATES)[number];

/** How the signing domain relates to the author's: equal, of the same organizational domain, or neither. */
export type Alignment = "exact" | "organization" | "none";

/** What a service does that signs mail of others. */
export const INTERMEDIARY_KINDS = ["mailing-list", "forwarder", "bulk-sender", "platform"] as const;
export type IntermediaryKind = (typeof INTERMEDIARY_KINDS)[number];

/** A service that signs mail of others; `id` is null for a mailing list that is not known but declares itself one. */
export interface Intermediary {
  readonly id: string | null;
  readonly kind: IntermediaryKind;
}

/** Why the state is what it is, besides the reasons of the author field and of the signatures. */
export const STATUS_REASONS = [
  // unknown
  "nothing-trusted", // no authserv-id is configured
  "no-trusted-field", // no field of a trusted server
  "no-dkim-result", // a trusted field that says nothing about DKIM
  "field-defective", // a trusted server's field that cannot be read
  "order-unknown", // the raw order is not known, and the first field does not count
  "result-word-unknown", // only result words that RFC 8601 does not have
  "temporary-error", // the verifier could not finish
  "signer-unnamed", // a pass, but nobody can say of which domain
  "too-old-to-check", // checked long after receipt, and the key is gone
  "verifier-failed", // the verifier that was asked did not answer
  "folder-not-judged", // Sent, Drafts, imported mail
  // invalid
  "result-neutral", // another verifier did not want to say (RFC 8601 §2.7.1)
  // checking
  "verification-pending",
  "organization-pending", // the Public Suffix List is being loaded
  // third-party
  "organization-unknown", // the Public Suffix List is not available
  "author-signature-failed", // the author's domain had signed too; that signature does not pass
  "author-signature-unchecked", // the author's domain had signed too; that signature was not checked
  "list-declares-itself", // the signature covers a List-Id of its own domain
] as const;
export type StatusReason = (typeof STATUS_REASONS)[number];

/** A reason of the state: one of its own, of the author field, or of the signatures (state `invalid`). */
export type Reason = StatusReason | AuthorReason | ReasonCode;

/** What is weak about a message or its signature; the name after a colon is that of a header field, in lower case. */
export type ConcernCode =
  | "name-shows-other-address"
  | "partly-signed"
  | `field-repeated:${string}`
  | "testing-key"
  | "weak-algorithm"
  | "dmarc-fail"
  | `not-signed:${string}`
  | "signer-inferred"
  | "legacy-field"
  | "future-timestamp";

/** The reason that our own Authentication-Results give for a pass by a testing key (t=y): no result expresses that. */
export const TESTING_KEY = "testing-key" satisfies ConcernCode;

/** A concern and its weight. */
export interface Concern {
  readonly code: ConcernCode;
  /** `warn` is shown as a caution in place of the state's own sign; a `note` is only mentioned. */
  readonly level: "warn" | "note";
}

/** The one answer about a message. Domains are lower-case A-labels. */
export interface Status {
  readonly state: State;
  /** The domain that vouches, if the state is `author` or `third-party`; else null. */
  readonly signer: string | null;
  /** Of that signer; null without one. */
  readonly alignment: Alignment | null;
  /** What the signer is, if the state is `third-party` and that is known. */
  readonly intermediary: Intermediary | null;
  readonly reasons: readonly Reason[];
  readonly concerns: readonly Concern[];
}

/** Who wrote a message, as its From says. */
export interface Author {
  /** The first mailbox: local part as written, domain as lower-case A-labels. */
  readonly address: string;
  readonly domain: string;
}

/** What `statusOf` returns, and the element shows. */
export interface StatusReport {
  /** null if the message has no clear author; the state is then `malformed`, if the message is judged at all. */
  readonly author: Author | null;
  readonly status: Status;
  /**
   * Results of all methods in the trusted run, the deciding field's DKIM results first; the others never raise the
   * state.
   */
  readonly results: readonly MethodResult[];
  /** Who checked: the authserv-id of the deciding field; null if there is none, or it was checked here. */
  readonly authservId: string | null;
  /** The deciding field's value as text, for the technical details; null if there is none. */
  readonly field: string | null;
}
