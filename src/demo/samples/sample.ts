import type { ExpectedOutcome } from "../types.js";
import type { Letter } from "./letter.js";
import type { Sender, Signer } from "./post-office.js";

/** A sample: what is in it, and what happens to it on its way. */
export interface Sample {
  readonly id: string;
  readonly receivedAt: Date;
  /** What to look at: a few words, and a sentence or two. */
  readonly title: string;
  readonly about: string;
  readonly expected: ExpectedOutcome;
  readonly letter: Letter;
  /** Who signs what the author wrote; the first one's field is on top. */
  readonly signers: readonly Signer[];
  /** Seconds. */
  readonly expiresAfter?: number;
  /** The only signer leaves room for more text (l=). */
  readonly signsFirstPart?: boolean;
  /** What a server between does to the message, octets as a binary string, when it arrives there. */
  readonly onTheWay?: (message: string, at: Date) => string;
  /** Who signs what that server made of it. */
  readonly relaySigners?: readonly Signer[];
  readonly sender: Sender;
}

type Signature = ExpectedOutcome["signatures"][number];

export function passing(domain: string): Signature {
  return { domain, result: "pass", reason: null };
}

/** An outcome in which nobody vouches, or nobody can be asked. */
export function nobody(
  state: ExpectedOutcome["state"],
  signatures: readonly Signature[],
  warnings: ExpectedOutcome["warnings"] = [],
): ExpectedOutcome {
  return { state, signer: null, alignment: null, intermediary: null, warnings, signatures };
}

/** An outcome in which the author's own domain vouches: the first signature's. */
export function author(
  signer: string,
  signatures: readonly Signature[] = [passing(signer)],
  warnings: ExpectedOutcome["warnings"] = [],
): ExpectedOutcome {
  return { state: "author", signer, alignment: "exact", intermediary: null, warnings, signatures };
}

/** A date of the sample mailbox's last week, in UTC. */
export function november(day: number, hour: number, minute: number): Date {
  return new Date(Date.UTC(2026, 10, day, hour, minute));
}
