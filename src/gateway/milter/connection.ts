import type { Socket } from "node:net";
import { PacketReader, type Packet } from "./framing.js";
import type { MilterSession } from "./session.js";

export interface ConnectionOptions {
  /** Milliseconds for a packet or a message, however slowly its octets trickle in. */
  readonly activeTimeout: number;
  /** Milliseconds of silence between messages. */
  readonly idleTimeout: number;
  readonly onError: (error: Error) => void;
  readonly onClose: () => void;
}

/** Octets of packets that may wait for the session; with more, the socket is not read. */
const HIGH_WATER = 256 * 1024;
/** What a packet costs besides its data: empty ones must not pile up, either. */
const PACKET_OVERHEAD = 128;

/** A session on a socket: packets in order, read no faster than they are processed. */
export class Connection {
  readonly #reader = new PacketReader();
  readonly #waiting: Packet[] = [];
  #waitingOctets = 0;
  #isWorking = false;
  #isFinishing = false;
  #isActive = false;
  #watchdog: NodeJS.Timeout;

  constructor(
    private readonly socket: Socket,
    private readonly session: MilterSession,
    private readonly options: ConnectionOptions,
  ) {
    this.#watchdog = this.#startWatchdog();
    socket.on("data", (chunk: Buffer) => {
      this.#take(chunk);
    });
    socket.once("end", () => {
      this.destroy(); // the MTA has gone: nobody waits for an answer
    });
    socket.on("error", (error) => {
      options.onError(error);
    });
    socket.once("close", () => {
      clearTimeout(this.#watchdog);
      session.abort();
      options.onClose();
    });
  }

  /** Ends the connection as soon as no message is under way. */
  finish(): void {
    this.#isFinishing = true;
    this.#endIfFinished();
  }

  destroy(): void {
    this.socket.destroy();
  }

  #take(chunk: Uint8Array): void {
    try {
      for (const packet of this.#reader.push(chunk)) {
        this.#waiting.push(packet);
        this.#waitingOctets += packet.data.length + PACKET_OVERHEAD;
      }
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (this.#waitingOctets > HIGH_WATER) this.socket.pause();
    this.#watch();
    if (!this.#isWorking) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    try {
      for (let packet = this.#waiting.shift(); packet !== undefined; packet = this.#waiting.shift()) {
        this.#waitingOctets -= packet.data.length + PACKET_OVERHEAD;
        const { replies, close } = await this.session.receive(packet);
        if (this.socket.destroyed) return;
        if (replies.length > 0) await this.#write(Buffer.concat(replies));
        if (close) this.socket.end();
        if (this.#waitingOctets <= HIGH_WATER && this.socket.isPaused()) this.socket.resume();
        this.#watch();
      }
      this.#endIfFinished();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isWorking = false;
    }
  }

  async #write(octets: Uint8Array): Promise<void> {
    if (this.socket.write(octets)) return;
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        this.socket.off("drain", goOn).off("close", goOn);
        resolve();
      };
      this.socket.on("drain", goOn).on("close", goOn);
    });
  }

  #endIfFinished(): void {
    if (!this.#isFinishing || this.session.isBusy || this.#waiting.length > 0 || this.#reader.isWithinPacket) return;
    this.socket.destroySoon();
  }

  #fail(error: unknown): void {
    this.options.onError(error instanceof Error ? error : new Error("unknown"));
    this.destroy();
  }

  /** The idle timeout starts anew with each packet; the time for a packet or a message does not. */
  #watch(): void {
    const isActive = this.#reader.isWithinPacket || this.session.isReceiving;
    if (isActive && this.#isActive) return;
    this.#isActive = isActive;
    clearTimeout(this.#watchdog);
    if (!this.socket.destroyed) this.#watchdog = this.#startWatchdog();
  }

  #startWatchdog(): NodeJS.Timeout {
    const { activeTimeout, idleTimeout } = this.options;
    return setTimeout(
      () => {
        this.#fail(new Error(this.#isActive ? "the message took too long" : "the connection was silent for too long"));
      },
      this.#isActive ? activeTimeout : idleTimeout,
    );
  }
}
