import { parseAddressList, type Mailbox } from "./address-list.js";
import { decodeEncodedWords, hasUnknownCharset } from "./encoded-word.js";
import { IRREGULAR_NAME, type Header } from "./header.js";
import { detached } from "./octets.js";
import { parsePlainMailbox } from "./plain-mailbox.js";

export type { Mailbox } from "./address-list.js";

/** Why a message has no clear author. */
export const AUTHOR_REASONS = [
  "header-too-large", // there could be a second From after what was read
  "header-bare-lf", // readers disagree about where its lines end
  "from-missing",
  "from-repeated", // more than one From field, in any spelling
  "from-unparsable",
  "from-several-domains",
] as const;
export type AuthorReason = (typeof AUTHOR_REASONS)[number];

/** The author of a message, or why there is none. */
export type AuthorFinding =
  | {
      readonly mailbox: Mailbox;
      /** The other mailboxes of the field, all of the same domain; absent if there are none. */
      readonly others?: readonly Mailbox[];
      /**
       * All that the field shows, addresses, comments, groups and routes included; as characters, for display only.
       * Absent if that is no more than the mailbox' name and address.
       */
      readonly text?: string;
      /** The field has words in an unknown charset: readers may see more in them than `text` has. */
      readonly illegible?: true;
      readonly reason: null;
    }
  | { readonly mailbox: null; readonly reason: AuthorReason };

/** @returns the first mailbox of the only From field, if all its mailboxes are of one domain */
export function authorOf(header: Header): AuthorFinding {
  if (header.truncated) return noAuthor("header-too-large");
  if (header.strayText === null) return noAuthor("header-too-large");
  if (header.hasBareLf) return noAuthor("header-bare-lf");
  const regular = header.named.get("from") ?? [];
  const irregular = hidesField(header, "from");
  // RFC 5322 §2.2 and §3.6.8 allow no such name, so some readers see a From there and others do not: it counts as one.
  if (irregular) return noAuthor(regular.length > 0 ? "from-repeated" : "from-unparsable");
  return authorOfValues(regular.map((field) => detached(field.value)));
}

/** As {@link authorOf}, for callers who have only the values of the From fields (binary strings). */
export function authorOfValues(values: readonly string[]): AuthorFinding {
  const [value] = values;
  if (value === undefined) return noAuthor("from-missing");
  if (values.length > 1) return noAuthor("from-repeated");
  const plain = parsePlainMailbox(value);
  if (plain !== null) return { mailbox: plain, reason: null };
  const mailboxes = parseAddressList(value) ?? [];
  const [mailbox, ...others] = mailboxes;
  if (mailbox === undefined) return noAuthor("from-unparsable");
  if (mailboxes.some(({ domain }) => domain !== mailbox.domain)) return noAuthor("from-several-domains");
  const shown = value.replace(/[\r\n\\"]/g, "");
  return {
    mailbox,
    ...(others.length > 0 && { others }),
    text: decodeEncodedWords(shown),
    ...(hasUnknownCharset(shown) && { illegible: true }),
    reason: null,
  };
}

/** @returns the author as results report it: without the display name, which anybody can choose */
export function authorTold({ mailbox }: AuthorFinding): { readonly address: string; readonly domain: string } | null {
  return mailbox === null ? null : { address: `${mailbox.localPart}@${mailbox.domain}`, domain: mailbox.domain };
}

/**
 * Whether some readers may see a field of this name that the grammar does not: one with an irregular name (`Fr om`,
 * `From\0`), after a bare CR, which ends a line for some, or after a line that is not a field.
 * @param name in lower case
 */
export function hidesField(header: Header, name: string): boolean {
  if (!header.isIrregular) return false;
  const isName = (line: string) => isReadAs(name, line);
  return (
    header.fields.some(({ name: written }) => IRREGULAR_NAME.test(written) && isName(written)) ||
    header.fields.some(({ raw }) => BARE_CR.test(raw) && raw.split(BARE_CR).slice(1).some(isName)) ||
    (header.strayText ?? "").split(/[\r\n]+/).some(isName)
  );
}

const BARE_CR = /\r(?!\n)/;

/** Whether the line's name is this one, apart from octets that a reader may drop: white space, controls, non-ASCII. */
function isReadAs(name: string, line: string): boolean {
  const colon = line.indexOf(":");
  const written = colon < 0 ? line : line.slice(0, colon);
  return written.replace(/[^\x21-\x7e]+/g, "").toLowerCase() === name;
}

function noAuthor(reason: AuthorReason): AuthorFinding {
  return { mailbox: null, reason };
}
