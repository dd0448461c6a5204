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
  /** What follows the colon in `raw`. */
  readonly value: string;
  /** Octet offsets in the message: of the name's first octet, and of the octet after the final line end. */
  readonly start: number;
  readonly end: number;
}

/** The header of a message. */
export interface Header {
  /** Topmost first. */
  readonly fields: readonly HeaderField[];
  /** How lines end; used for what is put in front of the message, too. */
  readonly lineEnding: "\r\n" | "\n";
  /** The fields of each name, in lower case; topmost first. */
  readonly named: ReadonlyMap<string, readonly HeaderField[]>;
  /** A CRLF message with a bare LF in its header: readers disagree about where its lines end. */
  readonly hasBareLf: boolean;
  /**
   * A field has a name that RFC 5322 §3.6.8 does not allow, a field contains a bare CR, or there is a stray line:
   * readers may disagree about which fields there are.
   */
  readonly isIrregular: boolean;
  /** The header was cut at {@link MAX_HEADER_OCTETS}; what follows was not looked at. */
  readonly truncated: boolean;
  /**
   * The line that ended the header though it is neither empty nor a field, as a binary string; it counts as the body's
   * first. Other readers may skip it or take it for a field. null if an empty line ended the header.
   */
  readonly strayLine: string | null;
  /**
   * From the stray line up to the next empty line, as a binary string: a reader that skips the stray line takes this
   * for header. "" without one; null if there is no empty line within {@link MAX_HEADER_OCTETS}.
   */
  readonly strayText: string | null;
  /** Octet offset of the body: after the empty line, or at the stray line. */
  readonly bodyOffset: number;
}

/**
 * Octets of a header that are read. Real headers stay under 64 KiB (Postfix' header_size_limit is 100 KiB); the limit
 * bounds memory and time for a header that never ends.
 */
export const MAX_HEADER_OCTETS = 512 * 1024;

/**
 * Splits off the header. A bare CR never ends a line; LF does, and CRLF does.
 * @param message the message, or at least its header; a `Uint8Array` of octets
 */
export function parseHeader(message: Uint8Array): Header {
  for (let look = FIRST_LOOK; ; look *= 4) {
    const octets = message.subarray(0, Math.min(look, MAX_HEADER_OCTETS));
    const header = parseHeaderText(binaryString(octets), message.length > octets.length);
    if (!header.truncated || look >= MAX_HEADER_OCTETS) return header;
  }
}

/** Octets that are looked at first: most headers end within them, and the body need not be turned into a string. */
const FIRST_LOOK = 4096;

/**
 * As {@link parseHeader}, from a binary string; `more` says that the message goes on after it. A header that is not
 * `truncated` is final even then: nothing that follows could change it.
 */
export function parseHeaderText(text: string, more: boolean): Header {
  const firstLf = text.indexOf("\n");
  const lineEnding = firstLf >= 0 && text.charAt(firstLf - 1) !== "\r" ? "\n" : "\r\n";
  const lines = new Lines(text);
  const fields: HeaderField[] = [];
  const named = new Map<string, HeaderField[]>();
  let hasBareLf = false;
  let isIrregular = false;
  let at = 0;
  for (;;) {
    if (at >= text.length) return end(more, at);
    const lineEnd = lines.endFrom(at);
    if (lineEnd < 0 && more) return end(true, at);
    if (lineEnd === at + 1 || (lineEnd === at + 2 && text.charCodeAt(at) === CR)) {
      hasBareLf ||= lineEnd === at + 1 && lineEnding === "\r\n";
      return end(false, lineEnd);
    }
    const colon = text.indexOf(":", at);
    // A line without a colon ends the header, and so does a first line that begins with white space.
    if (colon <= at || (lineEnd >= 0 && colon >= lineEnd) || isWsp(text.charCodeAt(at))) return endAtStray(lineEnd);
    const stop = endOfField(text, lines, lineEnd);
    if (stop < 0 && more) return end(true, at);
    hasBareLf ||= lines.hasBareLf && lineEnding === "\r\n";
    const field = fieldOf(fields.length, text, at, colon, stop < 0 ? text.length : stop, lines.hasBareLf);
    if (lines.hasBareCr || IRREGULAR_NAME.test(field.name)) isIrregular = true;
    fields.push(field);
    const others = named.get(field.key);
    if (others === undefined) named.set(field.key, [field]);
    else others.push(field);
    at = field.end;
  }
  function end(truncated: boolean, bodyOffset: number): Header {
    const strays = { strayLine: null, strayText: "" };
    return { fields, named, lineEnding, hasBareLf, isIrregular, truncated, ...strays, bodyOffset };
  }
  function endAtStray(lineEnd: number): Header {
    const stop = emptyLine(text, at);
    if (stop < 0 && more && text.length < MAX_HEADER_OCTETS) return end(true, at);
    const strayLine = text.slice(at, lineEnd < 0 ? text.length : endWithoutLineEnd(text, lineEnd));
    const strayText = stop < 0 && more ? null : text.slice(at, stop < 0 ? text.length : stop);
    return { ...end(false, at), isIrregular: true, strayLine, strayText };
  }
}

