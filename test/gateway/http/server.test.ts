import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Resolver } from "../../../src/dkim/resolver.js";
import { HttpServer, type HttpServerOptions } from "../../../src/gateway/http/server.js";
import { Metrics } from "../../../src/gateway/metrics.js";
import { zoneResolver } from "../../../src/dns/zone.js";
import { descriptorsIn } from "../../support/descriptors.js";
import { NOW, signed } from "../../support/dkim.js";
import { eventually } from "../../support/eventually.js";
import { AUTHOR_KEY, fieldsOf, heldResolver, keptLog, makeService, PLAIN, signedMessage, ZONE } from "../support.js";

const { log, lines } = keptLog();
const metrics = new Metrics();
const service = makeService({ log, metrics });
const servers: HttpServer[] = [];
let folder: string;

beforeEach(() => {
  lines.length = 0;
  folder = mkdtempSync(join(tmpdir(), "dkimstatus-http-"));
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop(0)));
  rmSync(folder, { recursive: true });
});

function makeServer(options: Partial<HttpServerOptions> = {}): HttpServer {
  const server = new HttpServer({
    service: () => service,
    resolver: () => zoneResolver({ ...ZONE, "s2._domainkey.example.org": "TIMEOUT" }),
    metrics: () => metrics.registry.metrics(),
    log,
    token: null,
    spoolFolder: folder,
    ...options,
  });
  servers.push(server);
  return server;
}

async function serve(options: Partial<HttpServerOptions> = {}): Promise<number> {
  const server = makeServer(options);
  await server.listen({ kind: "inet", host: "127.0.0.1", port: 0 });
  return (server.address as AddressInfo).port;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One octet per code unit, in both directions. */
async function ask(options: RequestOptions, body?: string): Promise<Answer> {
  const call = request({ host: "127.0.0.1", agent: false, ...options });
  call.end(body === undefined ? undefined : Buffer.from(body, "latin1"));
  const [response] = (await once(call, "response")) as [
    AsyncIterable<Buffer> & { statusCode: number; headers: IncomingHttpHeaders },
  ];
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces).toString("latin1") };
}

function post(port: number, path: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  return ask({ port, path, method: "POST", headers: { "content-type": "message/rfc822", ...headers } }, body);
}

describe("POST /verify", () => {
  it("answers the design's verification", async () => {
    const port = await serve();
    const { status, body } = await post(port, "/verify", await signedMessage());
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      author: { address: "alice@example.org", domain: "example.org" },
      signatures: [{ result: "pass", reason: null, domain: "example.org", selector: "s1" }],
      status: { state: "author" },
      authenticationResults: expect.stringMatching(/^mx\.example\.net; dkim=pass /) as string,
    });
  });

  it("judges as of the time that the request tells", async () => {
    const port = await serve();
    const text = await signed(PLAIN, [AUTHOR_KEY], { expiresAfter: 3600 });
    const judged = async (time: string) => {
      const { body } = await post(port, `/verify?received-at=${encodeURIComponent(time)}`, text);
      return JSON.parse(body) as unknown;
    };
    const hours = (count: number) => new Date(NOW.getTime() + count * 3_600_000).toISOString();
    expect(await judged(hours(0))).toMatchObject({ signatures: [{ result: "pass" }] });
    expect(await judged(hours(2))).toMatchObject({ signatures: [{ reason: "signature-expired" }] });
    expect(await judged(hours(2).replace("Z", "+02:00"))).toMatchObject({ signatures: [{ result: "pass" }] });
    expect(await judged(hours(0).replace("Z", "-02:00"))).toMatchObject({
      signatures: [{ reason: "signature-expired" }],
    });
    for (const time of ["yesterday", "", "2026-11-24", "2026-11-24T12:00:00", "2026-99-24T12:00:00Z"]) {
      expect(await judged(time)).toEqual({ error: "received-at-invalid" });
    }
  });

  it("writes one line, with the request's id and without anything that the message says", async () => {
    const port = await serve();
    const { headers } = await post(port, "/verify", await signedMessage());
    expect(lines).toEqual([
      expect.objectContaining({
        door: "http",
        id: headers["x-request-id"],
        action: "verified",
        author: "example.org",
        state: "author",
      }),
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/alice|folded|Hello/i);
  });
});

