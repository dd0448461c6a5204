import { ArgumentError } from "./argument-error.js";
import { MAX_HEADER_OCTETS, parseHeaderText, type Header } from "./header.js";
import { binaryString } from "./octets.js";

/** A message whose header has been read, and whose rest is still to come. */
export interface HeaderReading {
  readonly header: Header;
  /**
   * A copy of what was read so far; the body begins at `header.bodyOffset`. At most {@link MAX_HEADER_OCTETS} octets.
   */
  readonly octets: Uint8Array<ArrayBuffer>;
  /** What follows `octets`; the source may reuse a piece when the next one is requested. */
  readonly rest: AsyncIterableIterator<Uint8Array>;
}

const LF = 0x0a;
const CR = 0x0d;

/** Without an empty line, the header is parsed when this many octets have arrived, and whenever they have doubled. */
const FIRST_LOOK = 2048;

/**
 * Reads a message up to the end of its header, or to {@link MAX_HEADER_OCTETS}; the header is the one that
 * `parseHeader` finds in the whole. Time is linear, however small the pieces.
 * @throws what `chunks` throws
 * @throws {ArgumentError}
 */
export async function readHeader(chunks: AsyncIterable<Uint8Array>): Promise<HeaderReading> {
  const source = chunks[Symbol.asyncIterator]();
  const collected = new Collected();
  let nextLook = FIRST_LOOK;
  for (;;) {
    const piece = await source.next();
    if (piece.done) return collected.reading(collected.parse(false), EMPTY, source);
    if (!(piece.value instanceof Uint8Array)) await source.return?.(); // nobody reads on
    const surplus = collected.add(octetsIn(piece.value));
    if (surplus.length > 0) return collected.reading(collected.parse(true), surplus, source);
    if (!collected.hasEmptyLine() && collected.length < nextLook) continue;
    nextLook = 2 * collected.length;
    const header = collected.parse(true);
    if (!header.truncated) return collected.reading(header, EMPTY, source);
  }
}

/**
 * @returns the piece
 * @throws {ArgumentError} `message-invalid` for anything else, such as the strings of a stream with an encoding
 */
export function octetsIn(piece: unknown): Uint8Array {
  if (piece instanceof Uint8Array) return piece;
  throw new ArgumentError("message-invalid", "a message comes in pieces of octets (Uint8Array), not of anything else");
}

const EMPTY = new Uint8Array(0);

/** The octets so far, in a buffer that doubles. */
class Collected {
  length = 0;
  private buffer = new Uint8Array(2 * FIRST_LOOK);
  /** Where the unfinished line begins, and up to where its end has been looked for. */
  private line = 0;
  private looked = 0;

  /** @returns what does not fit under the limit */
  add(piece: Uint8Array): Uint8Array {
    const fitting = piece.subarray(0, MAX_HEADER_OCTETS - this.length);
    const length = this.length + fitting.length;
    if (length > this.buffer.length) {
      const larger = new Uint8Array(Math.min(MAX_HEADER_OCTETS, Math.max(length, 2 * this.buffer.length)));
      larger.set(this.buffer.subarray(0, this.length));
      this.buffer = larger;
    }
    this.buffer.set(fitting, this.length);
    this.length = length;
    return piece.subarray(fitting.length);
  }

  /** Whether there is an empty line: no header goes on after one. */
  hasEmptyLine(): boolean {
    const octets = this.octets();
    for (;;) {
      const lf = octets.indexOf(LF, this.looked);
      this.looked = lf < 0 ? this.length : lf + 1;
      if (lf < 0) return false;
      if (lf === this.line || (lf === this.line + 1 && octets[this.line] === CR)) return true;
      this.line = lf + 1;
    }
  }

  parse(more: boolean): Header {
    return parseHeaderText(binaryString(this.octets()), more);
  }

  reading(header: Header, surplus: Uint8Array, source: AsyncIterator<Uint8Array>): HeaderReading {
    return { header, octets: this.octets(), rest: continued(surplus, source) };
  }

  private octets(): Uint8Array<ArrayBuffer> {
    return this.buffer.subarray(0, this.length);
  }
}

/** The rest of a piece, then the source's other pieces; stopping early closes the source, as with any iterator. */
function continued(surplus: Uint8Array, source: AsyncIterator<Uint8Array>): AsyncIterableIterator<Uint8Array> {
  let left = surplus;
  return {
    next() {
      if (left.length === 0) return source.next();
      const value = left;
      left = EMPTY;
      return Promise.resolve({ done: false, value });
    },
    return() {
      left = EMPTY;
      return source.return?.() ?? Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
