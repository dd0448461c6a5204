/** SMTP proxies on sockets: many clients, each with a connection to the next hop of its own. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { LOOPBACK, type ListenAddress } from "../address.js";
import { listenOn, type ListenSettings } from "../listen.js";
import type { Log } from "../log.js";
import type { Door } from "../message.js";
import { NetworkList } from "../policy/network-list.js";
import { Connection } from "./connection.js";
import { NextHopConnection, type Relay } from "./next-hop-connection.js";
import { tryLater } from "./replies.js";
import { SmtpSession } from "./session.js";
import type { Editor } from "./transit.js";
import { TIMEOUTS, type Timeouts } from "./timeouts.js";

export interface SmtpProxyOptions extends ListenSettings {
  readonly door: Door;
  /** Edits messages; the service of the moment, a message keeps the one that it began with. */
  readonly service: () => Editor;
  readonly relay: Relay;
  /** Who answers where the next hop cannot. */
  readonly hostname: string;
  readonly log: Log;
  /** IP addresses and networks that may connect; default: this machine. Whoever may says who its client is. */
  readonly allowedPeers?: readonly string[] | undefined;
  /** Default 1000. */
  readonly maxConnections?: number | undefined;
  /** Octets of a message at the most; default 1 GiB: the limit is the next hop's, this one is the disk's. */
  readonly maxOctets?: number | undefined;
  /** Default: the system's folder for temporary files. */
  readonly spoolFolder?: string | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
}

const MAX_CONNECTIONS = 1000;
const MAX_OCTETS = 1024 * 1024 * 1024;

export class SmtpProxyServer {
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  readonly #allowedPeers: NetworkList;
  readonly #timeouts: Timeouts;

  constructor(private readonly options: SmtpProxyOptions) {
    this.#allowedPeers = new NetworkList(options.allowedPeers ?? LOOPBACK);
    this.#timeouts = { ...TIMEOUTS, ...options.timeouts };
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.#accept(socket);
    });
  }

  /** @throws {GatewayError} */
  async listen(address: ListenAddress): Promise<void> {
    await listenOn(this.#server, address, this.options);
    this.#server.on("error", ({ message }) => {
      this.options.log.error({ door: this.options.door, reason: message }, "cannot take connections");
    });
  }

  /** Where it listens: the port where 0 was asked for, a path for a unix socket. */
  get address(): AddressInfo | string | null {
    return this.#server.address();
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Takes no new connections, lets messages end that are under way, and closes what is left after `grace` milliseconds. */
  async stop(grace: number): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const connection of this.#connections) connection.finish();
    const deadline = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, grace);
    await closed;
    clearTimeout(deadline);
  }

  #accept(socket: Socket): void {
    const { door, log, maxConnections = MAX_CONNECTIONS } = this.options;
    if (socket.remoteAddress !== undefined && !this.#allowedPeers.has(socket.remoteAddress)) {
      log.warn({ door, peer: socket.remoteAddress }, "a connection was refused: the peer is not allowed");
      socket.destroy();
    } else if (this.#connections.size >= maxConnections) {
      log.warn({ door }, "a connection was refused: too many are open");
      this.#refuse(socket);
    } else this.#serve(socket);
  }

  #refuse(socket: Socket): void {
    socket.on("error", () => undefined).end(`${tryLater(this.options.hostname, "too many connections")}\r\n`);
    socket.setTimeout(this.#timeouts.linger, () => socket.destroy()).resume();
  }

  #serve(socket: Socket): void {
    const { door, log, service, relay, hostname, maxOctets = MAX_OCTETS, spoolFolder: folder } = this.options;
    const timeouts = this.#timeouts;
    const nextHop = new NextHopConnection(relay, {
      timeouts,
      onLost: (farewell) => {
        connection.lost(farewell);
      },
    });
    const spool = { maxOctets, folder };
    const session = new SmtpSession(nextHop, { door, service, spool, hostname, workTimeout: timeouts.work, log });
    const connection = new Connection(socket, session, {
      timeouts,
      onError: (reason) => {
        log.warn({ door, reason }, "a connection was closed");
      },
      onClose: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
  }
}
