import type { IncomingMessage, ServerResponse } from "node:http";
import { isNotFound, type Resolver } from "../../dkim/resolver.js";
import { applyEdit } from "../../service/edit.js";
import type { MessageContext, MessageService } from "../message.js";
import { Spool, type SpoolOptions } from "../spool.js";
import { mayBeAsked } from "./dns-name.js";
import { Refusal, tryLater } from "./refusal.js";
import { bodyOf, writeAll } from "./streams.js";

/** What the routes work with. */
export interface RouteServices {
  readonly service: () => MessageService;
  readonly resolver: () => Resolver;
  /** The figures in Prometheus' text form. */
  readonly metrics: () => Promise<string>;
  readonly spool: SpoolOptions;
}

/** One request. */
export interface Exchange extends RouteServices {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** For the log, and in the answer's `x-request-id`. */
  readonly id: string;
  /** Aborted at the deadline of the work, and when the client has gone. */
  readonly signal: AbortSignal;
  /** Aborted at the deadline for reading the answer, and when the client has gone. */
  readonly answering: AbortSignal;
}

export interface Route {
  readonly answer: (exchange: Exchange) => Promise<void>;
  /** What it costs: messages and lookups are bounded separately. */
  readonly work: "message" | "lookup" | "none";
  /** It needs no token. */
  readonly isOpen: boolean;
}

export type Routes = Readonly<Record<string, Route>>;

/** How a gateway is doing; served beside any door. */
export const MONITORING_ROUTES: Routes = {
  "GET /healthz": { answer: health, work: "none", isOpen: true },
  "GET /metrics": { answer: metrics, work: "none", isOpen: false },
};

export const ROUTES: Routes = {
  "POST /verify": { answer: verify, work: "message", isOpen: false },
  "POST /annotate": { answer: annotate, work: "message", isOpen: false },
  "GET /dns": { answer: dns, work: "lookup", isOpen: false },
  ...MONITORING_ROUTES,
};

/** The message is streamed; the answer is what `dkimstatus verify --json` prints, without `file`. */
async function verify(exchange: Exchange): Promise<void> {
  const { request, response, signal, service } = exchange;
  const verification = await service().verify(bodyOf(request, exchange.spool.maxOctets, signal), contextOf(exchange));
  // A verdict on a message that did not arrive whole would be about another message.
  if (!request.complete) signal.throwIfAborted();
  sendJson(response, 200, verification);
}

/** The field comes first, so that the whole message must have arrived before the answer begins. */
async function annotate(exchange: Exchange): Promise<void> {
  const { request, response, signal, answering, service } = exchange;
  const context = contextOf(exchange);
  const spool = new Spool(exchange.spool);
  try {
    for await (const piece of bodyOf(request, exchange.spool.maxOctets, signal)) await spool.write(piece);
    const edit = await service().annotate(spool.read(), context);
    response.writeHead(200, { "content-type": "message/rfc822" });
    await writeAll(response, applyEdit(spool.read(), edit), answering);
  } finally {
    await spool.dispose();
  }
}

/** For verifiers in browsers. The answer has the form of the DNS port's. */
async function dns({ url, response, resolver, signal }: Exchange): Promise<void> {
  const name = url.searchParams.get("name") ?? "";
  if (!mayBeAsked(name)) throw new Refusal(400, "name-not-allowed");
  try {
    const answer = await resolver().resolveTxt(name, { signal });
    sendJson(response, 200, "records" in answer ? answer : { records: answer });
  } catch (error) {
    throw isNotFound(error) ? new Refusal(404, "not-found") : tryLater("temporary");
  }
}

function health({ response }: Exchange): Promise<void> {
  sendJson(response, 200, { status: "ok" });
  return Promise.resolve();
}

async function metrics({ response, metrics: figures }: Exchange): Promise<void> {
  const text = await figures();
  response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }).end(text);
}

function contextOf({ id, url, signal }: Exchange): MessageContext {
  const receivedAt = receivedAtOf(url);
  return {
    door: "http",
    id,
    login: null,
    clientAddress: null,
    daemonName: null,
    envelopeSender: null,
    signal,
    ...(receivedAt && { receivedAt }),
  };
}

/** `?received-at=`: when the message arrived, in ISO 8601 with a time zone. */
function receivedAtOf(url: URL): Date | null {
  const text = url.searchParams.get("received-at");
  if (text === null) return null;
  const date = new Date(/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : NaN);
  if (Number.isNaN(date.getTime())) throw new Refusal(400, "received-at-invalid");
  return date;
}

export function sendJson(response: ServerResponse, status: number, answer: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
}
