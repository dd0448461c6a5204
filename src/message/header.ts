import { binaryString } from "./octets.js";

/** One header field with its octets untouched. RFC 5322 §2.2 */
export interface HeaderField {
  /** Position from the top of the message, from 0. */
  readonly index: number;
  /** The name as written, without the obsolete white space before the colon (RFC 5322 §4.5.8: `From :`). */
  readonly name: string;
  /** The name in lower case, to compare with. */
  readonly key: string;
  /** The whole field as a binary string, its inner line ends as CRLF, without the final one. */
  readonly raw: string;
  /** What stands behind the colon in `raw`. */
  readonly value: string;
  /** Octet offsets in the message: the first octet of the name, and the one behind the final line end. */
  readonly start: number;
  readonly end: number;
}

/** The header of a message. */
export interface Header {
  /** Topmost first. */
  readonly fields: readonly HeaderField[];
  /** How lines end: what is put in front of the message uses it too. */
  readonly lineEnding: "\r\n" | "\n";
  /** A CRLF message with a bare LF in its header: readers disagree about where its lines end. */
  readonly hasBareLf: boolean;
  /** The header was cut at {@link MAX_HEADER_OCTETS}; what is behind was not looked at. */
  readonly truncated: boolean;
  /** Octet offset of the body: behind the empty line, or at the line that is no header field. */
  readonly bodyOffset: number;
}

/**
 * Octets of a header that are read. Real headers stay under 64 KiB (Postfix' header_size_limit is 100 KiB); the limit
 * keeps memory and time in bounds for a header without end.
 */
export const MAX_HEADER_OCTETS = 512 * 1024;

/**
 * Splits off the header. A bare CR never ends a line; LF does, and CRLF does.
 * @param message the message, or at least its header; a `Uint8Array` of octets
 */
export function parseHeader(message: Uint8Array): Header {
  return parseHeaderText(binaryString(message.subarray(0, MAX_HEADER_OCTETS)), message.length > MAX_HEADER_OCTETS);
}

/** As {@link parseHeader}, from a binary string; `more` says that the message goes on behind it. */
export function parseHeaderText(text: string, more: boolean): Header {
  const firstLf = text.indexOf("\n");
  const lineEnding = firstLf >= 0 && text.charAt(firstLf - 1) !== "\r" ? "\n" : "\r\n";
  const fields: HeaderField[] = [];
  let hasBareLf = false;
  let at = 0;
  for (;;) {
    if (at >= text.length) return end(more, at);
    const blank = emptyLineAt(text, at);
    if (blank > 0) return end(false, at + blank);
    const fieldEnd = endOfField(text, at);
    if (fieldEnd < 0 && more) return end(true, at);
    const stop = fieldEnd < 0 ? text.length : fieldEnd;
    const octets = text.slice(at, stop);
    const colon = octets.indexOf(":");
    if (!startsField(octets, colon)) return end(false, at);
    if (lineEnding === "\r\n" && /(?<!\r)\n/.test(octets)) hasBareLf = true;
    fields.push(fieldOf(fields.length, octets, colon, at, stop));
    at = stop;
  }
  function end(truncated: boolean, bodyOffset: number): Header {
    return { fields, lineEnding, hasBareLf, truncated, bodyOffset };
  }
}

/** @returns the length of the empty line at `at` (1 or 2 octets), or 0 */
function emptyLineAt(text: string, at: number): number {
  const c = text.charCodeAt(at);
  if (c === 0x0a) return 1;
  return c === 0x0d && text.charCodeAt(at + 1) === 0x0a ? 2 : 0;
}

/** @returns the offset behind the line end of the field's last line, or -1 where the text ends within the field */
function endOfField(text: string, at: number): number {
  for (let lf = text.indexOf("\n", at); lf >= 0; lf = text.indexOf("\n", lf + 1)) {
    const next = text.charCodeAt(lf + 1);
    if (Number.isNaN(next)) return -1;
    if (!isWsp(next)) return lf + 1;
  }
  return -1;
}

/** A line without a colon ends the header, as does a first line that continues nothing. */
function startsField(octets: string, colon: number): boolean {
  const lf = octets.indexOf("\n");
  if (colon <= 0 || (lf >= 0 && colon > lf)) return false;
  return !isWsp(octets.charCodeAt(0));
}

function isWsp(octet: number): boolean {
  return octet === 0x20 || octet === 0x09;
}

function fieldOf(index: number, octets: string, colon: number, start: number, end: number): HeaderField {
  const unended = octets.replace(/\r?\n$/, "");
  const raw = unended.includes("\n") ? unended.replace(/\r?\n/g, "\r\n") : unended;
  let nameEnd = colon;
  while (nameEnd > 0 && isWsp(octets.charCodeAt(nameEnd - 1))) nameEnd--;
  const name = octets.slice(0, nameEnd);
  return { index, name, key: name.toLowerCase(), raw, value: raw.slice(colon + 1), start, end };
}

/** @returns the value without its folding: line ends removed, white space kept. RFC 5322 §2.2.3 */
export function unfold(value: string): string {
  return value.includes("\n") ? value.replace(/\r\n(?=[ \t])/g, "") : value;
}
