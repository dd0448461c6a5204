import { readSync } from "node:fs";
import type { Part } from "./message-file.js";

/**
 * The mbox format (RFC 4155), as mboxrd reads it: a message begins with a line that starts with `From `, at the start
 * of the file or after an empty line, and ends before the empty line that precedes the next one. A line of `>`s and
 * `From ` loses one `>`. Content-Length (mboxcl) is not believed.
 */
const SEPARATOR = "From ";

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x3e; // >

/**
 * Whether a file that begins so is an mbox. A From field may begin with the same letters: white space before the colon
 * is an obsolete form (RFC 5322 §4.5.8).
 */
export function startsMbox(start: Uint8Array): boolean {
  const text = Buffer.from(start.buffer, start.byteOffset, start.byteLength).toString("latin1");
  return text.startsWith(SEPARATOR) && !/^From[ \t]+:/.test(text);
}

/** Octets of a file that {@link startsMbox} looks at. */
export const MBOX_START_OCTETS = 256;

const SCAN_OCTETS = 1024 * 1024;

/** What one window keeps for the next: as much as a separator and the empty line before it, less one octet. */
const OVERLAP = "\n\r\nFrom ".length - 1;

/** Finds the messages of an mbox file, in their order; the file is read once, front to back. */
export function* partsOfMbox(file: number): Generator<Part, void> {
  const window = Buffer.allocUnsafe(OVERLAP + SCAN_OCTETS);
  let start = 0;
  let windowAt = 0;
  let kept = 0;
  for (;;) {
    const bytesRead = readSync(file, window, kept, SCAN_OCTETS, windowAt + kept);
    const seen = window.subarray(0, kept + bytesRead);
    if (bytesRead === 0) {
      yield { start, end: windowAt + seen.length - lengthOfEmptyLine(seen, seen.length) };
      return;
    }
    for (let at = seen.indexOf("\n" + SEPARATOR); at >= 0; at = seen.indexOf("\n" + SEPARATOR, at + 1)) {
      const separator = at + 1;
      // A separator that is wholly in the overlap was found before.
      if (separator + SEPARATOR.length <= kept) continue;
      const emptyLine = lengthOfEmptyLine(seen, separator);
      if (emptyLine === 0) continue;
      yield { start, end: windowAt + separator - emptyLine };
      start = windowAt + separator;
    }
    kept = Math.min(OVERLAP, seen.length);
    windowAt += seen.length - kept;
    seen.copy(window, 0, seen.length - kept);
  }
}

/** @returns the length of the empty line that ends before `end`; 0 if there is none */
function lengthOfEmptyLine(octets: Uint8Array, end: number): number {
  if (octets[end - 1] !== LF) return 0;
  const length = octets[end - 2] === CR ? 2 : 1;
  return octets[end - length - 1] === LF ? length : 0;
}

/**
 * Where {@link unwrapped} is: in the From_ line, which is not part of the message; at the start of a line; after one or
 * more `>`, the first of which is held back; after some letters of the separator, held back, too; anywhere else in a
 * line.
 */
type Place = "envelope" | "line-start" | "quotes" | "separator" | "line";

/** The message in a part of an mbox: without its From_ line, and with one `>` less if `From ` was quoted. */
export async function* unwrapped(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const message = new Unwrapping();
  for await (const piece of pieces) {
    const octets = message.add(piece);
    if (octets.length > 0) yield octets;
  }
  const rest = message.end();
  if (rest.length > 0) yield rest;
}

class Unwrapping {
  #place: Place = "envelope";
  #letters = 0;
  #out = new Uint8Array(2 * SEPARATOR.length);
  #length = 0;

  /** @returns what is certain by now, in a buffer that is reused */
  add(piece: Uint8Array): Uint8Array {
    const room = piece.length + SEPARATOR.length + 1;
    if (this.#out.length < room) this.#out = new Uint8Array(room);
    this.#length = 0;
    for (const octet of piece) this.#take(octet);
    return this.#out.subarray(0, this.#length);
  }

  end(): Uint8Array {
    this.#length = 0;
    if (this.#place === "quotes" || this.#place === "separator") this.#release(true);
    return this.#out.subarray(0, this.#length);
  }

  #take(octet: number): void {
    if (this.#place === "envelope") {
      if (octet === LF) this.#place = "line-start";
      return;
    }
    if (this.#place === "line-start" && octet === QUOTE) {
      this.#place = "quotes";
      return;
    }
    if (this.#place === "quotes" && octet !== QUOTE) this.#place = "separator";
    if (this.#place === "separator") {
      if (octet === SEPARATOR.charCodeAt(this.#letters)) {
        this.#letters++;
        if (this.#letters === SEPARATOR.length) this.#release(false);
        return;
      }
      this.#release(true);
    }
    this.#out[this.#length++] = octet;
    if (octet === LF) this.#place = "line-start";
    else if (this.#place !== "quotes") this.#place = "line";
  }

  /** Hands on what was held back; a `>` before a whole separator is the one that was added. */
  #release(quote: boolean): void {
    if (quote) this.#out[this.#length++] = QUOTE;
    for (let i = 0; i < this.#letters; i++) this.#out[this.#length++] = SEPARATOR.charCodeAt(i);
    this.#letters = 0;
    this.#place = "line";
  }
}