/** Finds the ends of lines, from the top down, and notes bare CRs and LFs. */
class Lines {
  hasBareLf = false;
  hasBareCr = false;
  /** The next CR; remembered, so that a file without any is searched once and not once for each line. */
  private cr = -1;

  constructor(private readonly text: string) {}

  /** @returns the offset after the line that begins at `at`, or -1 if it does not end */
  endFrom(at: number): number {
    const { text } = this;
    if (this.cr < at) {
      const cr = text.indexOf("\r", at);
      this.cr = cr < 0 ? text.length : cr;
    }
    const lf = text.indexOf("\n", at);
    if (this.cr === lf - 1) return lf + 1; // nearly always
    if (this.cr < (lf < 0 ? text.length : lf)) this.hasBareCr = true;
    if (lf < 0) return -1;
    if (text.charCodeAt(lf - 1) !== CR) this.hasBareLf = true;
    return lf + 1;
  }
}

/**
 * @param at where the field's first line ends, or -1 (which is no octet of the text) if it does not
 * @returns the offset after the field, or -1 if the field may go on after the text
 */
function endOfField(text: string, lines: Lines, at: number): number {
  while (isWsp(text.charCodeAt(at))) at = lines.endFrom(at);
  return at < text.length ? at : -1;
}

/** @returns the offset of the next empty line, or -1 */
function emptyLine(text: string, at: number): number {
  for (let lf = text.indexOf("\n", at); lf >= 0; lf = text.indexOf("\n", lf + 1)) {
    if (text.startsWith("\n", lf + 1) || text.startsWith("\r\n", lf + 1)) return lf + 1;
  }
  return -1;
}

/** Matches names that readers may disagree about: with white space, controls or non-ASCII octets. */
export const IRREGULAR_NAME = /[^\x21-\x7e]/;

const CR = 0x0d;
const LF = 0x0a;

/** @returns where the CRLF or LF that ends at `end` begins; `end` itself if there is none */
function endWithoutLineEnd(text: string, end: number): number {
  if (text.charCodeAt(end - 1) !== LF) return end;
  return text.charCodeAt(end - 2) === CR ? end - 2 : end - 1;
}

function isWsp(octet: number): boolean {
  return octet === 0x20 || octet === 0x09;
}

function fieldOf(
  index: number,
  text: string,
  start: number,
  colon: number,
  end: number,
  hasBareLf: boolean,
): HeaderField {
  const unended = text.slice(start, endWithoutLineEnd(text, end));
  const raw = hasBareLf && unended.includes("\n") ? unended.replace(/\r?\n/g, "\r\n") : unended;
  let nameEnd = colon;
  while (isWsp(text.charCodeAt(nameEnd - 1))) nameEnd--; // stops: the first octet is not white space
  const name = text.slice(start, nameEnd);
  return { index, name, key: name.toLowerCase(), raw, value: raw.slice(colon + 1 - start), start, end };
}

/** @returns the value without its folding: line ends removed, white space kept. RFC 5322 §2.2.3 */
export function unfold(value: string): string {
  return value.includes("\n") ? value.replace(/\r\n(?=[ \t])/g, "") : value;
}
