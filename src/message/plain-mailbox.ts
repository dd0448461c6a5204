import type { Mailbox } from "./address-list.js";
import { domainOf } from "./domain.js";

/** RFC 5322 §3.2.3 atext, but for what encoded-words (RFC 2047 §2) begin with. */
const PLAIN_ATOM = "[\\w!#$%&'*+/^`{|}~-]+";

/** A name of atoms or in quotes (without `<`, `=`, `>`, `?`, `@`), or none, and `<`; the address; `>`. */
const PLAIN_MAILBOX = new RegExp(
  `^ ?(?:(?:((?:${PLAIN_ATOM} )*)|"([ !#-;A-[\\]-~]*)" ?)(<))?` +
    `(${PLAIN_ATOM}(?:\\.${PLAIN_ATOM})*)@([\\w.-]+)(>?)$`,
);

/** Octets of a value that {@link parsePlainMailbox} looks at. */
const MAX_PLAIN_OCTETS = 512;

/**
 * Reads what nearly every From is: one mailbox in ASCII, not folded, without comments, escapes or encoded-words, and of
 * which nothing but the address itself can be taken for one.
 * @returns what `parseAddressList` reads; null where the value has to be read by that
 */
export function parsePlainMailbox(value: string): Mailbox | null {
  const match = value.length > MAX_PLAIN_OCTETS ? null : PLAIN_MAILBOX.exec(value);
  if (match === null) return null;
  const domain = domainOf(match[5]!);
  const isOpen = match[3] !== undefined;
  const isClosed = match[6] !== "";
  if (domain === null || isOpen !== isClosed) return null;
  const name = (match[1] ?? match[2] ?? "").trim();
  return { displayName: name === "" ? null : name, localPart: match[4]!, domain };
}
