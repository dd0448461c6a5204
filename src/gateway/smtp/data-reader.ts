/** The content of a message as DATA carries it. RFC 5321 §4.5.2 */

const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;

/** What was read last, as far as it matters for the end of the data. */
const enum After {
  /** CRLF, or the DATA command itself. */
  LineEnd,
  /** Anything else. */
  Text,
  /** A CR: half of a line end, or bare. */
  Cr,
  /** A bare LF. */
  BareLf,
  /** A dot after a line end; it belongs to the transport. */
  Dot,
  /** CR after such a dot. */
  DotCr,
  /** A dot after a bare CR or LF. */
  BareDot,
}

export interface Content {
  /** Without the dots that only the transport needs. */
  readonly octets: Uint8Array;
  readonly end:
    | null
    /** CRLF.CRLF was read. The CRLF before the dot belongs to the content. */
    | "complete"
    /**
     * A line of a single dot with a bare CR or LF on either side: some servers take it for the end, and what follows
     * for commands. No mail has it but to deceive ("SMTP smuggling").
     */
    | "smuggled";
  /** Where reading goes on in the chunk. */
  readonly next: number;
}

/** Removes the dot-stuffing. Only CRLF.CRLF ends the data; every other octet is content as it is. */
export class DataReader {
  #after: After = After.LineEnd;

  /** @param at where reading begins in the chunk */
  read(chunk: Uint8Array, at: number): Content {
    const parts: Uint8Array[] = [];
    let from = at;
    for (let i = at; i < chunk.length; i++) {
      const octet = chunk[i]!;
      switch (this.#after) {
        case After.Text:
          if (octet === CR) this.#after = After.Cr;
          else if (octet === LF) this.#after = After.BareLf;
          break;
        case After.LineEnd:
          if (octet === DOT) {
            parts.push(chunk.subarray(from, i));
            from = i + 1;
            this.#after = After.Dot;
          } else this.#after = afterLineStart(octet);
          break;
        case After.Cr:
          if (octet === LF) this.#after = After.LineEnd;
          else this.#after = octet === DOT ? After.BareDot : afterLineStart(octet);
          break;
        case After.BareLf:
          this.#after = octet === DOT ? After.BareDot : afterLineStart(octet);
          break;
        case After.Dot:
          if (octet === LF) return { octets: joined(parts), end: "smuggled", next: i + 1 };
          if (octet === CR) {
            from = i + 1;
            this.#after = After.DotCr;
          } else this.#after = After.Text;
          break;
        case After.DotCr:
          return { octets: joined(parts), end: octet === LF ? "complete" : "smuggled", next: i + 1 };
        case After.BareDot:
          if (octet === CR || octet === LF) {
            return { octets: joined([...parts, chunk.subarray(from, i)]), end: "smuggled", next: i + 1 };
          }
          this.#after = After.Text;
      }
    }
    return { octets: joined([...parts, chunk.subarray(from)]), end: null, next: chunk.length };
  }
}

function afterLineStart(octet: number): After {
  return octet === CR ? After.Cr : octet === LF ? After.BareLf : After.Text;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const filled = parts.filter(({ length }) => length > 0);
  if (filled.length <= 1) return filled[0] ?? new Uint8Array(0);
  const whole = new Uint8Array(filled.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of filled) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
