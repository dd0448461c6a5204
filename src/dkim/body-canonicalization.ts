import type { BodyCanonicalization } from "./types.js";

const HTAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;

/** Canonical octets are handed on in pieces of about this size. */
const BUFFER_OCTETS = 16 * 1024;

/** From this length on it is cheaper to hand octets on where they are than to copy them first. */
const DIRECT_OCTETS = 1024;

/** Buffers of canonicalizers that have finished: making one costs more than a short body. */
const spareBuffers: Uint8Array[] = [];
const MAX_SPARE_BUFFERS = 8;

/**
 * Brings a body into canonical form, piece by piece, in constant memory. RFC 6376 §3.4.3 and §3.4.4
 *
 * In a CRLF message only CRLF ends a line, and a bare CR or LF is an octet like any other. In an LF file LF and CRLF do,
 * and each is hashed as CRLF.
 *
 * Most octets of a body are in canonical form already. They are found in stretches and handed on as they are; the rest,
 * and what stands at the edges of pieces, goes octet by octet.
 */
export class BodyCanonicalizer {
  readonly #relaxed: boolean;
  readonly #lfEndsLine: boolean;
  readonly #sink: (octets: Uint8Array) => void;
  readonly #buffer = spareBuffers.pop() ?? new Uint8Array(BUFFER_OCTETS);
  #length = 0;
  /** A CR whose next octet is not known yet. */
  #heldCr = false;
  /** Relaxed: white space that may turn out to end its line. */
  #heldSpace = false;
  /** Line ends that may turn out to end the body. */
  #heldLineEnds = 0;
  #empty = true;

  /** @param sink gets the canonical octets; it must be done with a piece when it returns */
  constructor(canonicalization: BodyCanonicalization, lineEnding: "\r\n" | "\n", sink: (octets: Uint8Array) => void) {
    this.#relaxed = canonicalization === "relaxed";
    this.#lfEndsLine = lineEnding === "\n";
    this.#sink = sink;
  }

  update(octets: Uint8Array): void {
    const endOfStretch = this.#stretches(octets);
    let at = 0;
    while (at < octets.length) {
      const octet = octets[at]!;
      if (this.#heldCr) {
        this.#heldCr = false;
        if (octet === LF) {
          this.#endLine();
          at++;
          continue;
        }
        this.#emitCr();
      }
      if (octet === CR) this.#heldCr = true;
      else if (octet === LF && this.#lfEndsLine) this.#endLine();
      else if (this.#relaxed && (octet === SP || octet === HTAB)) this.#heldSpace = true;
      else {
        const end = endOfStretch(at);
        this.#emit(octets, at, end);
        at = end;
        continue;
      }
      at++;
    }
  }

  /** Ends the body: one CRLF, but for an empty relaxed body, which stays empty. To be called once. */
  finish(): void {
    if (this.#heldCr) this.#emitCr();
    this.#heldLineEnds = 0;
    if (!this.#relaxed || !this.#empty) this.#putLineEnd();
    this.#flush();
    if (spareBuffers.length < MAX_SPARE_BUFFERS) spareBuffers.push(this.#buffer);
  }

  /** What finds, from an octet that stands for itself, the end of the octets that are canonical as they are. */
  #stretches(octets: Uint8Array): (at: number) => number {
    if (this.#lfEndsLine) return (at) => endOfLine(octets, at, this.#relaxed);
    return this.#relaxed ? relaxedStretches(octets) : simpleStretch(octets);
  }

  #endLine(): void {
    this.#heldSpace = false;
    this.#heldLineEnds++;
  }

  #emitCr(): void {
    this.#emit(CR_OCTET, 0, 1);
  }

  #emit(octets: Uint8Array, start: number, end: number): void {
    this.#empty = false;
    for (; this.#heldLineEnds > 0; this.#heldLineEnds--) this.#putLineEnd();
    if (this.#heldSpace) {
      this.#heldSpace = false;
      this.#reserve(1);
      this.#buffer[this.#length++] = SP;
    }
    const length = end - start;
    if (length >= DIRECT_OCTETS) {
      this.#flush();
      this.#sink(octets.subarray(start, end));
      return;
    }
    this.#reserve(length);
    this.#buffer.set(octets.subarray(start, end), this.#length);
    this.#length += length;
  }

  #putLineEnd(): void {
    this.#reserve(2);
    this.#buffer[this.#length++] = CR;
    this.#buffer[this.#length++] = LF;
  }

  #reserve(octets: number): void {
    if (this.#length + octets > BUFFER_OCTETS) this.#flush();
  }

  #flush(): void {
    if (this.#length > 0) this.#sink(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
  }
}

const CR_OCTET = Uint8Array.of(CR);

/** Up to the next octet that may belong to a line end, or is white space that relaxed looks at. */
function endOfLine(octets: Uint8Array, at: number, relaxed: boolean): number {
  const special = relaxed ? SP : CR;
  let end = at + 1;
  while (end < octets.length && (octets[end]! > special || !isSpecial(octets[end]!, relaxed))) end++;
  return end;
}

function isSpecial(octet: number, relaxed: boolean): boolean {
  return octet === CR || octet === LF || (relaxed && (octet === SP || octet === HTAB));
}

/** Simple: only the line ends that end the piece may turn out to end the body. */
function simpleStretch(octets: Uint8Array): (at: number) => number {
  let end = octets.length;
  while (end > 0 && (octets[end - 1] === CR || octets[end - 1] === LF)) end--;
  return (at) => (at < end ? end : at + 1);
}

/**
 * Relaxed: single spaces between words and line ends in front of words stay as they are. Where no white space is near, as
 * in base64, the platform's own search is faster than looking at each octet.
 */
function relaxedStretches(octets: Uint8Array): (at: number) => number {
  const { length } = octets;
  let nextSpace = -1;
  let nextTab = -1;
  return (at) => {
    if (nextSpace < at) nextSpace = indexOrEnd(octets, SP, at);
    if (nextTab < at) nextTab = indexOrEnd(octets, HTAB, at);
    let end = Math.min(nextSpace, nextTab);
    if (end - at >= DIRECT_OCTETS) {
      while (end > at + 1 && (octets[end - 1] === CR || octets[end - 1] === LF)) end--;
      return end;
    }
    end = at + 1;
    for (;;) {
      while (end < length && octets[end]! > SP) end++;
      if (octets[end] === SP && octets[end + 1]! > SP) end += 2;
      else if (octets[end] === CR && octets[end + 1] === LF && octets[end + 2]! > SP) end += 3;
      else return end;
    }
  };
}

function indexOrEnd(octets: Uint8Array, octet: number, at: number): number {
  const index = octets.indexOf(octet, at);
  return index < 0 ? octets.length : index;
}
