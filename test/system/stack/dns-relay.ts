import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import type { Machine } from "./machine.js";

/** What becomes of an answer: the datagrams that are sent in its place, each after so many milliseconds. */
export type Distortion = (answer: Buffer) => readonly Datagram[];

/** `forged`: from another port than the one that was asked. */
export type Datagram = readonly [milliseconds: number, octets: Buffer, source?: "forged"];

/** A bad network in front of BIND: UDP only, nobody listens on TCP. */
export class DnsRelay {
  distortion: Distortion = (answer) => [[0, answer]];

  private constructor(
    readonly port: number,
    private readonly socket: Socket,
    private readonly forger: Socket,
    private readonly serverPort: number,
  ) {
    socket.on("message", (question, client) => {
      this.#ask(question, client);
    });
  }

  static async start(machine: Machine, serverPort: number): Promise<DnsRelay> {
    const port = await machine.port();
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => {
      socket.bind(port, "127.0.0.1", resolve);
    });
    const forger = createSocket("udp4");
    machine.onStop(() => {
      socket.close();
      forger.close();
    });
    return new DnsRelay(port, socket, forger, serverPort);
  }

  get server(): string {
    return `127.0.0.1:${this.port}`;
  }

  #ask(question: Buffer, client: RemoteInfo): void {
    const upstream = createSocket("udp4");
    upstream.once("message", (answer) => {
      upstream.close();
      for (const [milliseconds, octets, source] of this.distortion(answer)) {
        setTimeout(() => {
          const socket = source === "forged" ? this.forger : this.socket;
          socket.send(octets, client.port, client.address);
        }, milliseconds);
      }
    });
    upstream.send(question, this.serverPort, "127.0.0.1");
  }
}
