/** The HTTP hook: verify and annotate for programs that speak neither milter nor SMTP. */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { formatAddress, isLocal, LOOPBACK, peersOf, type ListenAddress } from "../address.js";
import { GatewayError } from "../errors.js";
import { listenOn, type ListenSettings } from "../listen.js";
import type { Log } from "../log.js";
import { Refusal, refusalOf, tryLater } from "./refusal.js";
import { ROUTES, sendJson, type Exchange, type Route, type Routes, type RouteServices } from "./routes.js";
import { tokenCheck } from "./token.js";

export interface HttpServerOptions extends Omit<RouteServices, "spool">, ListenSettings {
  readonly log: Log;
  /**
   * Clients must send it as `Authorization: Bearer`; null: none is needed, allowed on loopback and unix sockets only.
   */
  readonly token: string | null;
  /** Octets of a message at most; default 64 MiB. */
  readonly maxOctets?: number | undefined;
  /** Milliseconds for a request to arrive and be processed, and as many for its answer to be read; default 60,000. */
  readonly deadline?: number | undefined;
  /** Messages, and lookups for browsers, at a time; default 64 of each. */
  readonly maxConcurrent?: number | undefined;
  /** Default 1000. */
  readonly maxConnections?: number | undefined;
  readonly spoolFolder?: string | undefined;
  /** What is answered, by method and path; default: all of {@link ROUTES}. */
  readonly routes?: Routes | undefined;
}

const MAX_OCTETS = 64 * 1024 * 1024;
const DEADLINE = 60_000;
const MAX_CONCURRENT = 64;
const MAX_CONNECTIONS = 1000;
/** Milliseconds after our own deadline at which Node's breaks the connection, without an answer. */
const BREAK_AFTER = 5_000;
/** Milliseconds for a request's header to arrive, and how often Node checks for that. */
const HEADERS_TIMEOUT = 10_000;
const CHECK_INTERVAL = 1_000;

/** RFC 2046 §5.2.1, RFC 6532 §3.7; a browser sends a CORS preflight before these go to another origin. */
const MESSAGE_TYPES: ReadonlySet<string> = new Set(["message/rfc822", "message/global", "application/octet-stream"]);

const LATE = new GatewayError("deadline", "the request took too long");
const GONE = new GatewayError("aborted", "the client has gone");

type Call = Pick<Exchange, "request" | "response" | "id" | "signal" | "answering">;

export class HttpServer {
  readonly #server: Server;
  readonly #isAuthorized: (authorization: string | undefined) => boolean;
  readonly #underWay = { message: 0, lookup: 0, none: 0 };

