/** What leaves by the proxy: signed, or passed on without a word of ours. Fields of ours are not for others to read. */
import { fieldsToStrip } from "../../authentication-results/strip.js";
import { authorOf } from "../../message/author.js";
import type { Header } from "../../message/header.js";
import { readHeader } from "../../message/read-message.js";
import type { Edit, MessageSource } from "../../service/types.js";
import { GatewayError } from "../errors.js";
import type { Log } from "../log.js";
import type { MessageContext } from "../message.js";
import type { Metrics } from "../metrics.js";
import type { GatewayService } from "../service.js";
import type { Editor } from "./transit.js";

/** Who signs a message, or why nobody does: a code for the log. */
export type Signer =
  { readonly service: Editor; readonly reason: null } | { readonly service: null; readonly reason: string };

export interface OutgoingOptions {
  /** Asked for each message. */
  readonly signerFor: (header: Header, context: MessageContext) => Signer;
  /** All ids that the readers trust: fields that claim one are forged, and are taken out of what leaves, too. */
  readonly authservIds: readonly string[];
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Signs as the gateway's own policy says. */
export function policySigner(service: () => GatewayService): OutgoingOptions["signerFor"] {
  return (header, context) => {
    const current = service();
    const { keys, reason } = current.shouldSign(header, context);
    return keys === null ? { service: null, reason } : { service: current, reason: null };
  };
}

export class OutgoingService implements Editor {
  constructor(private readonly options: OutgoingOptions) {}

  /**
   * Signs, or takes forged fields out only.
   * @throws what the signer throws
   */
  async edit(source: MessageSource, context: MessageContext): Promise<Edit> {
    const { header, octets, rest } = await readHeader(piecesOf(source));
    if (header.truncated) throw new GatewayError("header-too-large", "the header exceeds the limit");
    const signer = this.options.signerFor(header, context);
    if (signer.service !== null) return signer.service.edit(chained(octets, rest), context);
    await rest.return?.();
    return this.#passed(header, context, signer.reason);
  }

  /** One line in the log and one observation, as for every message. */
  #passed(header: Header, { door, id }: MessageContext, reason: string): Edit {
    const { authservIds, log, metrics } = this.options;
    const author = authorOf(header).mailbox?.domain ?? null;
    const start = performance.now();
    metrics.begin(door);
    const remove = fieldsToStrip(header.fields, authservIds);
    const ms = Math.round(performance.now() - start);
    metrics.end(door, "passed", "", ms / 1000);
    log.info({ door, id, action: "passed", author, unsigned: reason, ms }, "message");
    return { prepend: new Uint8Array(0), remove };
  }
}

/** The message as it was, with its header in front again. */
async function* chained(octets: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  yield octets;
  yield* rest;
}

async function* piecesOf(source: MessageSource): AsyncGenerator<Uint8Array, void> {
  if (source instanceof Uint8Array) yield source;
  else yield* source;
}
