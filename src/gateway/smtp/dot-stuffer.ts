/** The inverse of the data reader: content as DATA carries it. RFC 5321 §4.5.2 */
import { SmugglingError } from "./errors.js";

const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;
const EXTRA_DOT = Uint8Array.of(DOT);

const END_OF_DATA = Uint8Array.of(DOT, CR, LF);
const LINE_AND_END_OF_DATA = Uint8Array.of(CR, LF, DOT, CR, LF);

const enum After {
  LineEnd,
  Text,
  Cr,
  BareLf,
  BareDot,
}

/**
 * @returns the content with its transport dots and the end of the data
 * @throws {SmugglingError} before the end, if a line of a single dot has a bare CR or LF on either side: to remove a
 * field can bring together what the data reader saw apart
 */
export async function* stuffed(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const stuffer = new DotStuffer();
  for await (const piece of content) yield* stuffer.stuff(piece);
  yield stuffer.end();
}

class DotStuffer {
  #after: After = After.LineEnd;

  *stuff(piece: Uint8Array): Generator<Uint8Array, void> {
    let from = 0;
    for (let i = 0; i < piece.length; i++) {
      const octet = piece[i]!;
      if (this.#after === After.Text && octet !== CR && octet !== LF) continue;
      if (this.#after === After.LineEnd && octet === DOT) {
        if (i > from) yield piece.subarray(from, i);
        yield EXTRA_DOT;
        from = i;
      }
      this.#after = this.#next(octet);
    }
    if (from < piece.length) yield piece.subarray(from);
  }

  end(): Uint8Array {
    if (this.#after === After.BareDot) throw new SmugglingError();
    return this.#after === After.LineEnd ? END_OF_DATA : LINE_AND_END_OF_DATA;
  }

  #next(octet: number): After {
    const after = this.#after;
    if (octet === CR || octet === LF) {
      if (after === After.BareDot) throw new SmugglingError();
      if (octet === CR) return After.Cr;
      return after === After.Cr ? After.LineEnd : After.BareLf;
    }
    return octet === DOT && (after === After.Cr || after === After.BareLf) ? After.BareDot : After.Text;
  }
}
