import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { decode, encode, type Packet } from "@dnsquery/dns-packet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerTo, nameOf, RCODES, startServer, txt } from "../dns/loopback-server.js";
import { NOW } from "../support/dkim.js";
import { answersOf, CommandLine, KEY, signedLetter, type Answer } from "./command-line.js";

const cli = new CommandLine();

beforeAll(async () => {
  await cli.build();
  cli.write("signed.eml", await signedLetter());
});

afterAll(() => {
  cli.remove();
});

async function verify(...args: string[]): Promise<Answer[]> {
  return answersOf(await cli.run(["verify", "--json", "--now", NOW.toISOString(), ...args]));
}

function answer(query: Packet): Packet {
  return nameOf(query) === KEY.name
    ? answerTo(query, [txt(KEY.name, [KEY.record])])
    : answerTo(query, [], RCODES.NXDOMAIN);
}

describe("keys come from", () => {
  test("the server that --dns-server names, which is asked once for equal names", async () => {
    const server = await startServer();
    server.behave = answer;
    const answers = await verify("--dns-server", server.address, "signed.eml", "signed.eml", "signed.eml");
    await server.close();
    expect(answers.map(({ status }) => status.state)).toEqual(["author", "author", "author"]);
    expect(server.queries.map(nameOf)).toEqual([KEY.name]);
  });

  test("a server that fails leaves the state unknown", async () => {
    const server = await startServer();
    server.behave = (query) => answerTo(query, [], RCODES.SERVFAIL);
    const [failed] = await verify("--dns-server", server.address, "signed.eml");
    await server.close();
    expect(failed).toMatchObject({ status: { state: "unknown" }, signatures: [{ result: "temperror" }] });
  });

  test("the address that --doh names", async () => {
    const server = createServer((request, response) => {
      const question = new URL(request.url!, "http://localhost").searchParams.get("dns")!;
      response.writeHead(200, { "content-type": "application/dns-message" });
      response.end(encode(answer(decode(Buffer.from(question, "base64url")))));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dns-query`;
    const [answered] = await verify("--doh", url, "signed.eml");
    server.closeAllConnections();
    server.close();
    expect(answered!.status.state).toBe("author");
  });

  test("a BIND zone file", async () => {
    cli.write("zone.db", `$ORIGIN example.org.\n$TTL 3600\ns1._domainkey IN TXT "${KEY.record}"\n`);
    const [answered] = await verify("--dns-zone", "zone.db", "signed.eml");
    expect(answered!.status.state).toBe("author");
  });
});
