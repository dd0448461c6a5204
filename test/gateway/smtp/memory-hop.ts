import { NextHopError } from "../../../src/gateway/smtp/errors.js";
import type { NextHop } from "../../../src/gateway/smtp/next-hop.js";
import { ownReply, type Reply } from "../../../src/gateway/smtp/reply.js";
import { binaryString } from "../../../src/message/octets.js";

/** A next hop that has no socket, and fails where it is told to. */
export class MemoryHop implements NextHop {
  isOpen = true;
  readonly commands: string[] = [];
  /** Messages that it has answered for. */
  readonly taken: string[] = [];
  #inData = false;

  /** @param failsAt the number of the answer that never comes; each message's end counts, too; -1: all come */
  constructor(private failsAt = -1) {}

  greeting(): Promise<Reply> {
    return this.#answer("220 memory.example");
  }

  command(line: Uint8Array): Promise<Reply> {
    const text = binaryString(line);
    this.commands.push(text);
    if (this.#inData) throw new Error("a command in the middle of a message");
    if (!/^DATA\r\n$/i.test(text)) return this.#answer(/^BAD/.test(text) ? "500 5.5.2 what?" : "250 2.0.0 Ok");
    this.#inData = true;
    return this.#answer("354 go on");
  }

  async data(data: AsyncIterable<Uint8Array>): Promise<Reply> {
    if (!this.isOpen) throw new NextHopError("lost", "gone");
    let wire = "";
    for await (const piece of data) wire += binaryString(piece);
    this.#inData = false;
    const reply = await this.#answer(`250 2.0.0 Ok: queued as ${this.taken.length}`);
    this.taken.push(wire);
    return reply;
  }

  destroy(): void {
    this.isOpen = false;
  }

  #answer(text: string): Promise<Reply> {
    if (!this.isOpen || this.failsAt-- === 0) {
      this.isOpen = false;
      return Promise.reject(new NextHopError("lost", "gone"));
    }
    return Promise.resolve(ownReply(text));
  }
}
