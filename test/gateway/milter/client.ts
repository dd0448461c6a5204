import { connect, type NetConnectOpts, type Socket } from "node:net";
import { PacketReader, type Packet } from "../../../src/gateway/milter/framing.js";
import { applyReplies, Mta, POSTFIX_OFFER, type Envelope, type Step, type Verdict } from "./mta.js";

/** Replies after which an MTA goes on. */
const FINAL = "cartdy";

/** An MTA on a real socket: it sends without waiting where no reply is due, as Postfix does. */
export class MilterClient {
  readonly mta: Mta;
  readonly #packets: Packet[] = [];
  readonly #reader = new PacketReader();
  #wake = (): void => undefined;
  #closed = false;

  private constructor(
    readonly socket: Socket,
    offer: typeof POSTFIX_OFFER,
  ) {
    this.mta = new Mta(offer);
    socket.on("data", (chunk: Buffer) => {
      this.#packets.push(...this.#reader.push(chunk));
      this.#wake();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#closed = true;
      this.#wake();
    });
  }

  static async open(to: NetConnectOpts, offer = POSTFIX_OFFER): Promise<MilterClient> {
    const socket = connect(to);
    await new Promise((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    const client = new MilterClient(socket, offer);
    socket.write(client.mta.negotiation());
    client.mta.negotiated(await client.#next());
    return client;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  async deliver(text: string, envelope: Envelope = {}): Promise<Verdict> {
    const replies = await this.walk(this.mta.message(text, envelope));
    return applyReplies(text, replies, this.mta.steps);
  }

  async connected(envelope: Envelope = {}): Promise<this> {
    await this.walk(this.mta.connection(envelope));
    return this;
  }

  /** @returns the replies to the last step */
  async walk(steps: readonly Step[]): Promise<Packet[]> {
    let replies: Packet[] = [];
    for (const { octets, awaits } of steps) {
      if (!this.socket.write(octets)) await this.#drained();
      if (awaits) replies = await this.#replies();
    }
    return replies;
  }

  /** Waits until the filter has closed the connection. */
  async closed(): Promise<void> {
    while (!this.#closed) await this.#event();
  }

  quit(): void {
    this.socket.end(Buffer.from([0, 0, 0, 1, 0x51]));
  }

  async #replies(): Promise<Packet[]> {
    const replies: Packet[] = [];
    for (;;) {
      const packet = await this.#next();
      replies.push(packet);
      if (FINAL.includes(packet.command)) return replies;
    }
  }

  async #next(): Promise<Packet> {
    for (;;) {
      const packet = this.#packets.shift();
      if (packet !== undefined) return packet;
      if (this.#closed) throw new Error("the filter has closed the connection");
      await this.#event();
    }
  }

  async #drained(): Promise<void> {
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        this.socket.off("drain", goOn).off("close", goOn);
        resolve();
      };
      this.socket.on("drain", goOn).on("close", goOn);
    });
  }

  #event(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
