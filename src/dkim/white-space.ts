import { WHITE_SPACE_WASM } from "./white-space-wasm.js";

const HTAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;

/** Octets that are reduced and handed on at once: the piece size of most streams, so that a piece stays whole. */
export const PIECE_OCTETS = 64 * 1024;

/**
 * Reduces white space in at most {@link PIECE_OCTETS}. They do not end with white space, nor between the CR and LF of a
 * line end that follows white space.
 * @returns octets that the next call overwrites
 */
type Reduction = (octets: Uint8Array) => Uint8Array;

/**
 * Reduces each run of white space to one SP, and removes it at the end of a line (CRLF). RFC 6376 §3.4.4
 */
export class WhiteSpace {
  readonly #sink: (octets: Uint8Array) => void;
  /** Held back, as it may turn out to end its line: white space, perhaps with a CR after it. */
  #held: "" | "space" | "space and CR" = "";

  /** @param sink must be done with a piece when it returns */
  constructor(sink: (octets: Uint8Array) => void) {
    this.#sink = sink;
  }

  update(octets: Uint8Array): void {
    for (let at = 0; at < octets.length; at += PIECE_OCTETS) {
      const piece = octets.subarray(at, at + PIECE_OCTETS);
      this.#reduce(this.#held === "" ? piece : this.#settle(piece));
    }
  }

  finish(): void {
    if (this.#held === "space and CR") this.#sink(SP_CR);
  }

  #reduce(piece: Uint8Array): void {
    const end = endOfSettled(piece);
    if (end < piece.length) this.#held = piece[piece.length - 1] === CR ? "space and CR" : "space";
    if (end > 0) this.#sink(reduction(piece.subarray(0, end)));
  }

  /** Looks at what follows the white space that is held. @returns the piece without what belongs to it */
  #settle(piece: Uint8Array): Uint8Array {
    let at = 0;
    if (this.#held === "space") {
      while (isWsp(piece[at])) at++;
      if (at === piece.length) return piece.subarray(at);
      if (piece[at] === CR && at + 1 === piece.length) {
        this.#held = "space and CR";
        return piece.subarray(at + 1);
      }
      const endsLine = piece[at] === CR && piece[at + 1] === LF;
      if (!endsLine) this.#sink(SP_CR.subarray(0, 1));
    } else this.#sink(piece[0] === LF ? SP_CR.subarray(1) : SP_CR);
    this.#held = "";
    return piece.subarray(at);
  }
}

const SP_CR = Uint8Array.of(SP, CR);

function isWsp(octet: number | undefined): boolean {
  return octet === SP || octet === HTAB;
}

/**
 * @returns the start of white space that ends the piece, or that only a CR follows: what becomes of it is not known yet
 */
function endOfSettled(piece: Uint8Array): number {
  let end = piece.length;
  if (piece[end - 1] === CR) end--;
  const run = end;
  while (isWsp(piece[end - 1])) end--;
  return end < run ? end : piece.length;
}

/** The reduction in TypeScript, octet by octet. */
export function plainReduction(): Reduction {
  const target = new Uint8Array(PIECE_OCTETS);
  return (octets) => {
    let to = 0;
    for (let at = 0; at < octets.length; at++) {
      const octet = octets[at]!;
      if (octet !== SP && octet !== HTAB) {
        target[to++] = octet;
        continue;
      }
      // The last octet of a run of white space becomes SP, unless the line ends after it.
      const next = octets[at + 1];
      const endsLine = next === CR && octets[at + 2] === LF;
      if (!isWsp(next) && !endsLine) target[to++] = SP;
    }
    return target.subarray(0, to);
  };
}

/** The same in WebAssembly (`white-space.wat`), at least 25 times as fast; null if it is not available. */
export function wasmReduction(): Reduction | null {
  try {
    const code = Uint8Array.from(atob(WHITE_SPACE_WASM), (character) => character.charCodeAt(0));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code));
    const { memory, reduce } = exports as {
      memory: WebAssembly.Memory;
      reduce: (end: number) => number;
    };
    const place = new Uint8Array(memory.buffer);
    return (octets) => {
      place.set(octets, SOURCE);
      return place.subarray(0, reduce(SOURCE + octets.length));
    };
  } catch {
    return null;
  }
}

/** Where the module reads from; it writes from 0 on. */
const SOURCE = 128;

/**
 * In a page the content security policy may forbid the compilation, and each refusal would be reported to the page's
 * owner as an incident. A page checks one message at a time: TypeScript is fast enough for that.
 */
const reduction = ("document" in globalThis ? null : wasmReduction()) ?? plainReduction();
