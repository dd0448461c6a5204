/** Milter sessions on sockets: many connections, one session each. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { LOOPBACK, type ListenAddress } from "../address.js";
import { listenOn, type ListenSettings } from "../listen.js";
import type { Log } from "../log.js";
import type { MessageService } from "../message.js";
import { NetworkList } from "../policy/network-list.js";
import { Connection } from "./connection.js";
import { MilterSession } from "./session.js";

export interface MilterServerOptions extends ListenSettings {
  /** The service of the moment: a message keeps the one that it began with. */
  readonly service: () => MessageService;
  readonly log: Log;
  /** IP addresses and networks that may connect; default: this machine. Whoever may can have mail signed. */
  readonly allowedPeers?: readonly string[] | undefined;
  /** Default 1000: Postfix has a connection for each SMTP client, 100 by default. */
  readonly maxConnections?: number | undefined;
  /** Milliseconds from the end of a message's header to the answer; default 120,000, under Postfix' 300 s. */
  readonly messageTimeout?: number | undefined;
  /** Milliseconds between messages; default two hours, as libmilter has it: SMTP clients may be slow. */
  readonly idleTimeout?: number | undefined;
}

const MAX_CONNECTIONS = 1000;
const MESSAGE_TIMEOUT = 120_000;
const IDLE_TIMEOUT = 7_210_000;

export class MilterServer {
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  readonly #allowedPeers: NetworkList;

  constructor(private readonly options: MilterServerOptions) {
    this.#allowedPeers = new NetworkList(options.allowedPeers ?? LOOPBACK);
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.#accept(socket);
    });
    this.#server.maxConnections = options.maxConnections ?? MAX_CONNECTIONS;
    this.#server.on("drop", () => {
      options.log.warn({ door: "milter" }, "a connection was refused: too many are open");
    });
  }

  /** @throws {GatewayError} */
  async listen(address: ListenAddress): Promise<void> {
    await listenOn(this.#server, address, this.options);
    this.#server.on("error", ({ message }) => {
      this.options.log.error({ door: "milter", reason: message }, "a connection could not be accepted");
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
    const { log, service, messageTimeout = MESSAGE_TIMEOUT, idleTimeout = IDLE_TIMEOUT } = this.options;
    if (socket.remoteAddress !== undefined && !this.#allowedPeers.has(socket.remoteAddress)) {
      log.warn({ door: "milter", peer: socket.remoteAddress }, "a connection was refused: the peer is not allowed");
      socket.destroy();
      return;
    }
    const session = new MilterSession(service, { messageTimeout });
    const connection = new Connection(socket, session, {
      activeTimeout: 2 * messageTimeout,
      idleTimeout,
      onError: (error) => {
        log.warn({ door: "milter", reason: error.message }, "a connection was closed");
      },
      onClose: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
  }
}
