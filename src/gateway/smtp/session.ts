/**
 * One connection of the proxy as a state machine: the client's events in, answers out, no sockets. Commands go to the
 * next hop one by one and unchanged, and so do its answers on the way back; only the content of a message waits here
 * until it is whole and its edit is known.
 */
import { randomUUID } from "node:crypto";
import { binaryString } from "../../message/octets.js";
import { GatewayError } from "../errors.js";
import type { Log } from "../log.js";
import type { Door, MessageContext } from "../message.js";
import type { SpoolOptions } from "../spool.js";
import type { ClientEvent } from "./client-reader.js";
import { clientAttributesOf, senderOf, verbOf, type ClientAttributes } from "./command.js";
import { filterEhlo } from "./ehlo.js";
import { NextHopError } from "./errors.js";
import type { Line } from "./line-reader.js";
import type { NextHop } from "./next-hop.js";
import { refusalOf, REPLIES, tryLater } from "./replies.js";
import { loggedReply, ownReply, type Reply } from "./reply.js";
import { Transit, type Editor } from "./transit.js";

export interface SessionOptions {
  readonly door: Door;
  /** The current service; each message keeps the one that it began with. */
  readonly service: () => Editor;
  readonly spool: SpoolOptions;
  /** Our name in replies when the next hop cannot answer. */
  readonly hostname: string;
  /** Milliseconds for the service to edit a message. */
  readonly workTimeout: number;
  readonly log: Log;
}

export interface Answer {
  readonly reply: Reply;
  /** What comes next: another command, the content of a message, or nothing more. */
  readonly then: "command" | "data" | "close";
}

/** Senseless commands after which a client is disconnected. */
const MAX_BAD_COMMANDS = 20;

/** What the proxy does not do, even if the next hop could. */
const NOT_IMPLEMENTED: ReadonlySet<string> = new Set(["AUTH", "BDAT", "STARTTLS"]);

/** These end a transaction, and make the next hop forget XFORWARD's attributes. */
const RESETTING: ReadonlySet<string> = new Set(["EHLO", "HELO", "RSET"]);

const GONE = new GatewayError("aborted", "the client has gone");

export class SmtpSession {
  readonly #gone = new AbortController();
  /** XCLIENT's attributes hold for the connection, XFORWARD's for one message. */
  #client: ClientAttributes = {};
  #forwarded: ClientAttributes = {};
  #envelopeSender: string | null = null;
  #inTransaction = false;
  #message: Transit | null = null;
  #badCommands = 0;

  constructor(
    private readonly nextHop: NextHop,
    private readonly options: SessionOptions,
  ) {}

  /** Whether a transaction is under way. */
  get isBusy(): boolean {
    return this.#inTransaction;
  }

  /** The first answer: the next hop's greeting. */
  open(): Promise<Answer> {
    return this.#orAway(async () => this.#passedBack(await this.nextHop.greeting()));
  }

  /** Processes one event; the next may come when this one is answered. null if there is nothing to say yet. */
  async receive(event: ClientEvent): Promise<Answer | null> {
    switch (event.kind) {
      case "line":
        return event.line.octets === null ? this.#refuseLine(event.line) : this.#command(event.line.octets);
      case "content":
        await this.#message?.keep(event.octets);
        return null;
      case "end-of-data":
        return this.#endMessage(this.#message!);
      case "smuggling":
        this.options.log.warn({ door: this.options.door, id: this.#message?.id }, "SMTP smuggling was refused");
        return this.#close(REPLIES.smuggling);
    }
  }

  /** The client has gone: the next hop does not get the rest of an unfinished message. */
  abort(): void {
    this.#gone.abort(GONE);
    if (this.#message?.isDelivered !== true) this.nextHop.destroy();
  }

  /** To be called when nothing more is received and the last answer is given. */
  async dispose(): Promise<void> {
    this.nextHop.destroy();
    await this.#endTransaction();
  }

  /** What is said when the next hop has gone, or we stop. */
  farewell(why: string): Answer {
    return this.#close(tryLater(this.options.hostname, why));
  }

  #refuseLine({ fault }: Line): Answer {
    return this.#refuse(fault === "too-long" ? REPLIES.lineTooLong : REPLIES.lineMalformed);
  }

  #refuse(text: string): Answer {
    this.#badCommands++;
    return this.#badCommands > MAX_BAD_COMMANDS
      ? this.farewell("too many errors")
      : { reply: ownReply(text), then: "command" };
  }

  #close(text: string): Answer {
    this.nextHop.destroy();
    return { reply: ownReply(text), then: "close" };
  }

