import type { BodyCanonicalization } from "./types.js";

const HTAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;

/** Canonical octets are handed on in pieces of about this size. */
const BUFFER_OCTETS = 16 * 1024;

/**
 * Brings a body into canonical form, piece by piece, in constant memory. RFC 6376 §3.4.3 and §3.4.4
 *
 * In a CRLF message only CRLF ends a line, and a bare CR or LF is an octet like any other. In an LF file LF and CRLF do,
 * and each is hashed as CRLF.
 */
export class BodyCanonicalizer {
  readonly #relaxed: boolean;
  readonly #lfEndsLine: boolean;
  readonly #sink: (octets: Uint8Array) => void;
  readonly #buffer = new Uint8Array(BUFFER_OCTETS);
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
        const end = this.#endOfStretch(octets, at);
        this.#emit(octets, at, end);
        at = end;
        continue;
      }
      at++;
    }
  }

  /** Ends the body: one CRLF, but for an empty relaxed body, which stays empty. */
  finish(): void {
    if (this.#heldCr) this.#emitCr();
    this.#heldLineEnds = 0;
    if (!this.#relaxed || !this.#empty) this.#putLineEnd();
    this.#flush();
  }

  /** @returns the end of the octets from `at` on that mean nothing to the canonicalization */
  #endOfStretch(octets: Uint8Array, at: number): number {
    let end = at + 1;
    if (this.#relaxed) {
      while (end < octets.length && octets[end]! > SP) end++;
      return end;
    }
    const cr = octets.indexOf(CR, end);
    end = cr < 0 ? octets.length : cr;
    if (!this.#lfEndsLine) return end;
    const lf = octets.subarray(at + 1, end).indexOf(LF);
    return lf < 0 ? end : at + 1 + lf;
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
    this.#put(octets, start, end);
  }

  #put(octets: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length > BUFFER_OCTETS / 4) {
      this.#flush();
      this.#sink(octets.subarray(start, end));
      return;
    }
    this.#reserve(length);
    const buffer = this.#buffer;
    let to = this.#length;
    for (let from = start; from < end; from++) buffer[to++] = octets[from]!;
    this.#length = to;
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
