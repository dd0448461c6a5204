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
  /**
   * The first line of the body as a binary string, where no empty line but this line, which is no field, ended the
   * header: other readers may pass over it or take it for a field. Else null.
   */
  readonly strayLine: string | null;
  /**
   * From the stray line up to the next empty line, as a binary string: what a reader that passes over the stray line
   * takes for header. "" without one; null where no empty line was found within {@link MAX_HEADER_OCTETS}.
   */
  readonly strayText: string | null;
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
  for (let look = FIRST_LOOK; ; look *= 4) {
    const octets = message.subarray(0, Math.min(look, MAX_HEADER_OCTETS));
    const header = parseHeaderText(binaryString(octets), message.length > octets.length);
    if (!header.truncated || octets.length < look || look >= MAX_HEADER_OCTETS) return header;
  }
}

/** Octets that are looked at first: most headers end before, and the body is not to be turned into characters. */
const FIRST_LOOK = 4096;

/**
 * As {@link parseHeader}, from a binary string; `more` says that the message goes on behind it. What is answered with
 * `more` and is not `truncated` stays the same, whatever follows.
 */
export function parseHeaderText(text: string, more: boolean): Header {
  const firstLf = text.indexOf("\n");
  const lineEnding = firstLf >= 0 && text.charAt(firstLf - 1) !== "\r" ? "\n" : "\r\n";
  const fields: HeaderField[] = [];
  let hasBareLf = false;
  let at = 0;
  for (;;) {
    const lf = text.indexOf("\n", at);
    if (lf < 0 && more) return end(true, at);
    if (at >= text.length) return end(false, at);
    const lineEnd = lf < 0 ? text.length : lf + 1;
    const line = text.slice(at, lineEnd);
    if (line === "\n" && lineEnding === "\r\n") hasBareLf = true;
    if (line === "\n" || line === "\r\n") return end(false, lineEnd);
    const colon = line.indexOf(":");
    // A line without a colon ends the header, as does a first line that continues nothing.
    if (colon <= 0 || isWsp(line.charCodeAt(0))) return endAtStray(withoutLineEnd(line));
    const stop = endOfField(text, lineEnd);
    if (stop < 0 && more) return end(true, at);
    const octets = text.slice(at, stop < 0 ? text.length : stop);
    if (lineEnding === "\r\n" && holdsBareLf(octets)) hasBareLf = true;
    fields.push(fieldOf(fields.length, octets, colon, at));
    at += octets.length;
  }
  function end(truncated: boolean, bodyOffset: number): Header {
    return { fields, lineEnding, hasBareLf, truncated, strayLine: null, strayText: "", bodyOffset };
  }
  function endAtStray(strayLine: string): Header {
    const stop = emptyLine(text, at);
    if (stop < 0 && more && text.length < MAX_HEADER_OCTETS) return end(true, at);
    const strayText = stop < 0 && more ? null : text.slice(at, stop < 0 ? text.length : stop);
    return { ...end(false, at), strayLine, strayText };
  }
}

/** @returns the offset behind the field whose first line ends at `at`, or -1 where it may go on behind the text */
function endOfField(text: string, at: number): number {
  while (isWsp(text.charCodeAt(at))) {
    const lf = text.indexOf("\n", at);
    if (lf < 0) return -1;
    at = lf + 1;
  }
  return at < text.length ? at : -1;
}

/** @returns the offset of the next empty line, or -1 */
function emptyLine(text: string, at: number): number {
  for (let lf = text.indexOf("\n", at); lf >= 0; lf = text.indexOf("\n", lf + 1)) {
    if (text.startsWith("\n", lf + 1) || text.startsWith("\r\n", lf + 1)) return lf + 1;
  }
  return -1;
}

function holdsBareLf(octets: string): boolean {
  for (let lf = octets.indexOf("\n"); lf >= 0; lf = octets.indexOf("\n", lf + 1)) {
    if (octets.charCodeAt(lf - 1) !== CR) return true;
  }
  return false;
}

const CR = 0x0d;
const LF = 0x0a;

function withoutLineEnd(line: string): string {
  let end = line.length;
  if (line.charCodeAt(end - 1) === LF) end -= line.charCodeAt(end - 2) === CR ? 2 : 1;
  return line.slice(0, end);
}

function isWsp(octet: number): boolean {
  return octet === 0x20 || octet === 0x09;
}

function fieldOf(index: number, octets: string, colon: number, start: number): HeaderField {
  const unended = withoutLineEnd(octets);
  const raw = holdsBareLf(unended) ? unended.replace(/\r?\n/g, "\r\n") : unended;
  let nameEnd = colon;
  while (nameEnd > 0 && isWsp(octets.charCodeAt(nameEnd - 1))) nameEnd--;
  const name = octets.slice(0, nameEnd);
  return { index, name, key: name.toLowerCase(), raw, value: raw.slice(colon + 1), start, end: start + octets.length };
}

/** @returns the value without its folding: line ends removed, white space kept. RFC 5322 §2.2.3 */
export function unfold(value: string): string {
  return value.includes("\n") ? value.replace(/\r\n(?=[ \t])/g, "") : value;
}
