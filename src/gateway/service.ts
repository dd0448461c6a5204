/** The one service behind every door of the gateway: verify, annotate, sign, with policy, log and metrics. */
import { fieldsToStrip } from "../authentication-results/strip.js";
import type { SignerOptions, SigningKey } from "../dkim/sign.js";
import { authorOf } from "../message/author.js";
import type { Header } from "../message/header.js";
import { annotateOpen } from "../service/annotate.js";
import { openMessage, type OpenMessage } from "../service/open-message.js";
import type { Ports } from "../service/ports.js";
import { signOpen } from "../service/sign.js";
import type { Edit, MessageSource, Verification, VerificationPolicy } from "../service/types.js";
import { verifyOpen } from "../service/verify.js";
import { GatewayError } from "./errors.js";
import type { Log } from "./log.js";
import type { MessageContext, MessageService } from "./message.js";
import type { Action, Metrics } from "./metrics.js";
import type { SigningPolicy } from "./signing.js";

export interface ServiceSettings extends Ports {
  /** Who verifies: the id of our field. RFC 8601 §2.5 */
  readonly authservId: string;
  /** All ids that the readers trust: incoming fields that claim one are removed. */
  readonly authservIds: readonly string[];
  readonly signingPolicy: SigningPolicy;
  /** What is done with mail that is not signed although the door signs; default: it is verified. */
  readonly unsigned?: "verified" | "stripped";
  /** How signatures are made; default: the library's defaults. */
  readonly signing?: Partial<Omit<SignerOptions, "crypto" | "now">>;
  readonly verification?: VerificationPolicy;
  /** What happens to mail that cannot be verified or signed: it is deferred, or passed on without the forged fields. */
  readonly whenUnable: "tempfail" | "accept";
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What was done with a message, for the log. */
interface Outcome<T> {
  readonly answer: T;
  readonly action: Action;
  /** The author's domain; null if the message has no clear author. */
  readonly author: string | null;
  readonly verification?: Verification;
  readonly keys?: readonly SigningKey[];
  /** Why it was not signed, if signing was possible. */
  readonly unsigned?: string | null;
}

export class GatewayService implements MessageService {
  constructor(private readonly settings: ServiceSettings) {}

  edit(source: MessageSource, context: MessageContext): Promise<Edit> {
    return this.#measured(context, async () => {
      const message = await openWhole(source);
      return this.#orStripped(message.header, () => this.#edit(message, context));
    });
  }

  annotate(source: MessageSource, context: MessageContext): Promise<Edit> {
    return this.#measured(context, async () => {
      const message = await openWhole(source);
      return this.#orStripped(message.header, () => this.#annotate(message, context, null));
    });
  }

  verify(source: MessageSource, context: MessageContext): Promise<Verification> {
    return this.#measured(context, async () => {
      const verification = await verifyOpen(await openMessage(source, context.signal), this.#verifyOptions(context));
      return { answer: verification, action: "verified", author: verification.author?.domain ?? null, verification };
    });
  }

  async #edit(message: OpenMessage, context: MessageContext): Promise<Outcome<Edit>> {
    const { header } = message;
    const { signing, signingPolicy, crypto, authservIds } = this.settings;
    const { keys, reason } = signingPolicy.decide({ author: authorOf(header), header, context });
    if (keys !== null) {
      const edit = await signOpen(message, { ...signing, crypto, keys, authservIds });
      return { answer: edit, action: "signed", author: domainOfAuthor(header), keys };
    }
    if (this.settings.unsigned === "stripped") return { ...this.#stripped(header), unsigned: reason };
    return this.#annotate(message, context, reason);
  }

  async #annotate(message: OpenMessage, context: MessageContext, unsigned: string | null): Promise<Outcome<Edit>> {
    const edit = await annotateOpen(message, this.#verifyOptions(context));
    const { verification } = edit;
    return { answer: edit, action: "annotated", author: verification.author?.domain ?? null, verification, unsigned };
  }

  #verifyOptions({ receivedAt, signal }: MessageContext) {
    const { resolver, crypto, authservId, authservIds, verification } = this.settings;
    return {
      resolver,
      crypto,
      authservId,
      authservIds,
      ...(verification && { policy: verification }),
      ...(receivedAt && { receivedAt }),
      ...(signal && { signal }),
    };
  }

  /** Even if mail is passed on come what may, forged fields are removed. */
  async #orStripped(header: Header, work: () => Promise<Outcome<Edit>>): Promise<Outcome<Edit>> {
    try {
      return await work();
    } catch (error) {
      // A message that did not arrive whole cannot be passed on.
      if (this.settings.whenUnable === "tempfail" || error instanceof GatewayError) throw error;
      this.settings.log.error({ reason: reasonOf(error) }, "passed on without a field of ours");
      return this.#stripped(header);
    }
  }

  /** The message as it is, without forged fields. */
  #stripped(header: Header): Outcome<Edit> {
    const remove = fieldsToStrip(header.fields, this.settings.authservIds);
    return { answer: { prepend: new Uint8Array(0), remove }, action: "passed", author: domainOfAuthor(header) };
  }

  /** One line in the log and one observation for each message, however it ends. */
  async #measured<T>(context: MessageContext, work: () => Promise<Outcome<T>>): Promise<T> {
    const { log, metrics } = this.settings;
    const { door, id } = context;
    const start = performance.now();
    metrics.begin(door);
    try {
      const { answer, action, author, verification, keys, unsigned } = await work();
      const ms = Math.round(performance.now() - start);
      for (const { result, reason } of verification?.signatures ?? []) metrics.signature(result, reason);
      metrics.end(door, action, verification?.status.state ?? "", ms / 1000);
      log.info({ door, id, action, author, ...told(verification, keys), ...(unsigned && { unsigned }), ms }, "message");
      return answer;
    } catch (error) {
      const ms = Math.round(performance.now() - start);
      metrics.end(door, "failed", "", ms / 1000);
      log.warn({ door, id, action: "failed", reason: reasonOf(error), ms }, "message");
      throw error;
    }
  }
}

/** @throws {GatewayError} if the header is cut off: there could be forged fields in the rest */
async function openWhole(source: MessageSource): Promise<OpenMessage> {
  const message = await openMessage(source);
  if (message.header.truncated) throw new GatewayError("header-too-large", "the header exceeds the limit");
  return message;
}

function domainOfAuthor(header: Header): string | null {
  return authorOf(header).mailbox?.domain ?? null;
}

/** What is logged of a message: domains only. */
function told(verification: Verification | undefined, keys: readonly SigningKey[] | undefined): object {
  if (keys !== undefined) return { signers: keys.map(({ domain, selector }) => `${selector}._domainkey.${domain}`) };
  if (verification === undefined) return {};
  const { signatures, status } = verification;
  return {
    state: status.state,
    signers: signatures.map(({ domain, result, reason }) => ({ domain, result, reason })),
  };
}

/** An error's code, if it has one: its words may repeat what the message says. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : error.name;
}