describe("POST /annotate", () => {
  it("answers the message with one field of ours on top, forged ones gone, every other octet as it was", async () => {
    const port = await serve();
    const text = await signedMessage(PLAIN + "\x00\xff\xfe bare\rCR and bare\nLF\r\n");
    const forged = "Authentication-Results: mx.example.net; dkim=pass header.d=bank.example\r\n";
    const { status, headers, body } = await post(port, "/annotate", forged + text);
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("message/rfc822");
    expect(fieldsOf(body, "Authentication-Results")).toEqual([
      expect.stringContaining("dkim=pass header.d=example.org"),
    ]);
    expect(body.endsWith(text)).toBe(true);
    expect(body.slice(0, -text.length)).toMatch(/^Authentication-Results:(?:[^\n]|\n[ \t])*\n$/);
  });

  it("takes 60 MB, spooled", async () => {
    const port = await serve();
    const text = await signedMessage(PLAIN + ("x".repeat(76) + "\r\n").repeat((60 * 1024 * 1024) / 78));
    const { body } = await post(port, "/annotate", text);
    expect(fieldsOf(body, "Authentication-Results")).toEqual([expect.stringContaining("dkim=pass")]);
    expect(body.length - body.indexOf("DKIM-Signature")).toBe(text.length);
  });

  it("answers 503 where the spool cannot be written, and serves what fits in memory", async () => {
    const port = await serve({ spoolFolder: join(folder, "missing") });
    const { status, headers, body } = await post(port, "/annotate", PLAIN + "x".repeat(300_000));
    expect({ status, retry: headers["retry-after"], body }).toEqual({
      status: 503,
      retry: "1",
      body: '{"error":"spool-failed"}',
    });
    expect((await post(port, "/annotate", PLAIN)).status).toBe(200);
  });

  it("refuses a header without end rather than to leave forged fields in it", async () => {
    const port = await serve();
    const { status, body } = await post(port, "/annotate", "X: y\r\n".repeat(100_000) + PLAIN);
    expect({ status, body }).toEqual({ status: 422, body: '{"error":"header-too-large"}' });
  });
});

describe("GET /dns", () => {
  it("answers the records of a key, that there is none, and that the DNS did not answer", async () => {
    const port = await serve();
    const lookUp = (name: string) => ask({ port, path: `/dns?name=${name}` });
    expect(JSON.parse((await lookUp("s1._domainkey.example.org")).body)).toEqual({ records: [AUTHOR_KEY.record] });
    expect(await lookUp("s9._domainkey.example.org")).toMatchObject({ status: 404, body: '{"error":"not-found"}' });
    expect(await lookUp("s2._domainkey.example.org")).toMatchObject({ status: 503, body: '{"error":"temporary"}' });
  });

  it("answers with the time that records may be kept, where the resolver tells it", async () => {
    const answer = { records: [AUTHOR_KEY.record], ttl: 300 };
    const port = await serve({ resolver: () => ({ resolveTxt: () => answer }) });
    const { headers, body } = await ask({ port, path: `/dns?name=${AUTHOR_KEY.name}` });
    expect(headers["content-type"]).toBe("application/json");
    expect(JSON.parse(body)).toEqual(answer);
  });

  it("asks no longer than the client is there", async () => {
    let signal: AbortSignal | undefined;
    const port = await serve({
      resolver: () => ({
        resolveTxt: (_, options) => {
          signal = options?.signal;
          return new Promise(() => undefined);
        },
      }),
    });
    const call = request({ host: "127.0.0.1", port, path: `/dns?name=${AUTHOR_KEY.name}` });
    call.on("error", () => undefined).end();
    await eventually(() => {
      expect(signal?.aborted).toBe(false);
    });
    call.destroy();
    await eventually(() => {
      expect(signal!.aborted).toBe(true);
    });
  });

  it("asks for no other names", async () => {
    const port = await serve();
    const refused = { status: 400, body: '{"error":"name-not-allowed"}' };
    expect(await ask({ port, path: "/dns?name=www.example.org" })).toMatchObject(refused);
    expect(await ask({ port, path: "/dns" })).toMatchObject(refused);
  });
});

describe("the other paths", () => {
  it("tell health, and figures for Prometheus", async () => {
    const port = await serve();
    expect(await ask({ port, path: "/healthz" })).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    await post(port, "/verify", await signedMessage());
    const { headers, body } = await ask({ port, path: "/metrics" });
    expect(headers["content-type"]).toContain("version=0.0.4");
    expect(body).toMatch(/dkimstatus_messages_total\{door="http",action="verified",state="author"\} [1-9]/);
    expect(body).toMatch(/dkimstatus_messages_under_way\{door="http"\} 0/);
  });

  it("are none, or take another method", async () => {
    const port = await serve();
    expect((await ask({ port, path: "/" })).status).toBe(404);
    expect((await ask({ port, path: "//" })).status).toBe(400);
    expect(await ask({ port, path: "/verify" })).toMatchObject({ status: 405, headers: { allow: "POST" } });
  });
});

