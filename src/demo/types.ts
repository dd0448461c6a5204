import type { DkimResult, ReasonCode } from "../dkim/reasons.js";
import type { ConcernCode, IntermediaryKind, State, Alignment } from "../status/types.js";

/** What a person reads of a message. Text only: nothing of it is ever markup. */
export interface Reading {
  readonly name: string;
  readonly address: string;
  readonly to: string;
  readonly subject: string;
  /** ISO 8601; null where the message has no date that can be read. */
  readonly date: string | null;
  readonly text: string;
}

/** A sample in assets/samples/index.json. */
export interface SampleEntry {
  readonly id: string;
  /** ISO 8601 */
  readonly receivedAt: string;
  /** What to look at: a few words, and a sentence or two. */
  readonly title: string;
  readonly about: string;
  readonly expected: ExpectedOutcome;
}

/** What this project has to find in the octets of a sample. */
export interface ExpectedOutcome {
  readonly state: State;
  readonly signer: string | null;
  readonly alignment: Alignment | null;
  readonly intermediary: { readonly id: string | null; readonly kind: IntermediaryKind } | null;
  /** Concerns of level warn, when the octets are verified; a field tells of a refused signature only that it was. */
  readonly warnings: readonly ConcernCode[];
  /** Top down. */
  readonly signatures: readonly {
    readonly domain: string;
    readonly result: DkimResult;
    readonly reason: ReasonCode | null;
  }[];
}

/** A message as the demo's server hands it to the page. */
export interface MailboxMessage {
  readonly id: string;
  readonly receivedAt: string;
  readonly title: string;
  readonly about: string;
  readonly reading: Reading;
  /** The whole message as a binary string (see message/octets.ts). */
  readonly octets: string;
}
