const LF = 0x0a;
const CR = 0x0d;

/**
 * Canonical octets are gathered up to this size: a shorter body is handed on as a whole, which is cheaper to hash than
 * its parts. A larger stretch is handed on from where it is, without a copy.
 */
const BUFFER_OCTETS = 8 * 1024;

/** Buffers for reuse: allocating one costs more than a short body. */
const spareBuffers: Uint8Array[] = [];
const MAX_SPARE_BUFFERS = 8;

/**
 * Leaves out the empty lines that end a body, and ends it with CRLF. RFC 6376 §3.4.3
 *
 * Only CRLF ends a line here: a bare CR or LF is an octet like any other.
 */
export class LineEnds {
  readonly #sink: (octets: Uint8Array) => void;
  readonly #buffer = spareBuffers.pop() ?? new Uint8Array(BUFFER_OCTETS);
  #length = 0;
  /** A CR whose next octet is not known yet. */
  #heldCr = false;
  /** How many line ends are held back: they may turn out to be the empty lines that end the body. */
  #held = 0;
  #empty = true;

  /** @param sink must be done with a piece when it returns */
  constructor(sink: (octets: Uint8Array) => void) {
    this.#sink = sink;
  }

  update(octets: Uint8Array): void {
    const lastStretch = endOfContent(octets);
    let at = 0;
    while (at < octets.length) {
      const octet = octets[at]!;
      if (this.#heldCr) {
        this.#heldCr = false;
        if (octet === LF) {
          this.#held++;
          at++;
          continue;
        }
        this.#emit(CR_OCTET, 0, 1);
      }
      if (octet === CR) this.#heldCr = true;
      else {
        const end = at < lastStretch ? lastStretch : at + 1;
        this.#emit(octets, at, end);
        at = end;
        continue;
      }
      at++;
    }
  }

  /**
   * Ends the body with one CRLF; a body without content gets one only if it is asked for. To be called once.
   * @returns what the sink has not got; the next body overwrites it
   */
  finish(endEmptyBody: boolean): Uint8Array {
    if (this.#heldCr) this.#emit(CR_OCTET, 0, 1);
    if (endEmptyBody || !this.#empty) this.#put(CRLF, 0, 2);
    if (spareBuffers.length < MAX_SPARE_BUFFERS) spareBuffers.push(this.#buffer);
    return this.#buffer.subarray(0, this.#length);
  }

  #emit(octets: Uint8Array, start: number, end: number): void {
    this.#empty = false;
    for (; this.#held > 0; this.#held--) this.#put(CRLF, 0, 2);
    this.#put(octets, start, end);
  }

  #put(octets: Uint8Array, start: number, end: number): void {
    if (this.#length + end - start > BUFFER_OCTETS) this.#flush();
    if (end - start > BUFFER_OCTETS) {
      this.#sink(octets.subarray(start, end));
      return;
    }
    this.#buffer.set(octets.subarray(start, end), this.#length);
    this.#length += end - start;
  }

  #flush(): void {
    if (this.#length > 0) this.#sink(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
  }
}

const CR_OCTET = Uint8Array.of(CR);
const CRLF = Uint8Array.of(CR, LF);

/** Only the line ends at the end of a piece may turn out to end the body. */
function endOfContent(octets: Uint8Array): number {
  let end = octets.length;
  while (end > 0 && (octets[end - 1] === CR || octets[end - 1] === LF)) end--;
  return end;
}
