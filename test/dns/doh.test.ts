import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { decode, encode, TRUNCATED_RESPONSE, type Answer, type Packet } from "@dnsquery/dns-packet";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Resolver } from "../../src/dkim/resolver.js";
import { dohResolver } from "../../src/dns/doh.js";
import { encodeQuestion, readAnswer } from "../../src/dns/wire.js";
import { answerTo, cname, RCODES, txt } from "./loopback-server.js";

const NAME = "s1._domainkey.example.org";

let http: Server;
let url: string;
let resolver: Resolver;
let handle: (query: Packet, request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  http = createServer((request, response) => {
    const question = new URL(request.url!, "http://localhost").searchParams.get("dns")!;
    handle(decode(Buffer.from(question, "base64url")), request, response);
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/dns-query`;
  resolver = dohResolver({ url });
});
afterAll(async () => {
  http.closeAllConnections();
  http.close();
  await once(http, "close");
});

function answerWith(answersTo: (query: Packet) => Packet, headers: Record<string, string> = {}): void {
  handle = (query, _, response) => {
    response.writeHead(200, { "content-type": "application/dns-message", ...headers });
    response.end(encode(answersTo(query)));
  };
}

/** That many links from the asked name to a record. */
function chain(links: number): Answer[] {
  const names = [NAME, ...Array.from({ length: links }, (_, i) => `${i}.example`)];
  const aliases = names.slice(1).map((target, i) => cname(names[i]!, target));
  return [...aliases, txt(names.at(-1)!, ["p=AAAA"])];
}

/** An answer of just so many octets: the asked record, and others as a filling. */
function answerOfOctets(query: Packet, octets: number): Uint8Array {
  const filled = (strings: string[]) => encode(answerTo(query, [txt(NAME, ["p=AAAA"]), txt("fill.example", strings)]));
  const missing = octets - filled([]).length;
  const whole = Math.floor(missing / 256);
  return filled([...Array<string>(whole).fill("x".repeat(255)), "x".repeat(missing - whole * 256 - 1)]);
}

function records(answers: Answer[]): void {
  answerWith((query) => answerTo(query, answers));
}

describe("dohResolver", () => {
  it("asks by GET with the message in base64url and without padding, as RFC 8484 §4.1 has it", async () => {
    let asked: IncomingMessage | undefined;
    handle = (query, request, response) => {
      asked = request;
      response.writeHead(200, { "content-type": "application/dns-message" }).end(encode(answerTo(query, [])));
    };
    await expect(resolver.resolveTxt("www.example.com")).rejects.toMatchObject({ code: "not-found" });
    expect(asked!.method).toBe("GET");
    expect(asked!.headers.accept).toBe("application/dns-message");
    expect(asked!.url).toBe("/dns-query?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAEAAB");
  });

  it("takes the address as a URI template too", async () => {
    let asked: string | undefined;
    handle = (query, request, response) => {
      asked = request.url;
      response.writeHead(200, { "content-type": "application/dns-message" });
      response.end(encode(answerTo(query, [txt(NAME, ["p=AAAA"])])));
    };
    expect(await dohResolver({ url: `${url}{?dns}` }).resolveTxt(NAME)).toEqual({ records: ["p=AAAA"], ttl: 60 });
    expect(asked).toMatch(/^\/dns-query\?dns=/);
  });

  it.each(["APPLICATION/DNS-MESSAGE", "application/dns-message ; charset=utf-8"])(
    "takes %j as the media type",
    async (type) => {
      answerWith((query) => answerTo(query, [txt(NAME, ["p=AAAA"])]), { "content-type": type });
      expect(await resolver.resolveTxt(NAME)).toEqual({ records: ["p=AAAA"], ttl: 60 });
    },
  );

  it("joins the strings of a record, keeps records apart and octets whole", async () => {
    records([txt(NAME, ["v=DKIM1; ", "p=AAAA"], 300), txt(NAME, [Uint8Array.of(0, 0xc3, 0xff)], 200)]);
    expect(await resolver.resolveTxt(NAME)).toEqual({ records: ["v=DKIM1; p=AAAA", "\x00\xc3\xff"], ttl: 200 });
  });

  it("takes records of no other type, though they are of the asked name", async () => {
    records([{ type: "A", name: NAME, class: "IN", ttl: 5, data: "192.0.2.1" }, txt(NAME, ["p=AAAA"])]);
    expect(await resolver.resolveTxt(NAME)).toEqual({ records: ["p=AAAA"], ttl: 60 });
  });

  it("follows CNAMEs by name, not by position, and takes the least time to live of the chain", async () => {
    records([
      txt("c.example", ["p=AAAA"], 500),
      cname("B.example", "c.example", 40),
      txt("evil.example", ["p=EVIL"], 1),
      cname(NAME, "b.example", 90),
    ]);
    expect(await resolver.resolveTxt(NAME)).toEqual({ records: ["p=AAAA"], ttl: 40 });
  });

  it("follows 8 links of a CNAME chain", async () => {
    records(chain(8));
    expect(await resolver.resolveTxt(NAME)).toEqual({ records: ["p=AAAA"], ttl: 60 });
  });

  it("reads an answer of 65,535 octets, and none of one more", async () => {
    const respond = (extra: number) => {
      handle = (query, _, response) => {
        response.writeHead(200, { "content-type": "application/dns-message" });
        response.end(Buffer.concat([answerOfOctets(query, 65_535), Buffer.alloc(extra)]));
      };
    };
    respond(0);
    expect(await resolver.resolveTxt(NAME)).toEqual({ records: ["p=AAAA"], ttl: 60 });
    respond(1);
    await expect(resolver.resolveTxt(NAME)).rejects.toMatchObject({
      code: "temporary",
      cause: { message: "a DNS message over 65535 octets" },
    });
  });

  it("takes the age of a cached answer off its time to live, down to 0", async () => {
    answerWith((query) => answerTo(query, [txt(NAME, ["p=AAAA"], 60)]), { age: "45" });
    expect(await resolver.resolveTxt(NAME)).toEqual({ records: ["p=AAAA"], ttl: 15 });
    answerWith((query) => answerTo(query, [txt(NAME, ["p=AAAA"], 60)]), { age: "100" });
    expect(await resolver.resolveTxt(NAME)).toEqual({ records: ["p=AAAA"], ttl: 0 });
  });

  it.each(["x45", "45x", "-45", "4.5", "1234567890"])("takes nothing off for %j, which is no age", async (age) => {
    answerWith((query) => answerTo(query, [txt(NAME, ["p=AAAA"], 60)]), { age });
    expect(await resolver.resolveTxt(NAME)).toEqual({ records: ["p=AAAA"], ttl: 60 });
  });

  it.each<[string, Answer[]]>([
    ["no record", []],
    ["records of other names only", [txt("evil.example", ["p=EVIL"])]],
    ["a CNAME that leads to no record", [cname(NAME, "gone.example")]],
    ["a record of another class", [{ ...txt(NAME, ["p=EVIL"]), class: "CH" }]],
  ])("says not-found for %s", async (_, answers) => {
    records(answers);
    await expect(resolver.resolveTxt(NAME)).rejects.toMatchObject({ name: "DnsError", code: "not-found" });
  });

  it("says not-found for NXDOMAIN", async () => {
    answerWith((query) => answerTo(query, [], RCODES.NXDOMAIN));
    await expect(resolver.resolveTxt(NAME)).rejects.toMatchObject({ code: "not-found" });
  });

  it.each<[string, (query: Packet) => Packet]>([
    ["SERVFAIL", (query) => answerTo(query, [], RCODES.SERVFAIL)],
    ["REFUSED", (query) => answerTo(query, [], RCODES.REFUSED)],
    ["a truncated answer", (query) => answerTo(query, [txt(NAME, ["p=AAAA"])], TRUNCATED_RESPONSE)],
    ["another id", (query) => answerTo({ ...query, id: 7 }, [txt(NAME, ["p=EVIL"])])],
    ["another question", (query) => answerTo({ ...query, questions: [{ type: "TXT", name: "evil.example" }] }, [])],
    ["another type", (query) => answerTo({ ...query, questions: [{ type: "A", name: NAME }] }, [])],
    [
      "another class",
      (query) => answerTo({ ...query, questions: [{ type: "TXT", class: "CH", name: NAME }] }, [txt(NAME, ["p=EVIL"])]),
    ],
    [
      "two questions",
      (query) =>
        answerTo({ ...query, questions: [...query.questions!, { type: "A", name: NAME }] }, [txt(NAME, ["p=EVIL"])]),
    ],
    ["no question", (query) => answerTo({ ...query, questions: [] }, [txt(NAME, ["p=EVIL"])])],
    ["a query", (query) => ({ ...query, answers: [txt(NAME, ["p=EVIL"])] })],
    ["a CNAME chain of one too many", (query) => answerTo(query, chain(9))],
    ["a CNAME loop", (query) => answerTo(query, [cname(NAME, "b.example"), cname("b.example", NAME)])],
  ])("says temporary for %s", async (_, behave) => {
    answerWith(behave);
    await expect(resolver.resolveTxt(NAME)).rejects.toMatchObject({ name: "DnsError", code: "temporary" });
  });

  it.each<[string, number, Record<string, string>]>([
    ["an HTTP error", 503, { "content-type": "application/dns-message" }],
    ["another media type", 200, { "content-type": "text/html" }],
    ["a media type that begins like it", 200, { "content-type": "application/dns-message+json" }],
    ["no media type", 200, {}],
  ])("says temporary for %s, though it carries a record", async (_, status, headers) => {
    handle = (query, _request, response) => {
      response.writeHead(status, headers).end(encode(answerTo(query, [txt(NAME, ["p=EVIL"])])));
    };
    await expect(resolver.resolveTxt(NAME)).rejects.toMatchObject({ name: "DnsError", code: "temporary" });
  });

  it.each([
    ["an HTTP error", 503],
    ["an answer that is too long", 200],
  ])("closes %s that does not end", async (_, status) => {
    let closed: Promise<unknown> | undefined;
    handle = (_query, _request, response) => {
      closed = once(response, "close");
      response.writeHead(status, { "content-type": "application/dns-message" }).write(Buffer.alloc(65_536));
    };
    await expect(resolver.resolveTxt(NAME)).rejects.toMatchObject({ code: "temporary" });
    await closed;
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ["an answer without a body", (response) => response.writeHead(204).end()],
    ["a redirect", (response) => response.writeHead(302, { location: "/elsewhere" }).end()],
    ["a broken connection", (response) => response.destroy()],
    [
      "octets that are no DNS message",
      (response) => response.writeHead(200, { "content-type": "application/dns-message" }).end("hello"),
    ],
  ])("says temporary for %s", async (_, respond) => {
    handle = (_query, _request, response) => {
      respond(response);
    };
    await expect(resolver.resolveTxt(NAME)).rejects.toMatchObject({ name: "DnsError", code: "temporary" });
  });

  it("says temporary after the timeout", async () => {
    handle = () => undefined;
    const impatient = dohResolver({ url, timeout: 100 });
    await expect(impatient.resolveTxt(NAME)).rejects.toMatchObject({ code: "temporary" });
  });

  it("closes the request when the caller cancels", async () => {
    const controller = new AbortController();
    let closed: Promise<unknown> | undefined;
    handle = (_query, _request, response) => {
      closed = once(response, "close");
      controller.abort();
    };
    const { signal } = controller;
    await expect(resolver.resolveTxt(NAME, { signal })).rejects.toMatchObject({ code: "temporary" });
    await closed;
  });

  it("asks for the longest label and the longest name that the DNS can have, and for none of one octet more", async () => {
    const asked: string[] = [];
    answerWith((query) => {
      const { name } = query.questions![0]!;
      asked.push(name);
      return answerTo(query, [txt(name, ["p=AAAA"])]);
    });
    const longest = ["x".repeat(63) + ".example", "abcdefg.".repeat(31) + "abcde"];
    for (const name of longest) await expect(resolver.resolveTxt(name)).resolves.toMatchObject({ records: ["p=AAAA"] });
    for (const name of [...longest.map((name) => `x${name}`), "a..example"]) {
      await expect(resolver.resolveTxt(name)).rejects.toMatchObject({ code: "not-found" });
    }
    expect(asked).toEqual(longest);
  });

  it.each(["https://dns.example/{?dns}", "http://localhost/", "http://127.0.0.1:8053/dns-query", "http://[::1]/"])(
    "takes %j as an address",
    (text) => {
      expect(dohResolver({ url: text })).toHaveProperty("resolveTxt");
    },
  );

  it.each([
    "http://dns.example/dns-query",
    "http://localhost.example/",
    "dns.example",
    "",
    "ftp://127.0.0.1/",
    "https://",
  ])("refuses %j as an address", (text) => {
    expect(() => dohResolver({ url: text })).toThrow(expect.objectContaining({ code: "server-invalid" }));
  });
});

describe("readAnswer", () => {
  it("gives a result or a DnsError, whatever the octets", () => {
    const valid = encode(
      answerTo(decode(encodeQuestion(NAME)), [cname(NAME, "b.example"), txt("b.example", ["p=AAAA"])]),
    );
    const bent = fc
      .array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
      .map((changes) => {
        const copy = Uint8Array.from(valid);
        for (const [at, octet] of changes) copy[at] = octet;
        return copy;
      });
    fc.assert(
      fc.property(fc.oneof(bent, fc.uint8Array({ maxLength: 200 })), (octets) => {
        try {
          const answer = readAnswer(octets, NAME, 0);
          expect(answer).toHaveProperty("records");
        } catch (error) {
          expect(error).toMatchObject({ name: "DnsError" });
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
