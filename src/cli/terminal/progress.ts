import { plainText } from "./plain-text.js";

/** Milliseconds. Shorter runs show nothing, and nobody can read faster. */
const FIRST_AFTER = 1000;
const INTERVAL = 200;

/** For a terminal that does not say. */
const USUAL_COLUMNS = 80;

const CLEAR_LINE = "\r\x1b[K";

/** One line on standard error that shows the progress of a long run; nothing if that is not a terminal. */
export class Progress {
  #count = 0;
  #next = performance.now() + FIRST_AFTER;
  #shown = false;
  readonly #isTerminal = process.stderr.isTTY;

  /** One more is done. */
  advance(name: string): void {
    this.#count++;
    const now = performance.now();
    if (!this.#isTerminal || now < this.#next) return;
    this.#next = now + INTERVAL;
    const width = (process.stderr.columns || USUAL_COLUMNS) - 1;
    this.#shown = true;
    process.stderr.write(CLEAR_LINE + plainText(`${this.#count} messages, ${name}`).slice(0, width));
  }

  /** To be called before anything else is written to the terminal. */
  clear(): void {
    if (!this.#shown) return;
    this.#shown = false;
    process.stderr.write(CLEAR_LINE);
  }
}
