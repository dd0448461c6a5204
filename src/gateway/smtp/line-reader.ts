/** Lines of SMTP, commands and replies, from octets in any pieces. */

/** Why a line is not accepted. */
export type LineFault =
  | "too-long"
  /** It has a bare CR or a NUL, or ends with a bare LF: servers disagree where such a line ends. RFC 5321 §2.3.8 */
  | "malformed";

export type Line =
  /** With its CRLF. */
  { readonly octets: Uint8Array; readonly fault: null } | { readonly octets: null; readonly fault: LineFault };

const NUL = 0x00;
const LF = 0x0a;
const CR = 0x0d;

/** Takes memory for one line of the maximum length, whatever arrives. */
export class LineReader {
  readonly #buffer: Uint8Array;
  #length = 0;
  #isTooLong = false;

  /** @param maxOctets of a line, with its CRLF */
  constructor(maxOctets: number) {
    this.#buffer = new Uint8Array(maxOctets);
  }

  /** Whether a line has begun and not ended. */
  get isWithinLine(): boolean {
    return this.#length > 0 || this.#isTooLong;
  }

  /**
   * @param at where reading begins in the chunk
   * @returns the line, or null if it has not ended yet; and where reading goes on
   */
  read(chunk: Uint8Array, at: number): { readonly line: Line | null; readonly next: number } {
    const lf = chunk.indexOf(LF, at);
    const next = lf < 0 ? chunk.length : lf + 1;
    this.#keep(chunk.subarray(at, next));
    return { line: lf < 0 ? null : this.#finish(), next };
  }

  #keep(octets: Uint8Array): void {
    if (this.#isTooLong || this.#length + octets.length > this.#buffer.length) {
      this.#isTooLong = true;
      return;
    }
    this.#buffer.set(octets, this.#length);
    this.#length += octets.length;
  }

  #finish(): Line {
    const octets = this.#buffer.slice(0, this.#length);
    const isTooLong = this.#isTooLong;
    this.#length = 0;
    this.#isTooLong = false;
    if (isTooLong) return { octets: null, fault: "too-long" };
    const cr = octets.indexOf(CR);
    const isWhole = cr >= 0 && cr === octets.length - 2 && !octets.includes(NUL);
    return isWhole ? { octets, fault: null } : { octets: null, fault: "malformed" };
  }
}
