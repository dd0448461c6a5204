/** SMTP proxies on sockets: many clients, each with a connection to the next hop of its own. */
import type { Socket } from "node:net";
import { ConnectionServer, type ConnectionServerOptions } from "../connection-server.js";
import type { Door } from "../message.js";
import { Connection } from "./connection.js";
import { NextHopConnection, type Relay } from "./next-hop-connection.js";
import { tryLater } from "./replies.js";
import { SmtpSession } from "./session.js";
import type { Editor } from "./transit.js";
import { TIMEOUTS, type Timeouts } from "./timeouts.js";

export interface SmtpProxyOptions extends ConnectionServerOptions {
  readonly door: Door;
  /** Edits messages; the service of the moment, a message keeps the one that it began with. */
  readonly service: () => Editor;
  readonly relay: Relay;
  /** Who answers where the next hop cannot. */
  readonly hostname: string;
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

export class SmtpProxyServer extends ConnectionServer<Connection, SmtpProxyOptions> {
  readonly #timeouts: Timeouts;

  constructor(options: SmtpProxyOptions) {
    super(options.door, options);
    this.#timeouts = { ...TIMEOUTS, ...options.timeouts };
  }

  protected override accept(socket: Socket): void {
    const { door, log, maxConnections = MAX_CONNECTIONS } = this.options;
    if (this.open.size >= maxConnections) {
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
      onClose: () => this.open.delete(connection),
    });
    this.open.add(connection);
  }
}
