const LF = 0x0a;
const CR = 0x0d;

/** Octets converted at once; each of them may be an LF that becomes two. */
const PIECE_OCTETS = 16 * 1024;

/** Output memory; the sink is done with it when it returns, so that one serves all bodies. */
const target = new Uint8Array(2 * PIECE_OCTETS);

/** Ends every line of an LF file with CRLF, as it is hashed; in such a file both LF and CRLF end a line. */
export class CrlfLines {
  readonly #sink: (octets: Uint8Array) => void;
  #last = 0;

  /** @param sink must be done with a piece when it returns */
  constructor(sink: (octets: Uint8Array) => void) {
    this.#sink = sink;
  }

  update(octets: Uint8Array): void {
    for (let at = 0; at < octets.length; at += PIECE_OCTETS) this.#convert(octets.subarray(at, at + PIECE_OCTETS));
  }

  #convert(piece: Uint8Array): void {
    let start = 0;
    let to = 0;
    for (let lf = piece.indexOf(LF); lf >= 0; lf = piece.indexOf(LF, lf + 1)) {
      if ((lf === 0 ? this.#last : piece[lf - 1]) === CR) continue;
      target.set(piece.subarray(start, lf), to);
      to += lf - start;
      target[to++] = CR;
      start = lf;
    }
    target.set(piece.subarray(start), to);
    this.#last = piece[piece.length - 1]!;
    this.#sink(target.subarray(0, to + piece.length - start));
  }
}
