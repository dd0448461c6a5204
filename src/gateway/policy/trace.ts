import type { SigningKey } from "../../dkim/sign.js";
import type { AuthorReason } from "../../message/author.js";

/** Why the rules do not sign. A closed set: texts for people are looked up by it. */
export type UnsignedReason =
  | AuthorReason
  | "door-only-verifies"
  | "client-not-allowed" // no rule covers whoever submitted it
  | "client-ignored" // the same, and that is expected
  | "author-not-allowed" // a rule covers whoever submitted it, but none for this author
  | "no-key-for-author";

/** A `SigningDecision` of the rules. */
export type RuleDecision =
  | { readonly keys: readonly SigningKey[]; readonly reason: null }
  | { readonly keys: null; readonly reason: UnsignedReason };

/** What a rule asks for. */
export type Condition = "door" | "login" | "network" | "daemon" | "author";

/** What chose the keys: a rule, a line of the signing table (by its pattern), or the nearest domain (null: none). */
export type KeySource =
  | { readonly kind: "rule" | "signing-table"; readonly name: string }
  | { readonly kind: "domain"; readonly name: string | null };

/** One step on the way to a decision, in the order in which it was taken. */
export type TraceStep =
  | { readonly step: "author"; readonly address: string | null; readonly reason: AuthorReason | null }
  /** A rule about who may sign as whom; the first condition that did not hold, or null: it applies. */
  | { readonly step: "rule"; readonly rule: string; readonly unmet: Condition | null }
  | { readonly step: "keys"; readonly source: KeySource; readonly keys: readonly string[] };

/** Why a message is signed or not, as `explain` reports it. */
export interface DecisionTrace {
  readonly decision: RuleDecision;
  readonly steps: readonly TraceStep[];
}