describe("a token", () => {
  it("is needed for all but health", async () => {
    const port = await serve({ token: "correct horse".replace(" ", "-") });
    const withToken = (authorization?: string) =>
      ask({ port, path: "/metrics", headers: authorization === undefined ? {} : { authorization } });
    expect((await withToken("Bearer correct-horse")).status).toBe(200);
    expect((await withToken()).headers["www-authenticate"]).toBe("Bearer");
    for (const wrong of [
      "",
      "Bearer",
      "Bearer wrong",
      "Basic correct-horse",
      "Bearer correct-horse2",
      "correct-horse",
    ]) {
      expect(await withToken(wrong)).toMatchObject({ status: 401, body: '{"error":"token-required"}' });
    }
    expect((await ask({ port, path: "/healthz" })).status).toBe(200);
    expect((await post(port, "/verify", PLAIN)).status).toBe(401);
  });

  it("must be there to listen beyond this machine", async () => {
    const everywhere = { kind: "inet", host: "0.0.0.0", port: 0 } as const;
    await expect(makeServer().listen(everywhere)).rejects.toThrow("without a token");
    servers.length = 0;
    await makeServer({ token: "correct-horse" }).listen(everywhere);
  });
});

describe("the limits", () => {
  it("take a message of the largest size, and none of one octet more, told in advance or not", async () => {
    const port = await serve({ maxOctets: 1000 });
    const fitting = PLAIN + "x".repeat(1000 - PLAIN.length);
    for (const path of ["/verify", "/annotate"]) {
      expect((await post(port, path, fitting)).status).toBe(200);
      expect(await post(port, path, fitting + "x")).toMatchObject({
        status: 413,
        body: '{"error":"message-too-large"}',
      });
      expect((await post(port, path, fitting + "x", { "transfer-encoding": "chunked" })).status).toBe(413);
    }
  });

  it("refuse before the message is sent where the client asks first, by default more than 64 MiB", async () => {
    const port = await serve();
    const heard = async (octets: number) => {
      const headers = { "content-type": "message/rfc822", "content-length": octets, expect: "100-continue" };
      const call = request({ port, host: "127.0.0.1", path: "/verify", method: "POST", headers });
      call.on("error", () => undefined).flushHeaders();
      const status = await Promise.race([
        once(call, "continue").then(() => 100),
        once(call, "response").then(([response]) => (response as IncomingMessage).statusCode),
      ]);
      call.destroy();
      return status;
    };
    expect(await heard(64 * 1024 * 1024)).toBe(100);
    expect(await heard(64 * 1024 * 1024 + 1)).toBe(413);
    expect((await post(port, "/verify", PLAIN, { expect: "100-continue" })).status).toBe(200);
  });

  it("take so many connections, and one more when one of them has gone", async () => {
    const port = await serve({ maxConnections: 2 });
    const open = async () => {
      const socket = connect(port, "127.0.0.1").on("error", () => undefined);
      socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
      const heard = await Promise.race([once(socket, "data"), once(socket, "close").then(() => ["closed"])]);
      return { socket, heard: String(heard[0]).split("\r\n")[0] };
    };
    const [first, second] = [await open(), await open()];
    expect([first.heard, second.heard]).toEqual(["HTTP/1.1 200 OK", "HTTP/1.1 200 OK"]);
    expect((await open()).heard).toBe("closed");
    first.socket.destroy();
    await eventually(async () => {
      expect((await open()).heard).toBe("HTTP/1.1 200 OK");
    });
    second.socket.destroy();
  });

  it("take nothing but messages, and go on with the next request where one was refused unread", async () => {
    const port = await serve();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const refused = { agent, port, path: "/verify", method: "POST", headers: { "content-type": "text/plain" } };
    expect((await ask(refused, "x".repeat(10_000_000))).status).toBe(415);
    expect((await ask({ agent, port, path: "/healthz" })).status).toBe(200);
    agent.destroy();
  });

  it("answer 503 beyond the messages at a time, until one has ended", async () => {
    const { resolver, asked, answer } = heldResolver();
    const port = await serve({ service: () => makeService({ resolver }), maxConcurrent: 1 });
    const text = await signedMessage();
    const first = post(port, "/verify", text);
    await asked;
    const busy = await post(port, "/verify", text);
    expect(busy).toMatchObject({ status: 503, headers: { "retry-after": "1" }, body: '{"error":"busy"}' });
    expect((await ask({ port, path: `/dns?name=${AUTHOR_KEY.name}` })).status).toBe(200);
    answer();
    expect((await first).status).toBe(200);
    expect((await post(port, "/verify", text)).status).toBe(200);
  });

  it("do not keep health from being told", async () => {
    const port = await serve({ maxConcurrent: 0 });
    expect((await post(port, "/verify", PLAIN)).status).toBe(503);
    expect((await ask({ port, path: "/healthz" })).status).toBe(200);
  });

  it("bound the lookups of browsers, too: by default 64 at a time", async () => {
    const { resolver, answer } = heldResolver();
    let lookups = 0;
    const counting: Resolver = {
      resolveTxt: (...question) => {
        lookups++;
        return resolver.resolveTxt(...question);
      },
    };
    const port = await serve({ resolver: () => counting });
    const path = "/dns?name=s1._domainkey.example.org";
    const first = Array.from({ length: 64 }, () => ask({ port, path }));
    await eventually(() => {
      expect(lookups).toBe(64);
    });
    expect((await ask({ port, path })).status).toBe(503);
    expect((await ask({ port, path: "/healthz" })).status).toBe(200);
    answer();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual(Array<number>(64).fill(200));
    expect((await ask({ port, path })).status).toBe(200);
  });

  it.each([
    ["/annotate", ""],
    ["/verify", ""],
    ["/verify", PLAIN],
  ])("give up on a message that drips, with 408: %s", async (path, begin) => {
    const port = await serve({ deadline: 150 });
    const call = request({
      port,
      host: "127.0.0.1",
      path,
      method: "POST",
      headers: { "content-type": "message/rfc822" },
    });
    call.on("error", () => undefined);
    call.write(begin);
    const drip = setInterval(() => call.write("x"), 10);
    const [response] = (await once(call, "response")) as [IncomingMessage];
    clearInterval(drip);
    expect(response).toMatchObject({ statusCode: 408, headers: { connection: "close" } });
    call.destroy();
    expect(lines).toContainEqual(expect.objectContaining({ status: 408, reason: "deadline" }));
  });

  it("give up on a lookup that takes too long, and say so in the field", async () => {
    const { resolver } = heldResolver();
    const port = await serve({ service: () => makeService({ resolver }), deadline: 200 });
    const { status, body } = await post(port, "/annotate", await signedMessage());
    expect(status).toBe(200);
    expect(fieldsOf(body, "Authentication-Results")).toEqual([expect.stringContaining("dkim=temperror")]);
  });

  it("give up on a client that does not read its answer", async () => {
    const port = await serve({ deadline: 1000 });
    const body = PLAIN + "x".repeat(30 * 1024 * 1024);
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.pause();
    socket.write(
      `POST /annotate HTTP/1.1\r\nHost: x\r\nContent-Type: message/rfc822\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    socket.write(body, "latin1");
    await eventually(() => {
      expect(lines).toHaveLength(1);
    });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    socket.resume();
    let octets = 0;
    socket.on("data", (piece: Buffer) => (octets += piece.length));
    await once(socket, "close");
    expect(octets).toBeLessThan(body.length);
  });

  it("close connections that never ask", async () => {
    const port = await serve({ deadline: 100 });
    const socket = connect(port, "127.0.0.1").resume();
    socket.on("error", () => undefined);
    await once(socket, "connect");
    socket.write("POST /verify HTTP/1.1\r\nHost:");
    await once(socket, "close");
  });
});

describe("a spooled message", () => {
  it("has no descriptor left when it is answered", async () => {
    const port = await serve();
    expect((await post(port, "/annotate", PLAIN + "x".repeat(400_000))).status).toBe(200);
    await eventually(() => {
      expect(descriptorsIn(folder)).toEqual([]);
    });
  });
});

describe("a client that breaks off", () => {
  it("leaves no work and no files behind", async () => {
    const port = await serve();
    const call = request({
      port,
      host: "127.0.0.1",
      path: "/annotate",
      method: "POST",
      headers: { "content-type": "message/rfc822" },
    });
    call.on("error", () => undefined);
    call.write(PLAIN + "x".repeat(400_000));
    await eventually(() => {
      expect(call.socket?.writableLength).toBe(0);
    });
    call.destroy();
    expect((await post(port, "/annotate", PLAIN)).status).toBe(200);
    const { body } = await ask({ port, path: "/metrics" });
    expect(body).toMatch(/dkimstatus_messages_under_way\{door="http"\} 0/);
  });
});

describe("stopping the server", () => {
  it("lets a request end that is under way", async () => {
    const { resolver, asked, answer } = heldResolver();
    const server = makeServer({ service: () => makeService({ resolver }) });
    await server.listen({ kind: "unix", path: join(folder, "http") });
    servers.length = 0;
    const headers = { "content-type": "message/rfc822" };
    const under = ask(
      { socketPath: join(folder, "http"), path: "/verify", method: "POST", headers },
      await signedMessage(),
    );
    await asked;
    const stopped = server.stop(30_000);
    answer();
    expect((await under).status).toBe(200);
    await stopped;
  });

  it("breaks off what does not end within the grace", async () => {
    const { resolver, asked } = heldResolver();
    const server = makeServer({ service: () => makeService({ resolver }) });
    await server.listen({ kind: "inet", host: "127.0.0.1", port: 0 });
    servers.length = 0;
    const broken = expect(
      post((server.address as AddressInfo).port, "/verify", await signedMessage()),
    ).rejects.toMatchObject({ code: "ECONNRESET" });
    await asked;
    await Promise.all([server.stop(10), broken]);
  });
});
