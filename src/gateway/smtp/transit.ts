/** A message on its way from the client to the next hop: kept until it is whole and its edit is known. */
import { applyEdit } from "../../service/edit.js";
import type { Edit } from "../../service/types.js";
import { GatewayError } from "../errors.js";
import type { MessageContext, MessageService } from "../message.js";
import { Spool, type SpoolOptions } from "../spool.js";
import { stuffed } from "./dot-stuffer.js";
import { NextHopError } from "./errors.js";
import type { NextHop } from "./next-hop.js";
import type { Reply } from "./reply.js";

/** The part of the service that a proxy uses. */
export type Editor = Pick<MessageService, "edit">;

export interface TransitOptions {
  readonly context: MessageContext;
  readonly service: Editor;
  readonly spool: SpoolOptions;
  /** Milliseconds for the service. */
  readonly workTimeout: number;
  /** Aborted when the client has gone. */
  readonly gone: AbortSignal;
}

const LATE = new GatewayError("deadline", "the message took too long");

export class Transit {
  readonly #spool: Spool;
  #failure: unknown = null;
  #isDelivered = false;

  constructor(
    private readonly nextHop: NextHop,
    private readonly options: TransitOptions,
  ) {
    this.#spool = new Spool(options.spool);
  }

  get id(): string {
    return this.options.context.id;
  }

  /** Whether the next hop has got the end of the message: from then on it may have accepted it. */
  get isDelivered(): boolean {
    return this.#isDelivered;
  }

  /** What cannot be kept is read to its end all the same: only then can the client be answered. */
  async keep(octets: Uint8Array): Promise<void> {
    if (this.#failure !== null) return;
    try {
      if (!this.nextHop.isOpen) throw new NextHopError("lost", "the next hop has gone");
      await this.#spool.write(octets);
    } catch (error) {
      this.#failure = error;
      this.nextHop.destroy();
      await this.#spool.dispose();
    }
  }

  /**
   * @returns the next hop's answer for the whole message
   * @throws if it was not passed on; the next hop's connection is then broken, because it waits for content
   */
  async deliver(): Promise<Reply> {
    try {
      if (this.#failure !== null) throw this.#failure as Error;
      const edit = await this.#edit();
      return await this.nextHop.data(this.#whilePresent(stuffed(applyEdit(this.#spool.read(), edit))));
    } catch (error) {
      this.nextHop.destroy();
      throw error;
    }
  }

  dispose(): Promise<void> {
    return this.#spool.dispose();
  }

  async #edit(): Promise<Edit> {
    const { service, context, workTimeout, gone } = this.options;
    const deadline = new AbortController();
    const timer = setTimeout(() => {
      deadline.abort(LATE);
    }, workTimeout);
    const signal = AbortSignal.any([deadline.signal, gone]);
    try {
      const edit = await service.edit(this.#spool.read(), { ...context, signal });
      signal.throwIfAborted(); // a verdict that was cut short does not count
      return edit;
    } finally {
      clearTimeout(timer);
    }
  }

  /** If the client has gone, the next hop does not get the end: the client will send the message again. */
  async *#whilePresent(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const piece of pieces) {
      this.options.gone.throwIfAborted();
      yield piece;
    }
    this.#isDelivered = true;
  }
}