  constructor(private readonly options: HttpServerOptions) {
    this.#isAuthorized = tokenCheck(options.token);
    const deadline = options.deadline ?? DEADLINE;
    this.#server = createServer({
      noDelay: true,
      headersTimeout: Math.min(HEADERS_TIMEOUT, deadline),
      requestTimeout: deadline + BREAK_AFTER,
      connectionsCheckingInterval: CHECK_INTERVAL,
    });
    this.#server.maxConnections = options.maxConnections ?? MAX_CONNECTIONS;
    this.#server.on("request", (request, response) => void this.#handle(request, response));
    // So that a refusal comes before the client has sent the message.
    this.#server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
      void this.#handle(request, response);
    });
  }

  /** @throws {GatewayError} also if other machines could reach it and there is no token */
  async listen(address: ListenAddress): Promise<void> {
    const { log, token } = this.options;
    if (token === null && !isLocal(address)) throw tokenNeeded(address);
    await listenOn(this.#server, address, this.options);
    // Only now is it known who can reach a socket that was passed to us.
    const bound = this.#server.address();
    if (token === null && bound !== null && typeof bound === "object" && !isLoopback(bound.address)) {
      this.#server.close();
      throw tokenNeeded(address);
    }
    this.#server.on("error", ({ message }) => {
      log.error({ door: "http", reason: message }, "a connection could not be accepted");
    });
  }

  get address(): AddressInfo | string | null {
    return this.#server.address();
  }

  /** Takes no new connections, lets requests under way end, and breaks off what is left after `grace` ms. */
  async stop(grace: number): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeIdleConnections();
    const deadline = setTimeout(() => {
      this.#server.closeAllConnections();
    }, grace);
    await closed;
    clearTimeout(deadline);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = randomUUID();
    const { deadline = DEADLINE } = this.options;
    const work = new AbortController();
    const answer = new AbortController();
    const workTimer = setTimeout(() => {
      work.abort(LATE);
    }, deadline);
    const answerTimer = setTimeout(() => {
      answer.abort(LATE);
    }, 2 * deadline);
    response.setHeader("x-request-id", id);
    response.once("close", () => {
      clearTimeout(workTimer);
      clearTimeout(answerTimer);
      work.abort(GONE);
      answer.abort(GONE);
    });
    try {
      await this.#answer({ request, response, id, signal: work.signal, answering: answer.signal });
    } catch (error) {
      this.#refuse(response, id, refusalOf(work.signal.aborted ? work.signal.reason : error));
    } finally {
      request.resume(); // discards what was not read, until Node's own deadline
    }
  }

  async #answer(call: Call): Promise<void> {
    const { request, response } = call;
    const url = urlOf(request);
    const route = routeOf(this.options.routes ?? ROUTES, request.method ?? "", url.pathname);
    if (!route.isOpen && !this.#isAuthorized(request.headers.authorization)) {
      throw new Refusal(401, "token-required", { "www-authenticate": "Bearer" });
    }
    const { service, resolver, metrics, spoolFolder: folder, maxOctets = MAX_OCTETS } = this.options;
    const spool = { maxOctets, folder };
    const exchange = { ...call, service, resolver, metrics, spool, url };
    if (route.work === "message") checkMessage(request, maxOctets);
    const { maxConcurrent = MAX_CONCURRENT } = this.options;
    if (route.work !== "none" && this.#underWay[route.work] >= maxConcurrent) throw tryLater("busy");
    this.#underWay[route.work]++;
    try {
      if (request.headers.expect !== undefined) response.writeContinue();
      await route.answer(exchange);
    } finally {
      this.#underWay[route.work]--;
    }
  }

  #refuse(response: ServerResponse, id: string, { status, code, headers }: Refusal): void {
    this.options.log.info({ door: "http", id, status, reason: code }, "a request was refused");
    if (response.destroyed) return;
    if (response.headersSent) {
      response.destroy(); // the client must not take half a message for a whole one
      return;
    }
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    sendJson(response, status, { error: code });
  }
}

/** Refuses what can be refused before the message is read. */
function checkMessage({ headers }: IncomingMessage, maxOctets: number): void {
  const type = (headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase();
  if (!MESSAGE_TYPES.has(type)) throw new Refusal(415, "content-type-not-supported");
  if (Number(headers["content-length"] ?? 0) > maxOctets) throw new Refusal(413, "message-too-large");
}

const isLoopback = peersOf(LOOPBACK);

function tokenNeeded(address: ListenAddress): GatewayError {
  const place = formatAddress(address);
  return new GatewayError(
    "listen-failed",
    `will not listen on ${place} without a token: others than this machine can reach it`,
  );
}

function urlOf({ url = "/" }: IncomingMessage): URL {
  const base = "http://localhost";
  if (!URL.canParse(url, base)) throw new Refusal(400, "target-invalid");
  return new URL(url, base);
}

function routeOf(routes: Routes, method: string, path: string): Route {
  const route = routes[`${method} ${path}`];
  if (route !== undefined) return route;
  const allowed = Object.keys(routes).filter((known) => known.endsWith(` ${path}`));
  if (allowed.length === 0) throw new Refusal(404, "no-such-path");
  throw new Refusal(405, "method-not-allowed", { allow: allowed.map((known) => known.split(" ")[0]!).join(", ") });
}
