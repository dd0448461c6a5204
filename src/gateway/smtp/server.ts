/** SMTP proxies on sockets: many clients, each with its own connection to the next hop. */
import type { Socket } from "node:net";
import { ConnectionServer, type ConnectionServerOptions } from "../connection-server.js";
import type { Door } from "../message.js";
import { Connection } from "./connection.js";
import { NextHopConnection, type Relay } from "./next-hop-connection.js";
import { tryLater } from "./replies.js";
import { SmtpSession } from "./session.js";
import type { Editor } from "./transit.js";
import { TIMEOUTS, underStress, type Timeouts } from "./timeouts.js";

export interface SmtpProxyOptions extends ConnectionServerOptions {
  readonly door: Door;
  /** The current service, which edits messages; a message keeps the one that it began with. */
  readonly service: () => Editor;
  readonly relay: Relay;
  /** Our name in replies when the next hop cannot answer. */
  readonly hostname: string;
  /** Default 100. No more than the server behind takes: then surplus clients get an answer instead of waiting. */
  readonly maxConnections?: number | undefined;
  /** Octets of a message at most; default 1 GiB, to protect the disk: mail policy is up to the next hop. */
  readonly maxOctets?: number | undefined;
  /** Default: the system's folder for temporary files. */
  readonly spoolFolder?: string | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
}

/** Postfix' default_process_limit: each of our connections holds one of its processes. */
const MAX_CONNECTIONS = 100;
/** The share of connections above which clients must hurry, so that slow ones do not keep all others out. */
const STRESS = 0.75;
const MAX_OCTETS = 1024 * 1024 * 1024;

export class SmtpProxyServer extends ConnectionServer<Connection, SmtpProxyOptions> {
  readonly #timeouts: Timeouts;
  readonly #hurried: Timeouts;
  readonly #maxConnections: number;
  /** Connections beyond which clients must hurry. */
  readonly #stressBeyond: number;

  constructor(options: SmtpProxyOptions) {
    super(options.door, options);
    this.#timeouts = { ...TIMEOUTS, ...options.timeouts };
    this.#hurried = underStress(this.#timeouts);
    this.#maxConnections = options.maxConnections ?? MAX_CONNECTIONS;
    this.#stressBeyond = Math.ceil(STRESS * this.#maxConnections);
  }

  protected override accept(socket: Socket): void {
    const { door, log } = this.options;
    if (this.open.size >= this.#maxConnections) {
      log.warn({ door }, "a connection was refused: too many are open");
      this.#refuse(socket);
      return;
    }
    this.#serve(socket);
    if (this.open.size !== this.#stressBeyond + 1) return;
    log.warn({ door, connections: this.open.size }, "most connections are taken: clients must hurry");
    for (const connection of this.open) connection.hurry();
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
      timeouts: () => (this.open.size > this.#stressBeyond ? this.#hurried : timeouts),
      onError: (reason) => {
        log.warn({ door, reason }, "a connection was closed");
      },
      onClose: () => this.open.delete(connection),
    });
    this.open.add(connection);
  }
}
