import { createServer, type Server, type Socket } from "node:net";
import type { Machine } from "./machine.js";

/** A next hop that takes every message, and keeps all octets that it was sent. */
export class Sink {
  /** Commands as they came, one line each. */
  readonly commands: string[] = [];
  /** What came between DATA and its end, dots unstuffed. */
  readonly messages: Buffer[] = [];
  /** Own answers to commands, by verb, in place of the usual ones. */
  readonly answers = new Map<string, string>();
  #server: Server | null = null;
  readonly #sockets = new Set<Socket>();

  private constructor(readonly port: number) {}

  static async start(machine: Machine): Promise<Sink> {
    const sink = new Sink(await machine.port());
    await sink.start();
    machine.onStop(() => {
      sink.stop();
    });
    return sink;
  }

  async start(): Promise<void> {
    const server = createServer((socket) => {
      this.#serve(socket);
    });
    this.#server = server;
    await new Promise<void>((resolve) => {
      server.listen(this.port, "127.0.0.1", resolve);
    });
  }

  /** Nobody listens any more, and nobody answers. */
  stop(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    let received = "";
    let inData = false;
    const say = (text: string) => socket.write(`${text}\r\n`);
    say("220 sink.example ESMTP");
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      received += chunk;
      for (;;) {
        const end = inData ? endOfData(received) : received.indexOf("\r\n");
        if (end < 0) return;
        const part = received.slice(0, end);
        received = received.slice(end + (inData ? ".\r\n".length : "\r\n".length));
        if (inData) {
          this.messages.push(Buffer.from(part.replace(/(^|\r\n)\./g, "$1"), "latin1"));
          say("250 2.0.0 Ok: kept");
          inData = false;
        } else {
          this.commands.push(part);
          const answer = this.answers.get(verbOf(part)) ?? ANSWERS[verbOf(part)] ?? "250 2.0.0 Ok";
          say(answer);
          inData = answer.startsWith("354");
          if (verbOf(part) === "QUIT") socket.end();
        }
      }
    });
  }
}

const EXTENSIONS = ["PIPELINING", "SIZE 104857600", "8BITMIME", "DSN", "SMTPUTF8", "ENHANCEDSTATUSCODES"];
const MORE = ["STARTTLS", "AUTH PLAIN", "CHUNKING", "XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE"];

const ANSWERS: Readonly<Record<string, string>> = {
  EHLO: ["sink.example", ...EXTENSIONS, ...MORE]
    .map((line, index, { length }) => `250${index === length - 1 ? " " : "-"}${line}`)
    .join("\r\n"),
  DATA: "354 go on",
  QUIT: "221 2.0.0 Bye",
};

function verbOf(line: string): string {
  return line.split(/[ :]/, 1)[0]!.toUpperCase();
}

/** Where the final dot stands; -1 if it is not there yet. */
function endOfData(received: string): number {
  if (received.startsWith(".\r\n")) return 0;
  const end = received.indexOf("\r\n.\r\n");
  return end < 0 ? -1 : end + 2;
}
