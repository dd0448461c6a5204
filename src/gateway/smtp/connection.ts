import type { Duplex } from "node:stream";
import { ClientReader } from "./client-reader.js";
import { replyOctets, type Reply } from "./reply.js";
import type { Answer, SmtpSession } from "./session.js";
import { writeTo } from "./socket.js";
import { MIN_OCTETS_PER_SECOND, type Timeouts } from "./timeouts.js";

export interface ConnectionOptions {
  /** The current ones: they are shorter while most connections are taken. */
  readonly timeouts: () => Timeouts;
  readonly onError: (reason: string) => void;
  readonly onClose: () => void;
}

/** Octets that may wait for the session; with more, the socket is not read. */
const HIGH_WATER = 64 * 1024;
/** What a chunk costs besides its octets: tiny ones must not pile up, either. */
const CHUNK_OVERHEAD = 128;

/** A session on the client's socket: what arrives is processed in order, and read no faster than that. */
export class Connection {
  readonly #reader = new ClientReader();
  readonly #waiting: Uint8Array[] = [];
  #waitingOctets = 0;
  #isWorking = true;
  #isSaying = false;
  #isFinishing = false;
  #isOver = false;
  /** When the last answer was given, in milliseconds. */
  #since = performance.now();
  /** The octets of the message that is being received. */
  #receiving: { octets: number } | null = null;
  #watchdog: NodeJS.Timeout | undefined;

  constructor(
    private readonly socket: Duplex,
    private readonly session: SmtpSession,
    private readonly options: ConnectionOptions,
  ) {
    socket.on("data", (chunk: Buffer) => {
      this.#take(chunk);
    });
    // Nobody waits for an answer any more: an SMTP client that does says QUIT and reads its answer first.
    socket.once("end", () => socket.destroy());
    socket.on("error", () => undefined); // `close` follows
    socket.once("close", () => {
      this.#isOver = true;
      clearTimeout(this.#watchdog);
      session.abort();
      if (!this.#isWorking) void this.#end();
      options.onClose();
    });
    void this.#work(() => session.open());
  }

  /** The next hop has ended the connection. A question under way to it will fail and report that. */
  lost(farewell: Reply | null): void {
    if (this.#isWorking || this.#isOver || this.#receiving !== null) return;
    void this.#work(() => {
      const own = this.session.farewell("the next hop is away");
      return Promise.resolve(farewell === null ? own : { ...own, reply: farewell });
    });
  }

  /** Ends the connection as soon as no message is under way. */
  finish(): void {
    this.#isFinishing = true;
    if (!this.#isWorking && !this.#isOver) void this.#work(() => Promise.resolve(null));
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** The timeouts have become shorter; the new ones apply to the current wait, too. */
  hurry(): void {
    if (this.#isOver) return;
    if (!this.#isWorking) this.#watch();
    if (!this.#isSaying) return;
    clearTimeout(this.#watchdog); // it may not be the first time
    this.#watchdog = setTimeout(() => {
      this.#giveUp();
    }, this.options.timeouts().client);
  }

  #take(chunk: Uint8Array): void {
    if (this.#isOver) return; // read to its end, so that the last answer is not lost in a reset
    this.#waiting.push(chunk);
    this.#waitingOctets += chunk.length + CHUNK_OVERHEAD;
    if (this.#waitingOctets > HIGH_WATER) this.socket.pause();
    if (!this.#isWorking) void this.#work(() => Promise.resolve(null));
  }

  /** Gives the first answer, then processes what waits. */
  async #work(first: () => Promise<Answer | null>): Promise<void> {
    this.#isWorking = true;
    clearTimeout(this.#watchdog);
    try {
      await this.#say(await first());
      for (let chunk = this.#next(); chunk !== undefined; chunk = this.#next()) await this.#receive(chunk);
      if (this.#isFinishing && !this.session.isBusy && !this.#isOver) {
        await this.#say(this.session.farewell("shutting down"));
      }
    } catch (error) {
      this.options.onError(error instanceof Error ? error.name : "unknown");
      this.destroy();
    } finally {
      this.#isWorking = false;
      if (this.#isOver) await this.#end();
      else this.#watch();
    }
  }

  async #end(): Promise<void> {
    await this.session.dispose().catch((error: unknown) => {
      this.options.onError(error instanceof Error ? error.name : "unknown");
    });
  }

  #next(): Uint8Array | undefined {
    if (this.#isOver) return undefined;
    const chunk = this.#waiting.shift();
    if (chunk !== undefined) this.#waitingOctets -= chunk.length + CHUNK_OVERHEAD;
    if (this.#waitingOctets <= HIGH_WATER && this.socket.isPaused()) this.socket.resume();
    return chunk;
  }

  async #receive(chunk: Uint8Array): Promise<void> {
    if (this.#receiving !== null) this.#receiving.octets += chunk.length;
    this.#reader.push(chunk);
    for (let event = this.#reader.next(); event !== null && !this.#isOver; event = this.#reader.next()) {
      if (event.kind === "end-of-data") this.#receiving = null;
      await this.#say(await this.session.receive(event));
    }
  }

  async #say(answer: Answer | null): Promise<void> {
    if (answer === null || this.socket.destroyed) return;
    const { client } = this.options.timeouts();
    const octets = replyOctets(answer.reply);
    if (answer.then === "close") {
      this.#close(octets);
      return;
    }
    if (answer.then === "data") {
      this.#reader.enterData();
      this.#receiving = { octets: 0 };
    }
    this.#isSaying = true;
    if (!(await writeTo(this.socket, octets, client))) this.#giveUp();
    this.#isSaying = false;
    clearTimeout(this.#watchdog);
    this.#since = performance.now();
  }

  #giveUp(): void {
    this.options.onError("the client does not read");
    this.destroy();
  }

  /** What the client sends from now on is discarded. */
  #close(lastWords: Uint8Array): void {
    this.#isOver = true;
    this.#waiting.length = 0;
    this.socket.end(lastWords);
    this.socket.resume();
    this.#watchdog = setTimeout(() => this.socket.destroy(), this.options.timeouts().linger);
  }

  /** A whole command, or the next part of a message, must arrive in time, however slowly its octets trickle in. */
  #watch(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      this.options.onError("the client took too long");
      void this.#work(() => Promise.resolve(this.session.farewell("timeout")));
    }, this.#timeLeft());
  }

  #timeLeft(): number {
    const { client, clientBlock, clientMessage } = this.options.timeouts();
    const elapsed = performance.now() - this.#since;
    if (this.#receiving === null) return client - elapsed;
    const due = clientBlock + (this.#receiving.octets / MIN_OCTETS_PER_SECOND) * 1000;
    return Math.min(clientBlock, Math.min(due, clientMessage) - elapsed);
  }
}
