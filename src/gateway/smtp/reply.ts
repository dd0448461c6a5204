/** Replies of SMTP. RFC 5321 §4.2 */
import { binaryString, octetsOf } from "../../message/octets.js";
import { NextHopError } from "./errors.js";
import { LineReader } from "./line-reader.js";

export interface Reply {
  readonly code: number;
  /** As they came, each with its CRLF; binary strings. */
  readonly lines: readonly string[];
}

/** RFC 5321 §4.5.3.1.5 has 512 octets; servers write longer ones. */
const MAX_LINE_OCTETS = 4096;
/** Answers to EHLO have about twenty lines. */
const MAX_LINES = 256;

const LINE = /^([2-5][0-9][0-9])(?:\r\n$|([ -]))/;

/** Replies from octets in any pieces. */
export class ReplyReader {
  readonly #reader = new LineReader(MAX_LINE_OCTETS);
  #lines: string[] = [];

  /** @throws {NextHopError} `malformed` if it is not a reply; nothing after it can be understood */
  *read(chunk: Uint8Array): Generator<Reply, void> {
    for (let at = 0; at < chunk.length;) {
      const { line, next } = this.#reader.read(chunk, at);
      at = next;
      if (line === null) continue;
      const reply = this.#take(line.octets === null ? "" : binaryString(line.octets));
      if (reply !== null) yield reply;
    }
  }

  #take(line: string): Reply | null {
    const [, code, separator] = LINE.exec(line) ?? [];
    const first = this.#lines[0] ?? line;
    if (code === undefined || !first.startsWith(code) || this.#lines.length >= MAX_LINES) {
      throw new NextHopError("malformed", "the next hop's answer is no SMTP reply");
    }
    this.#lines.push(line);
    if (separator === "-") return null;
    const reply = { code: Number(code), lines: this.#lines };
    this.#lines = [];
    return reply;
  }
}

/** @returns the octets of a reply */
export function replyOctets({ lines }: Reply): Uint8Array {
  return octetsOf(lines.join(""));
}

/** A reply of our own, of one line. */
export function ownReply(text: string): Reply {
  return { code: Number(text.slice(0, 3)), lines: [`${text}\r\n`] };
}

/** Characters of a reply that are logged; the queue id is among the first. */
const LOGGED_CHARACTERS = 120;

/** The reply's last line for the log: printable ASCII. */
export function loggedReply({ lines }: Reply): string {
  return (lines.at(-1) ?? "").slice(0, LOGGED_CHARACTERS).replace(/[^\x20-\x7e]/g, "");
}