  #command(octets: Uint8Array): Promise<Answer> | Answer {
    const line = binaryString(octets);
    const verb = verbOf(line);
    if (NOT_IMPLEMENTED.has(verb)) return this.#refuse(REPLIES.notImplemented);
    return this.#orAway(async () => {
      const reply = await this.nextHop.command(octets);
      if (reply.code === 354 && verb === "DATA") return this.#beginMessage(reply);
      // The next hop now waits for input that the proxy would take for commands.
      if (reply.code >= 300 && reply.code < 400) throw new NextHopError("malformed", "an answer that asks for more");
      if (reply.code >= 400) return { ...this.#passedBack(reply), ...(verb === "QUIT" && CLOSE) };
      this.#note(verb, line);
      const passed = verb === "EHLO" ? filterEhlo(reply, this.options.spool.maxOctets) : reply;
      return { ...this.#passedBack(passed), ...(verb === "QUIT" && CLOSE) };
    });
  }

  /** Does the work, and answers 421 if the next hop cannot be used. */
  async #orAway(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof NextHopError)) throw error;
      const { door, log } = this.options;
      if (!this.#gone.signal.aborted) log.warn({ door, reason: error.code }, "the next hop cannot be spoken to");
      return this.farewell("the next hop is away");
    }
  }

  /** RFC 5321 §3.8: after 421 the connection is over. */
  #passedBack(reply: Reply): Answer {
    return { reply, then: reply.code === 421 || !this.nextHop.isOpen ? "close" : "command" };
  }

  /** Keeps track of what the next hop has accepted. */
  #note(verb: string, line: string): void {
    if (RESETTING.has(verb)) this.#resetTransaction();
    else if (verb === "XFORWARD") this.#forwarded = { ...this.#forwarded, ...clientAttributesOf(line) };
    else if (verb === "XCLIENT") {
      this.#client = { ...this.#client, ...clientAttributesOf(line) };
      this.#resetTransaction();
    } else if (verb === "MAIL") {
      this.#inTransaction = true;
      this.#envelopeSender = senderOf(line);
    }
  }

  #beginMessage(reply: Reply): Answer {
    const { door, service, spool, workTimeout } = this.options;
    const { address = null, queueId = randomUUID() } = { ...this.#client, ...this.#forwarded };
    const context: MessageContext = {
      door,
      id: queueId,
      login: null,
      clientAddress: address,
      daemonName: null,
      envelopeSender: this.#envelopeSender,
    };
    const options = { context, service: service(), spool, workTimeout, gone: this.#gone.signal };
    this.#inTransaction = true;
    this.#message = new Transit(this.nextHop, options);
    return { reply, then: "data" };
  }

  /** Logs one line for each message, with the next hop's answer, which has its queue id there. */
  async #endMessage(message: Transit): Promise<Answer> {
    const { door, log, hostname } = this.options;
    const { id } = message;
    try {
      const reply = await message.deliver();
      const isUnheard = this.#gone.signal.aborted;
      log.info({ door, id, reply: loggedReply(reply), ...(isUnheard && { isUnheard }) }, "passed on");
      return this.#passedBack(reply);
    } catch (error) {
      const text = refusalOf(error, hostname);
      log.warn({ door, id, reply: text }, "not passed on");
      return this.#close(text);
    } finally {
      await this.#endTransaction();
    }
  }

  async #endTransaction(): Promise<void> {
    await this.#message?.dispose();
    this.#message = null;
    this.#resetTransaction();
  }

  #resetTransaction(): void {
    this.#forwarded = {};
    this.#envelopeSender = null;
    this.#inTransaction = false;
  }
}

const CLOSE = { then: "close" } as const;
