/** What a client sends, in order: command lines, and between them the content of messages. */
import { DataReader } from "./data-reader.js";
import { LineReader, type Line } from "./line-reader.js";

export type ClientEvent =
  | { readonly kind: "line"; readonly line: Line }
  | { readonly kind: "content"; readonly octets: Uint8Array }
  | { readonly kind: "end-of-data" }
  | { readonly kind: "smuggling" };

/** RFC 5321 §4.5.3.1.4 has 512, to which parameters (XFORWARD, DSN, SMTPUTF8) add; Postfix, too, reads 2048. */
export const MAX_COMMAND_OCTETS = 2048;

/** Push a chunk, then read all of its events before pushing the next. */
export class ClientReader {
  readonly #lines = new LineReader(MAX_COMMAND_OCTETS);
  #data: DataReader | null = null;
  /** The end of the content that was handed out last. */
  #ending: "end-of-data" | "smuggling" | null = null;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;

  /** Whether a command has begun and not ended. */
  get isWithinLine(): boolean {
    return this.#lines.isWithinLine;
  }

  push(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** What follows is content, up to its end: DATA was answered 354. */
  enterData(): void {
    this.#data = new DataReader();
  }

  /** @returns null if it needs another chunk */
  next(): ClientEvent | null {
    if (this.#ending !== null) {
      const kind = this.#ending;
      this.#ending = null;
      return { kind };
    }
    if (this.#at >= this.#chunk.length) return null;
    return this.#data === null ? this.#nextLine() : this.#nextContent(this.#data);
  }

  #nextLine(): ClientEvent | null {
    const { line, next } = this.#lines.read(this.#chunk, this.#at);
    this.#at = next;
    return line && { kind: "line", line };
  }

  #nextContent(data: DataReader): ClientEvent | null {
    const { octets, end, next } = data.read(this.#chunk, this.#at);
    this.#at = next;
    if (end !== null) {
      this.#data = null;
      this.#ending = end === "complete" ? "end-of-data" : "smuggling";
    }
    return octets.length > 0 ? { kind: "content", octets } : this.next();
  }
}
