import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** What the sink does with a command or, for `.`, at the end of a message. */
export type Reaction =
  | string
  /** Breaks the connection; says that first. */
  | { readonly closeAfter: string }
  | typeof SILENCE;

/** No answer, ever. */
export const SILENCE = Symbol("silence");

export interface Delivery {
  /** As it came over the wire, dots and all, without the end of the data. */
  readonly wire: string;
  readonly commands: readonly string[];
}

/** A real SMTP server on loopback that keeps what it gets. Only CRLF.CRLF ends a message. */
export class Sink {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly deliveries: Delivery[] = [];
  /** All command lines, of all connections. */
  readonly commands: string[] = [];
  connections = 0;
  /** Octets of the message data that arrived, kept or not. */
  octets = 0;
  greeting: Reaction = "220 sink.example ESMTP";
  keepsMessages = true;
  /** Asked first; null is the usual answer. */
  react: (line: string) => Reaction | null = () => null;
  /** Called when message data arrive. */
  onData: (socket: Socket) => void = () => undefined;

  constructor() {
    this.#server = createServer((socket) => {
      this.#serve(socket);
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Says something that nobody asked for, on each connection. */
  say(text: string): void {
    for (const socket of this.#sockets) socket.write(text);
  }

  breakConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    this.connections++;
    this.#sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => this.#sockets.delete(socket));
    const commands: string[] = [];
    let waiting = "";
    let inData = false;
    this.#answer(socket, this.greeting);
    socket.on("data", (chunk: Buffer) => {
      waiting += chunk.toString("latin1");
      if (inData) {
        this.octets += chunk.length;
        this.onData(socket);
      }
      for (;;) {
        if (inData) {
          const end = waiting.startsWith(".\r\n") ? 0 : waiting.indexOf("\r\n.\r\n") + 2;
          if (end === 1) {
            if (!this.keepsMessages) waiting = waiting.slice(-4);
            return;
          }
          inData = false;
          this.deliveries.push({ wire: waiting.slice(0, end), commands: [...commands] });
          waiting = waiting.slice(end + 3);
          commands.length = 0;
          this.#answer(socket, this.react(".") ?? "250 2.0.0 Ok: queued as 4TEST");
        } else {
          const lf = waiting.indexOf("\n");
          if (lf < 0) return;
          const line = waiting.slice(0, lf + 1);
          waiting = waiting.slice(lf + 1);
          commands.push(line.trimEnd());
          this.commands.push(line.trimEnd());
          const reaction = this.react(line.trimEnd()) ?? usualAnswer(line);
          inData = typeof reaction === "string" && reaction.startsWith("354");
          this.#answer(socket, reaction);
        }
      }
    });
  }

  #answer(socket: Socket, reaction: Reaction): void {
    if (reaction === SILENCE) return;
    if (typeof reaction === "string") socket.write(`${reaction}\r\n`);
    else socket.end(reaction.closeAfter);
  }
}

const EXTENSIONS = [
  "PIPELINING",
  "SIZE 104857600",
  "VRFY",
  "ETRN",
  "STARTTLS",
  "AUTH PLAIN LOGIN",
  "AUTH=PLAIN LOGIN",
  "XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT",
  "XCLIENT NAME ADDR LOGIN",
  "ENHANCEDSTATUSCODES",
  "8BITMIME",
  "DSN",
  "SMTPUTF8",
  "CHUNKING",
];

function usualAnswer(line: string): string {
  switch (line.slice(0, 4).toUpperCase()) {
    case "EHLO":
      return ["sink.example", ...EXTENSIONS]
        .map((text, i) => `250${i < EXTENSIONS.length ? "-" : " "}${text}`)
        .join("\r\n");
    case "DATA":
      return "354 End data with <CR><LF>.<CR><LF>";
    case "QUIT":
      return "221 2.0.0 Bye";
    case "XCLI":
      return "220 sink.example ESMTP";
    case "BOGU":
      return "500 5.5.2 Error: command not recognized";
    default:
      return "250 2.1.0 Ok";
  }
}
