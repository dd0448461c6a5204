/**
 * One milter connection as a state machine: packets in, packets out, no sockets. A connection carries many messages,
 * and, after `K`, many SMTP connections. The header is rebuilt to the octet, and with the body it streams through a
 * pipe into the service while packets arrive.
 */
import { MAX_HEADER_OCTETS } from "../../message/header.js";
import type { Edit } from "../../service/types.js";
import { GatewayError } from "../errors.js";
import type { MessageContext, MessageService } from "../message.js";
import { Pipe } from "../pipe.js";
import { answer, answerWith, CLOSE, CONTINUE, HEADER_TOO_LARGE, NOTHING, TRY_LATER, type Answer } from "./answers.js";
import * as wire from "./commands.js";
import { ProtocolError, type Packet } from "./framing.js";
import { Macros } from "./macros.js";
import { fieldOf, headerOctets, octetsIn, type MilterField } from "./header.js";
import { negotiate } from "./negotiation.js";

export interface SessionOptions {
  /** Milliseconds for the service, from the end of the header on. */
  readonly messageTimeout: number;
}

const { Command, Step } = wire;

/** With its empty line, the header is then just as long as the library reads. */
const MAX_FIELDS_OCTETS = MAX_HEADER_OCTETS - 2;

/** The reason with which a message is cancelled when nobody waits for its answer. */
const ABORTED = new GatewayError("aborted", "the message was aborted");
const LATE = new GatewayError("deadline", "the message took too long");

/** The message whose header has ended. */
interface Message {
  readonly fields: readonly MilterField[];
  readonly pipe: Pipe;
  readonly cancel: AbortController;
  readonly edit: Promise<Edit | null>;
}

export class MilterSession {
  #steps = 0;
  #negotiated = false;
  #clientAddress: string | null = null;
  readonly #macros = new Macros();
  #envelopeSender: string | null = null;
  #fields: MilterField[] = [];
  #headerOctets = 0;
  #inMessage = false;
  #message: Message | null = null;

  constructor(
    /** The service of the moment: each message keeps the one that it began with. */
    private readonly service: () => MessageService,
    private readonly options: SessionOptions,
  ) {}

  /** Whether a message has begun and has not been answered yet. */
  get isBusy(): boolean {
    return this.#inMessage;
  }

  /** Whether the message itself is being received: the MTA has all of it, so that it should not be slow. */
  get isReceiving(): boolean {
    return this.#headerOctets > 0 || this.#message !== null;
  }

  /**
   * Processes one packet; the next may come when this one is answered.
   * @throws {ProtocolError} if the packet makes no sense; there is no answer then
   */
  async receive({ command, data }: Packet): Promise<Answer> {
    if (!this.#negotiated && command !== Command.negotiate && command !== Command.quit) {
      throw new ProtocolError("a command before the option negotiation");
    }
    switch (command) {
      case Command.negotiate:
        return this.#negotiate(data);
      case Command.macros:
        this.#macros.keep(wire.decodeMacros(data));
        return NOTHING;
      case Command.connect:
        this.#clientAddress = wire.decodeConnect(data);
        return this.#continueUnless(Step.noReplyConnect);
      case Command.mail:
        this.#beginMessage(data);
        return this.#continueUnless(Step.noReplyMail);
      case Command.header:
        this.#addField(data);
        return this.#continueUnless(Step.noReplyHeader);
      case Command.endOfHeader:
        await this.#endHeader();
        return this.#continueUnless(Step.noReplyEndOfHeader);
      case Command.body:
        await this.#addBody(data);
        return this.#continueUnless(Step.noReplyBody);
      case Command.endOfMessage:
        return this.#endMessage(data);
      case Command.abort:
        this.abort();
        return NOTHING;
      case Command.quitNextConnection:
        this.abort();
        this.#macros.clear();
        this.#clientAddress = null;
        return NOTHING;
      case Command.quit:
        this.abort();
        return CLOSE;
      case Command.helo:
        return this.#continueUnless(Step.noReplyHelo);
      case Command.recipient:
        return this.#continueUnless(Step.noReplyRecipient);
      case Command.data:
        return this.#continueUnless(Step.noReplyData);
      case Command.unknown:
        return this.#continueUnless(Step.noReplyUnknown);
      default:
        throw new ProtocolError(`an unknown command ${JSON.stringify(command)}`);
    }
  }

