import type { MethodResult } from "../authentication-results/types.js";
import type { ReasonCode } from "../dkim/reasons.js";
import type { AuthorReason } from "../message/author.js";

/** What one icon tells the reader. In the order in which the states are decided. */
export const STATES = ["checking", "malformed", "author", "third-party", "unknown", "unsigned", "invalid"] as const;
export type State = (typeof STATES)[number];

/** How the signing domain stands to the author's: equal, in one organizational domain, or neither. */
export type Alignment = "exact" | "organization" | "none";

export const INTERMEDIARY_KINDS = ["mailing-list", "forwarder", "bulk-sender", "platform"] as const;
export type IntermediaryKind = (typeof INTERMEDIARY_KINDS)[number];

/** A service that is known to sign for others; `id` is null for a list that only declares itself. */
export interface Intermediary {
  readonly id: string | null;
  readonly kind: IntermediaryKind;
}

/** Why the state is what it is, beside the author's and the signatures' own reasons. */
export const STATUS_REASONS = [
  // unknown
  "nothing-trusted", // no authserv-id is configured
  "no-trusted-field", // no field of a trusted server
  "no-dkim-result", // a trusted field that says nothing about DKIM
  "field-defective", // a trusted server's field that cannot be read
  "order-unknown", // raw order is not known, and the first field may not speak
  "result-word-unknown", // words that RFC 8601 does not have
  "temporary-error", // the verifier could not finish
  "signer-unnamed", // a pass that nobody can be named for
  "too-old-to-check", // checked long after receipt, and the key is gone
  "verifier-failed", // the verifier that was asked did not answer
  "folder-not-judged", // Sent, Drafts
  // invalid
  "result-neutral", // another verifier did not want to say (RFC 8601 §2.7.1)
  // checking
  "verification-pending",
  "organization-pending", // the Public Suffix List is being loaded
  // third-party
  "organization-unknown", // the Public Suffix List cannot be had
  "author-signature-failed", // the author's domain had signed too; that signature does not pass
  "author-signature-unchecked", // the author's domain had signed too; nobody asked about that signature
  "list-declares-itself", // the signature covers a List-Id of its own domain
] as const;
export type StatusReason = (typeof STATUS_REASONS)[number];

/** A reason of the state: of its own, of the author field, or of the signatures (state `invalid`). */
export type Reason = StatusReason | AuthorReason | ReasonCode;

/** Single-instance fields of RFC 5322 §3.6 that readers are shown, and what a body is read by; in lower case. */
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

/** What our own Authentication-Results says of a pass by a key that is marked as a test: no result tells that. */
export const TESTING_KEY = "testing-key" satisfies ConcernCode;

export interface Concern {
  readonly code: ConcernCode;
  /** `warn` is drawn as a caution in place of the state's own sign, `note` is only told. */
  readonly level: "warn" | "note";
}

/** The one answer about a message. Domains are lower-case A-labels. */
export interface Status {
  readonly state: State;
  /** The domain that vouches, where the state is `author` or `third-party`; else null. */
  readonly signer: string | null;
  /** Of that signer; null without one. */
  readonly alignment: Alignment | null;
  readonly intermediary: Intermediary | null;
  readonly reasons: readonly Reason[];
  readonly concerns: readonly Concern[];
}

export interface Author {
  /** The first mailbox: local part as written, domain as lower-case A-labels. */
  readonly address: string;
  readonly domain: string;
}

/** What `statusOf` answers, and what the element shows. */
export interface StatusReport {
  /** null where the author cannot be told: the state is `malformed` then, if the message is judged at all. */
  readonly author: Author | null;
  readonly status: Status;
  /** All methods that the trusted run tells of, DKIM's of the deciding field first; facts that never raise the state. */
  readonly results: readonly MethodResult[];
  /** Who checked: the authserv-id of the deciding field; null where there is none, or it was checked here. */
  readonly authservId: string | null;
  /** The deciding field's value as text, for the technical details; null where there is none. */
  readonly field: string | null;
}
