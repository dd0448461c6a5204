import type { Mailbox } from "./address-list.js";
import { domainOf } from "./domain.js";

/** RFC 5322 §3.2.3 atext without "=" and "?", which encoded-words (RFC 2047 §2) need. */
const PLAIN_ATOM = "[\\w!#$%&'*+/^`{|}~-]+";

/** Optionally a name (atoms, or quoted without `<`, `=`, `>`, `?`, `@`) and `<`; the address; `>`. */
const PLAIN_MAILBOX = new RegExp(
  `^ ?(?:(?:((?:${PLAIN_ATOM} )*)|"([ !#-;A-[\\]-~]*)" ?)(<))?` +
    `(${PLAIN_ATOM}(?:\\.${PLAIN_ATOM})*)@([\\w.-]+)(>?)$`,
);

/** Octets of a value that {@link parsePlainMailbox} looks at. */
const MAX_PLAIN_OCTETS = 512;

/**
 * The fast path for nearly every From: one mailbox in ASCII, not folded, without comments, escapes or encoded-words,
 * and with nothing in the name that could be taken for an address.
 * @returns the mailbox that `parseAddressList` would read; null if that has to read the value
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
