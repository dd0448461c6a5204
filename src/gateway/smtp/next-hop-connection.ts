import { connect, type Socket } from "node:net";
import { binaryString } from "../../message/octets.js";
import type { ListenAddress } from "../address.js";
import { verbOf } from "./command.js";
import { NextHopError, type NextHopErrorCode } from "./errors.js";
import type { NextHop } from "./next-hop.js";
import { ReplyReader, type Reply } from "./reply.js";
import { writeTo } from "./socket.js";
import type { Timeouts } from "./timeouts.js";

/** Where messages go. */
export type Relay = ListenAddress & { readonly kind: "inet" | "unix" };

export interface NextHopOptions {
  readonly timeouts: Timeouts;
  /** The connection has ended while no answer was awaited; with the farewell, if there was one. */
  readonly onLost: (farewell: Reply | null) => void;
}

/** What waits for a reply. */
interface Waiter {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: NextHopError) => void;
}

/** The next hop on a socket: one answer to each question, with a timeout. */
export class NextHopConnection implements NextHop {
  readonly #socket: Socket;
  readonly #reader = new ReplyReader();
  #waiter: Waiter | null = null;
  /** A reply that came early: a farewell, or one to a message that is still being sent. */
  #early: Reply | null = null;
  #isSendingData = false;
  #wasGreeted = false;
  #failure: NextHopError | null = null;

  constructor(
    relay: Relay,
    private readonly options: NextHopOptions,
  ) {
    this.#socket = connect(
      relay.kind === "unix" ? { path: relay.path } : { host: relay.host, port: relay.port, noDelay: true },
    );
    const connecting = setTimeout(() => {
      this.#fail("away");
    }, options.timeouts.connect);
    this.#socket
      .once("connect", () => {
        clearTimeout(connecting);
      })
      .on("data", (chunk: Buffer) => {
        this.#take(chunk);
      })
      .on("error", () => undefined) // `close` follows
      .once("close", () => {
        clearTimeout(connecting);
        this.#fail(this.#wasGreeted ? "lost" : "away");
      });
  }

  get isOpen(): boolean {
    return this.#failure === null;
  }

  async greeting(): Promise<Reply> {
    const reply = await this.#reply(this.options.timeouts.greeting);
    this.#wasGreeted = true;
    return reply;
  }

  async command(line: Uint8Array): Promise<Reply> {
    const { data, command, block } = this.options.timeouts;
    if (this.#early === null) await this.#write(line, block);
    return this.#reply(verbOf(binaryString(line)) === "DATA" ? data : command);
  }

  async data(pieces: AsyncIterable<Uint8Array>): Promise<Reply> {
    const { block, endOfData } = this.options.timeouts;
    this.#isSendingData = true;
    try {
      for await (const piece of pieces) {
        // RFC 5321 §4.2.2: only 421 may come here. Whatever it is, the message must not be ended after it.
        if (this.#early !== null) break;
        await this.#write(piece, block);
      }
      if (this.#early !== null) return this.#brokenOff(this.#early);
      return await this.#reply(endOfData);
    } catch (error) {
      this.destroy();
      throw error;
    } finally {
      this.#isSendingData = false;
    }
  }

  destroy(): void {
    this.#failure ??= new NextHopError("lost", "the connection was given up");
    this.#socket.destroy();
    this.#release();
  }

  #brokenOff(reply: Reply): Reply {
    this.destroy();
    if (reply.code >= 400) return reply;
    throw new NextHopError("malformed", "an answer before the end of the data");
  }

  async #write(octets: Uint8Array, timeout: number): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    if (await writeTo(this.#socket, octets, timeout)) return;
    this.#fail("timeout");
    throw new NextHopError("timeout", "the next hop does not read");
  }

  async #reply(timeout: number): Promise<Reply> {
    const early = this.#early;
    this.#early = null;
    if (early !== null) return early;
    if (this.#failure !== null) throw this.#failure;
    const timer = setTimeout(() => {
      this.#fail("timeout");
    }, timeout);
    try {
      return await new Promise<Reply>((resolve, reject) => (this.#waiter = { resolve, reject }));
    } finally {
      clearTimeout(timer);
    }
  }

  #take(chunk: Uint8Array): void {
    try {
      for (const reply of this.#reader.read(chunk)) this.#answer(reply);
    } catch {
      this.#fail("malformed");
    }
  }

  #answer(reply: Reply): void {
    if (this.#waiter !== null) {
      this.#waiter.resolve(reply);
      this.#waiter = null;
    } else if (this.#early === null && (this.#isSendingData || reply.code === 421)) this.#early = reply;
    // From here on, every answer would be attributed to the wrong command.
    else throw new NextHopError("malformed", "more answers than questions");
  }

  #fail(code: NextHopErrorCode): void {
    if (this.#failure !== null) return;
    this.#failure = new NextHopError(code, `the next hop cannot be spoken to: ${code}`);
    this.#socket.destroy();
    if (this.#waiter === null) this.options.onLost(this.#early);
    this.#release();
  }

  #release(): void {
    this.#waiter?.reject(this.#failure!);
    this.#waiter = null;
  }
}
