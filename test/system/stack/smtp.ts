import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A server's answer: its code, and all its lines without the codes. RFC 5321 §4.2 */
export interface Reply {
  readonly code: number;
  readonly lines: readonly string[];
}

/** Milliseconds without an answer before a test gives up. */
const PATIENCE = 50_000;

/** An SMTP client that sends just the octets that it is told to. */
export class SmtpClient {
  #received = "";
  #ended = false;
  #wake: () => void = () => undefined;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding("latin1");
    const end = () => {
      this.#ended = true;
      this.#wake();
    };
    socket.on("data", (chunk: string) => {
      this.#received += chunk;
      this.#wake();
    });
    socket.on("close", end);
    socket.on("error", end);
  }

  /** Connects, and reads the greeting. */
  static async connect(port: number): Promise<SmtpClient> {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    const client = new SmtpClient(socket);
    await client.expect(220);
    return client;
  }

  write(octets: string | Uint8Array): void {
    this.socket.write(typeof octets === "string" ? Buffer.from(octets, "latin1") : octets);
  }

  /** Sends a line and reads its answer. */
  command(line: string): Promise<Reply> {
    this.write(`${line}\r\n`);
    return this.reply();
  }

  /** @throws where the answer has another code */
  async expect(code: number, line?: string): Promise<Reply> {
    const reply = await (line === undefined ? this.reply() : this.command(line));
    if (reply.code !== code) throw new Error(`${line ?? "the server"}: ${reply.code} ${reply.lines.join(" / ")}`);
    return reply;
  }

  /** The next answer; code 0 if the server has closed the connection instead. */
  async reply(): Promise<Reply> {
    const deadline = setTimeout(() => this.socket.destroy(), PATIENCE);
    try {
      for (;;) {
        const [whole] = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(this.#received) ?? [];
        if (whole !== undefined) {
          this.#received = this.#received.slice(whole.length);
          const lines = whole.trimEnd().split("\r\n");
          return { code: Number(whole.slice(0, 3)), lines: lines.map((line) => line.slice(4)) };
        }
        if (this.#ended) return { code: 0, lines: [] };
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Sends a message after DATA: dots stuffed, its last line ended, all else as it is. RFC 5321 §4.5.2 */
  data(message: Uint8Array): Promise<Reply> {
    return this.dataAsIs(stuffed(message));
  }

  /** Sends octets after DATA, and nothing else: a final dot must be among them. */
  async dataAsIs(octets: Uint8Array): Promise<Reply> {
    const reply = await this.command("DATA");
    if (reply.code !== 354) return reply;
    this.write(octets);
    return this.reply();
  }

  async login(user: string, password: string): Promise<void> {
    const secret = Buffer.from(`\0${user}\0${password}`).toString("base64");
    await this.expect(235, `AUTH PLAIN ${secret}`);
  }

  async quit(): Promise<void> {
    if (!this.#ended) await this.command("QUIT");
    this.socket.destroy();
  }

  /** Hangs up in the middle of whatever it is. */
  destroy(): void {
    this.socket.destroy();
  }
}

function stuffed(message: Uint8Array): Buffer {
  const text = Buffer.from(message).toString("latin1");
  const dotted = text.replace(/(^|\r\n)\./g, "$1..");
  return Buffer.from(dotted + (dotted.endsWith("\r\n") ? ".\r\n" : "\r\n.\r\n"), "latin1");
}

export interface Submission {
  readonly from: string;
  readonly to: string;
  readonly message: Uint8Array;
  /** Submits with a login. */
  readonly login?: { readonly user: string; readonly password: string };
  /** Plays an SMTP client at this address, by XCLIENT. */
  readonly clientAddress?: string;
  /** The message has its dots already, the final one too. */
  readonly isStuffed?: boolean;
}

/** Sends one message. @returns the answer to the message, or the first that refuses a command */
export async function send(port: number, submission: Submission): Promise<Reply> {
  const { from, to, message, login, clientAddress, isStuffed = false } = submission;
  const client = await SmtpClient.connect(port);
  try {
    await client.expect(250, "EHLO client.example");
    if (clientAddress !== undefined) {
      await client.expect(220, `XCLIENT NAME=outside.example ADDR=${clientAddress}`);
      await client.expect(250, "EHLO outside.example");
    }
    if (login !== undefined) await client.login(login.user, login.password);
    for (const command of [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`]) {
      const reply = await client.command(command);
      if (reply.code !== 250) return reply;
    }
    return await (isStuffed ? client.dataAsIs(message) : client.data(message));
  } finally {
    await client.quit();
  }
}
