import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** An SMTP client that says what it is told to, octet by octet. */
export class Client {
  readonly socket: Socket;
  #received = "";
  #isClosed = false;
  #wake = (): void => undefined;

  constructor(port: number) {
    this.socket = connect({ host: "127.0.0.1", port, noDelay: true });
    this.socket
      .on("data", (chunk: Buffer) => {
        this.#received += chunk.toString("latin1");
        this.#wake();
      })
      .on("error", () => undefined)
      .on("close", () => {
        this.#isClosed = true;
        this.#wake();
      });
  }

  /** @returns the next reply, all its lines; where the connection was closed instead, what is left */
  async reply(): Promise<string> {
    for (;;) {
      const reply = /^(?:[0-9]{3}-[^\n]*\n)*[0-9]{3}(?: [^\n]*)?\r\n/.exec(this.#received)?.[0];
      if (reply !== undefined) {
        this.#received = this.#received.slice(reply.length);
        return reply;
      }
      if (this.#isClosed) {
        const rest = this.#received;
        this.#received = "";
        return `closed${rest}`;
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  send(text: string): void {
    this.socket.write(Buffer.from(text, "latin1"));
  }

  say(line: string): Promise<string> {
    this.send(`${line}\r\n`);
    return this.reply();
  }

  /** Up to the content, which is to be sent next. */
  async begin({ from = "<alice@example.org>", greet = true } = {}): Promise<void> {
    if (greet) await this.reply();
    if (greet) await this.say("EHLO client.example");
    for (const line of [`MAIL FROM:${from}`, "RCPT TO:<bob@example.net>", "DATA"]) await this.say(line);
  }

  /** A message from its greeting on, dot-stuffed as it should be; @returns the answer to it */
  async deliver(message: string, options: { from?: string; greet?: boolean } = {}): Promise<string> {
    await this.begin(options);
    this.send(message.replace(/^\./, "..").replaceAll("\r\n.", "\r\n.."));
    return this.say(".");
  }

  /** Ends when the other side has closed. */
  async closed(): Promise<void> {
    if (!this.#isClosed) await once(this.socket, "close");
  }

  destroy(): void {
    this.socket.destroy();
  }
}
