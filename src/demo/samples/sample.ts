import type { ExpectedOutcome } from "../types.js";
import type { PostOffice } from "./post-office.js";

/** A sample and how it comes about. */
export interface Sample {
  readonly id: string;
  readonly receivedAt: Date;
  /** What to look at: a few words, and a sentence or two. */
  readonly title: string;
  readonly about: string;
  readonly expected: ExpectedOutcome;
  /** @returns the message as the mailbox holds it: octets as a binary string */
  readonly write: (office: PostOffice, sample: Sample) => Promise<string>;
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

/** Some seconds before: when it was written, or passed another server. */
export function before(date: Date, seconds: number): Date {
  return new Date(date.getTime() - seconds * 1000);
}
