import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname } from "node:path";
import type { KeyLookup } from "./key-lookup.js";
import type { MailboxMessage } from "./types.js";

export interface DemoServerOptions {
  /** Folder of the built pages. */
  readonly pages: string;
  /** Folder of the built element: its classic script, and the modules beside it. */
  readonly element: string;
  readonly mailbox: readonly MailboxMessage[];
  readonly lookUpKey: KeyLookup;
}

interface Page {
  readonly content: string | Uint8Array;
  readonly type: string;
  readonly policy?: string;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".ts": "text/plain; charset=utf-8",
  ".tsx": "text/plain; charset=utf-8",
};

/** Vue makes a policy of its own, on the one page that has it. */
const TRUSTED_TYPES: Readonly<Record<string, string>> = { "embedding.html": "lit-html vue" };

/** Serves the pages, the mailbox, and the look-up of keys. All content is read once, when it starts. */
export function createDemoServer({ pages, element, mailbox, lookUpKey }: DemoServerOptions): Server {
  const content = new Map<string, Page>([
    ...filesOf(element, (name) => name.startsWith("dkim-status") && name.endsWith(".js")),
    ...filesOf(pages, (name) => extname(name) in TYPES),
    ["/mailbox.json", { content: JSON.stringify(mailbox), type: "application/json" }],
  ]);
  content.set("/", content.get("/index.html")!);
  return createServer((request, response) => {
    if (!isLoopback(request)) {
      send(response, 403, { content: "This server answers on loopback only.\n", type: "text/plain" });
      return;
    }
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/dns") void answerKey(searchParams.get("name") ?? "", lookUpKey, response);
    else send(response, content.has(pathname) ? 200 : 404, content.get(pathname) ?? NOT_HERE);
  });
}

const NOT_HERE: Page = { content: "There is no such page.\n", type: "text/plain" };

function* filesOf(folder: string, isServed: (name: string) => boolean): Generator<[string, Page]> {
  for (const name of readdirSync(folder).filter(isServed)) {
    const type = TYPES[extname(name)]!;
    const page = { content: readFileSync(`${folder}/${name}`), type };
    yield [`/${name}`, name.endsWith(".html") ? { ...page, policy: policyOf(name) } : page];
  }
}

function policyOf(name: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${TRUSTED_TYPES[name] ?? "lit-html"}`,
  ].join("; ");
}

/** A page of somebody else, whose name was pointed at loopback, must not have keys looked up for it. */
function isLoopback({ headers: { host = "" } }: IncomingMessage): boolean {
  return /^(?:127\.0\.0\.1|localhost)(?::[0-9]+)?$/.test(host);
}

async function answerKey(name: string, lookUpKey: KeyLookup, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => {
    gone.abort();
  });
  const answer = await lookUpKey(name, gone.signal);
  const type = "application/json";
  if (answer === null) send(response, 400, { content: JSON.stringify({ error: "no name of a key" }), type });
  else send(response, 200, { content: JSON.stringify(answer), type });
}

function send(response: ServerResponse, code: number, { content, type, policy }: Page): void {
  response.writeHead(code, {
    "content-type": type,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    ...(policy === undefined ? {} : { "content-security-policy": policy }),
  });
  response.end(content);
}
