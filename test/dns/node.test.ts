import { TRUNCATED_RESPONSE, type Packet } from "@dnsquery/dns-packet";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { nodeResolver } from "../../src/dns/node.js";
import type { Resolver } from "../../src/dkim/resolver.js";
import { answerTo, cname, nameOf, RCODES, startServer, txt, type LoopbackServer } from "./loopback-server.js";

const NAME = "s1._domainkey.example.org";

let server: LoopbackServer;
let resolver: Resolver;

beforeAll(async () => {
  server = await startServer();
});
beforeEach(() => {
  server.queries.length = 0;
  resolver = nodeResolver({ servers: [server.address] });
});
afterAll(async () => {
  await server.close();
});

describe("nodeResolver", () => {
  it("joins the strings of a record and keeps records apart", async () => {
    server.behave = (query) => answerTo(query, [txt(NAME, ["v=DKIM1; ", "p=AAAA"]), txt(NAME, ["other"])]);
    expect(await resolver.resolveTxt(NAME)).toEqual(["v=DKIM1; p=AAAA", "other"]);
  });

  it("gives a code unit for each octet, whatever the octets are", async () => {
    const octets = Uint8Array.from({ length: 255 }, (_, i) => i + 1);
    server.behave = (query) => answerTo(query, [txt(NAME, [octets, Uint8Array.of(0, 0xc3, 0xa9)])]);
    const [record] = (await resolver.resolveTxt(NAME)) as string[];
    expect(Array.from(record!, (c) => c.charCodeAt(0))).toEqual([...octets, 0, 0xc3, 0xa9]);
  });

  it("asks for the name as it is, once, without a search domain", async () => {
    server.behave = (query) => answerTo(query, [], RCODES.NXDOMAIN);
    await expect(resolver.resolveTxt("mail")).rejects.toMatchObject({ code: "not-found" });
    expect(server.queries.map(nameOf)).toEqual(["mail"]);
    expect(server.queries[0]!.questions![0]!.type).toBe("TXT");
  });

  it("takes the records to which a CNAME leads", async () => {
    server.behave = (query) => answerTo(query, [cname(NAME, "k.example.net"), txt("k.example.net", ["p=AAAA"])]);
    expect(await resolver.resolveTxt(NAME)).toEqual(["p=AAAA"]);
  });

  it("asks again over TCP where the answer is truncated", async () => {
    const long = "x".repeat(255);
    server.behave = (query, transport) =>
      transport === "udp" ? answerTo(query, [], TRUNCATED_RESPONSE) : answerTo(query, [txt(NAME, [long, long, long])]);
    expect(await resolver.resolveTxt(NAME)).toEqual([long + long + long]);
    expect(server.queries).toHaveLength(2);
  });

  it.each([
    ["NXDOMAIN", (query: Packet) => answerTo(query, [], RCODES.NXDOMAIN)],
    ["an answer without records", (query: Packet) => answerTo(query, [])],
  ])("says not-found for %s", async (_, behave) => {
    server.behave = behave;
    await expect(resolver.resolveTxt(NAME)).rejects.toMatchObject({ name: "DnsError", code: "not-found" });
  });

  it.each([
    ["a label over 63 octets", `${"x".repeat(64)}.example.org`],
    ["a name over 253 octets", "abcdefg.".repeat(32) + "example.org"],
  ])("says not-found for %s without asking", async (_, name) => {
    await expect(resolver.resolveTxt(name)).rejects.toMatchObject({ code: "not-found" });
    expect(server.queries).toEqual([]);
  });

  it.each([
    ["SERVFAIL", (query: Packet) => answerTo(query, [], RCODES.SERVFAIL)],
    ["REFUSED", (query: Packet) => answerTo(query, [], RCODES.REFUSED)],
  ])("says temporary for %s", async (_, behave) => {
    server.behave = behave;
    await expect(resolver.resolveTxt(NAME)).rejects.toMatchObject({ name: "DnsError", code: "temporary" });
  });

  it.each([
    ["there is no answer", () => null],
    ["the answer has another id", (query: Packet) => answerTo({ ...query, id: query.id! ^ 1 }, [txt(NAME, ["evil"])])],
    [
      "the answer is to another question",
      (query: Packet) =>
        answerTo({ ...query, questions: [{ type: "TXT", name: "evil.example" }] }, [txt(NAME, ["evil"])]),
    ],
  ])("says temporary after the timeout where %s", async (_, behave) => {
    server.behave = behave;
    const impatient = nodeResolver({ servers: [server.address], timeout: 200 });
    await expect(impatient.resolveTxt(NAME)).rejects.toMatchObject({ code: "temporary" });
  });

  it("waits for an answer that comes late, but in time", async () => {
    server.behave = (query) => (server.queries.length < 2 ? null : answerTo(query, [txt(NAME, ["p=AAAA"])]));
    const patient = nodeResolver({ servers: [server.address], timeout: 2_000 });
    expect(await patient.resolveTxt(NAME)).toEqual(["p=AAAA"]);
  });

  it("ends with temporary when the caller cancels, before or during the lookup", async () => {
    const controller = new AbortController();
    server.behave = () => {
      controller.abort();
      return null;
    };
    const { signal } = controller;
    await expect(resolver.resolveTxt(NAME, { signal })).rejects.toMatchObject({ code: "temporary" });
    expect(server.queries).toHaveLength(1);
    for (const any of [resolver, nodeResolver()]) {
      await expect(any.resolveTxt(NAME, { signal })).rejects.toMatchObject({ code: "temporary" });
    }
    server.behave = (query) => answerTo(query, [txt(NAME, ["p=AAAA"])]);
    expect(await resolver.resolveTxt(NAME)).toEqual(["p=AAAA"]);
    expect(server.queries).toHaveLength(2);
  });

  it.each(["", "dns.example", "127.0.0.1:0", "127.0.0.1:65536", "[127.0.0.1]:53", "::1:5353:x", "127.0.0.1:53 "])(
    "refuses %j as a server",
    (text) => {
      expect(() => nodeResolver({ servers: [text] })).toThrow(expect.objectContaining({ code: "server-invalid" }));
    },
  );

  it.each(["127.0.0.1", "127.0.0.1:1", "127.0.0.1:65535", "::1", "[::1]", "[::1]:5353"])(
    "takes %j as a server",
    (text) => {
      expect(() => nodeResolver({ servers: [text] })).not.toThrow();
    },
  );
});
