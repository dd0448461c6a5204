import type { Header } from "./header.js";

/** Why the author cannot be told. */
export const AUTHOR_REASONS = [
  "header-too-large", // a second From could stand behind what was read
  "header-bare-lf", // readers disagree where its lines end
  "from-missing",
  "from-repeated", // more than one From field, in any spelling
  "from-unparsable",
  "from-several-domains",
] as const;
export type AuthorReason = (typeof AUTHOR_REASONS)[number];

/** One mailbox of the From field. RFC 5322 §3.4 */
export interface Mailbox {
  /** For display only: encoded-words decoded (RFC 2047), as characters; null where there is none. */
  readonly displayName: string | null;
  /** As written, unquoted, as characters. */
  readonly localPart: string;
  /** Lower-case A-labels. */
  readonly domain: string;
}

/** The author of a message, or why there is none. */
export type AuthorFinding =
  { readonly mailbox: Mailbox; readonly reason: null } | { readonly mailbox: null; readonly reason: AuthorReason };

/** @returns the first mailbox of the only From field, where all its mailboxes are of one domain */
export declare function authorOf(header: Header): AuthorFinding;

/** As {@link authorOf}, where only the values of the From fields (binary strings) can be had. */
export declare function authorOfValues(values: readonly string[]): AuthorFinding;
