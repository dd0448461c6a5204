/** What the doors over connections share: who may connect, where they listen, and how they end. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { LOOPBACK, type ListenAddress } from "./address.js";
import { listenOn, type ListenSettings } from "./listen.js";
import type { Log } from "./log.js";
import type { Door } from "./message.js";
import { NetworkList } from "./policy/network-list.js";

export interface ConnectionServerOptions extends ListenSettings {
  readonly log: Log;
  /** IP addresses and networks that may connect; default: this machine. What such a peer says is believed. */
  readonly allowedPeers?: readonly string[] | undefined;
}

export abstract class ConnectionServer<
  C extends { finish(): void; destroy(): void },
  O extends ConnectionServerOptions,
> {
  protected readonly server: Server;
  protected readonly open = new Set<C>();
  readonly #allowedPeers: NetworkList;

  constructor(
    private readonly door: Door,
    protected readonly options: O,
  ) {
    this.#allowedPeers = new NetworkList(options.allowedPeers ?? LOOPBACK);
    this.server = createServer({ noDelay: true }, (socket) => {
      this.#admit(socket);
    });
  }

  /** @throws {GatewayError} */
  async listen(address: ListenAddress): Promise<void> {
    await listenOn(this.server, address, this.options);
    this.server.on("error", ({ message }) => {
      this.options.log.error({ door: this.door, reason: message }, "a connection could not be accepted");
    });
  }

  /** Where it listens, with the actual port if 0 was asked for; a path for a unix socket. */
  get address(): AddressInfo | string | null {
    return this.server.address();
  }

  /** Connections that are open. */
  get connections(): number {
    return this.open.size;
  }

  /** Takes no new connections, lets messages under way end, and closes what is left after `grace` milliseconds. */
  async stop(grace: number): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    for (const connection of this.open) connection.finish();
    const deadline = setTimeout(() => {
      const fields = { door: this.door, connections: this.open.size };
      this.options.log.warn(fields, "messages under way did not end in time: their connections are closed");
      for (const connection of this.open) connection.destroy();
    }, grace);
    await closed;
    clearTimeout(deadline);
  }

  /** Serves a peer that may connect. */
  protected abstract accept(socket: Socket): void;

  #admit(socket: Socket): void {
    const { remoteAddress: peer } = socket;
    if (peer === undefined || this.#allowedPeers.has(peer)) {
      this.accept(socket);
      return;
    }
    this.options.log.warn({ door: this.door, peer }, "a connection was refused: the peer is not allowed");
    socket.destroy();
  }
}