  /** The message was aborted, or the connection is gone: work on it stops. */
  abort(): void {
    this.#cancel();
    this.#reset();
  }

  #cancel(): void {
    this.#message?.cancel.abort(ABORTED);
    this.#message?.pipe.fail(ABORTED);
  }

  #negotiate(data: Uint8Array): Answer {
    const { steps, reply } = negotiate(data);
    this.#negotiated = true;
    this.#steps = steps;
    return answer(reply);
  }

  #continueUnless(noReply: number): Answer {
    return this.#has(noReply) ? NOTHING : CONTINUE;
  }

  #has(step: number): boolean {
    return (this.#steps & step) !== 0;
  }

  #beginMessage(data: Uint8Array): void {
    this.#cancel();
    this.#reset(Command.mail); // its macros came just before
    const [sender] = wire.decodeStrings(data);
    this.#envelopeSender = sender === undefined ? null : sender.replace(/^<|>$/g, "");
    this.#inMessage = true;
  }

  #addField(data: Uint8Array): void {
    if (this.#message !== null) throw new ProtocolError("a header field behind the end of the header");
    const field = fieldOf(data, this.#has(Step.headerLeadingSpace));
    this.#inMessage = true;
    this.#headerOctets += octetsIn(field);
    if (this.#headerOctets <= MAX_FIELDS_OCTETS) this.#fields.push(field); // else refused at the end of the message
  }

  /** From here on the service reads; a body or an end without it will do, too. */
  async #endHeader(): Promise<void> {
    if (this.#message !== null || this.#headerOctets > MAX_FIELDS_OCTETS) return;
    const header = headerOctets(this.#fields);
    const pipe = new Pipe();
    const cancel = new AbortController();
    this.#inMessage = true;
    this.#message = { fields: this.#fields, pipe, cancel, edit: this.#edit(pipe, cancel) };
    await pipe.write(header);
  }

  /** @returns null if the service could not do it */
  async #edit(pipe: Pipe, cancel: AbortController): Promise<Edit | null> {
    const context = this.#context(cancel.signal);
    const deadline = setTimeout(() => {
      cancel.abort(LATE);
      pipe.fail(LATE);
    }, this.options.messageTimeout);
    try {
      return await this.service().edit(pipe, context);
    } catch {
      return null; // the service has logged why
    } finally {
      clearTimeout(deadline);
      pipe.discard();
    }
  }

  #context(signal: AbortSignal): MessageContext {
    return {
      door: "milter",
      id: this.#macros.value("i") ?? "-",
      login: this.#macros.value("{auth_authen}") ?? null,
      clientAddress: this.#clientAddress ?? this.#macros.value("{client_addr}") ?? null,
      daemonName: this.#macros.value("{daemon_name}") ?? null,
      envelopeSender: this.#envelopeSender,
      signal,
    };
  }

  async #addBody(data: Uint8Array): Promise<void> {
    await this.#endHeader();
    if (data.length > 0) await this.#message?.pipe.write(data);
  }

  async #endMessage(data: Uint8Array): Promise<Answer> {
    if (this.#headerOctets > MAX_FIELDS_OCTETS) {
      this.#reset();
      return HEADER_TOO_LARGE;
    }
    await this.#addBody(data); // sendmail may send the last of the body with the end
    const message = this.#message;
    if (message === null) return NOTHING; // aborted meanwhile: there is nobody to answer to
    message.pipe.end();
    const edit = await message.edit;
    this.#reset();
    return edit === null ? TRY_LATER : answerWith(edit, message.fields, this.#has(Step.headerLeadingSpace));
  }

  /** @param kept a stage whose macros are the next message's */
  #reset(kept: string | null = null): void {
    this.#message = null;
    this.#fields = [];
    this.#headerOctets = 0;
    this.#envelopeSender = null;
    this.#inMessage = false;
    this.#macros.endMessage(kept);
  }
}
