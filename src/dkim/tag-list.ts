/** One tag: its value without the white space around it, and the offsets of all that is between `=` and `;`. */
export interface Tag {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

export type TagList =
  | { readonly tags: ReadonlyMap<string, Tag>; readonly error: null }
  | { readonly tags: ReadonlyMap<string, Tag>; readonly error: "syntax" | "duplicate" };

/**
 * Parses a tag list. RFC 6376 §3.2. Names are case-sensitive, unknown ones are kept; values may contain octets above
 * 127 (RFC 8616 §5).
 * @param text a binary string; folding as CRLF and white space
 * @returns the tags read up to the error, if there is one: a list with an error is invalid as a whole
 */
export function parseTagList(text: string): TagList {
  const tags = new Map<string, Tag>();
  const isOfValues = !NO_TAG_VALUE.test(text); // usually saves the test of each value
  let start = 0;
  while (start <= text.length) {
    const semicolon = text.indexOf(";", start);
    const end = semicolon < 0 ? text.length : semicolon;
    const nameStart = skipFws(text, start);
    // A final ";" may end the list, and real lists have white space after it.
    if (nameStart === end && semicolon < 0 && tags.size > 0) break;
    const equals = text.indexOf("=", nameStart);
    if (equals < 0 || equals >= end) return { tags, error: "syntax" };
    const name = text.slice(nameStart, fwsBefore(text, equals));
    const valueStart = skipFws(text, equals + 1);
    const value = text.slice(valueStart, fwsBefore(text, end));
    if (!TAG_NAME.test(name) || (!isOfValues && NO_TAG_VALUE.test(value))) return { tags, error: "syntax" };
    if (tags.has(name)) return { tags, error: "duplicate" };
    tags.set(name, { value, start: equals + 1, end });
    start = end + 1;
  }
  return { tags, error: null };
}

const TAG_NAME = /^[A-Za-z][A-Za-z0-9_]*$/;
const NO_TAG_VALUE = /[^\x21-\x7e\x80-\xff \t\r\n]/; // values are cut at ";"

/** The parts of a colon-separated value, without the white space around each. RFC 6376 §3.5, h= and q= */
export function colonSeparated(value: string): string[] {
  return value.split(":").map((part) => part.slice(skipFws(part, 0), fwsBefore(part, part.length)));
}

/** @returns the first index from `at` on that is not white space; it does not pass ";" or the end of the text */
function skipFws(text: string, at: number): number {
  while (isFws(text.charCodeAt(at))) at++;
  return at;
}

/** @returns the start of the white space that ends at `end` */
function fwsBefore(text: string, end: number): number {
  while (isFws(text.charCodeAt(end - 1))) end--;
  return end;
}

function isFws(octet: number): boolean {
  return octet === 0x20 || octet === 0x09 || octet === 0x0d || octet === 0x0a;
}
