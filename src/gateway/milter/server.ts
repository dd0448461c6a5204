/** Milter sessions on sockets: many connections, one session each. */
import type { Socket } from "node:net";
import { ConnectionServer, type ConnectionServerOptions } from "../connection-server.js";
import type { MessageService } from "../message.js";
import { Connection } from "./connection.js";
import { MilterSession } from "./session.js";

export interface MilterServerOptions extends ConnectionServerOptions {
  /** The current service; a message keeps the one that it began with. */
  readonly service: () => MessageService;
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

export class MilterServer extends ConnectionServer<Connection, MilterServerOptions> {
  constructor(options: MilterServerOptions) {
    super("milter", options);
    this.server.maxConnections = options.maxConnections ?? MAX_CONNECTIONS;
    this.server.on("drop", () => {
      options.log.warn({ door: "milter" }, "a connection was refused: too many are open");
    });
  }

  protected override accept(socket: Socket): void {
    const { log, service, messageTimeout = MESSAGE_TIMEOUT, idleTimeout = IDLE_TIMEOUT } = this.options;
    const session = new MilterSession(service, { messageTimeout });
    const connection = new Connection(socket, session, {
      activeTimeout: 2 * messageTimeout,
      idleTimeout,
      onError: (error) => {
        log.warn({ door: "milter", reason: error.message }, "a connection was closed");
      },
      onClose: () => this.open.delete(connection),
    });
    this.open.add(connection);
  }
}
