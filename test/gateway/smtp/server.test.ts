import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { MessageContext, MessageService } from "../../../src/gateway/message.js";
import { SmtpProxyServer, type SmtpProxyOptions } from "../../../src/gateway/smtp/server.js";
import type { MessageSource } from "../../../src/service/types.js";
import { eventually } from "../../support/eventually.js";
import { AUTHSERV_ID, fieldsOf, heldResolver, keptLog, makeService, PLAIN, signedMessage } from "../support.js";
import { Client } from "./client.js";
import { SILENCE, Sink } from "./sink.js";

const { log, lines } = keptLog();
const servers: SmtpProxyServer[] = [];
const clients: Client[] = [];
let sink: Sink;
let relayPort: number;
let folder: string;

beforeEach(async () => {
  lines.length = 0;
  sink = new Sink();
  relayPort = await sink.listen();
  folder = mkdtempSync(join(tmpdir(), "dkimstatus-smtp-"));
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await Promise.all(servers.splice(0).map((server) => server.stop(0)));
  await sink.stop();
  rmSync(folder, { recursive: true });
});

async function serve(options: Partial<SmtpProxyOptions> = {}): Promise<number> {
  const service = makeService({ log });
  const server = new SmtpProxyServer({
    door: "proxy-in",
    service: () => service,
    relay: { kind: "inet", host: "127.0.0.1", port: relayPort },
    hostname: AUTHSERV_ID,
    log,
    spoolFolder: folder,
    ...options,
  });
  servers.push(server);
  await server.listen({ kind: "inet", host: "127.0.0.1", port: 0 });
  return (server.address as AddressInfo).port;
}

/** Ends when a number has stayed the same for a while. */
async function settled(count: () => number): Promise<void> {
  let since = performance.now();
  let last = count();
  while (performance.now() - since < 300) {
    await nextTurn();
    if (count() !== last) since = performance.now();
    last = count();
  }
}

function connectTo(port: number): Client {
  const client = new Client(port);
  clients.push(client);
  return client;
}

/** A service that changes nothing, and keeps the contexts it was given. */
function watchingService(work: (context: MessageContext) => Promise<void> = () => Promise.resolve()) {
  const contexts: MessageContext[] = [];
  const edit: MessageService["edit"] = async (source: MessageSource, context) => {
    contexts.push(context);
    await work(context);
    for await (const piece of source as AsyncIterable<Uint8Array>) expect(piece.length).toBeGreaterThan(0);
    return { prepend: new Uint8Array(0), remove: [] };
  };
  const service = { edit, annotate: edit, verify: () => Promise.reject(new Error("not asked")) };
  return { service: () => service, contexts };
}

const DKIM_PASS = new RegExp(`^Authentication-Results: ${AUTHSERV_ID.replaceAll(".", "\\.")}; dkim=pass `);

describe("an SMTP proxy", () => {
  it("passes a message on with our field on top, and every other octet as it came", async () => {
    const client = connectTo(await serve());
    const message = (await signedMessage()).replace("world.", ".\r\n..\r\nwo\rrld\n\0\xff.");
    const signed = await signedMessage(message.slice(message.indexOf("From:")));
    expect(await client.deliver(signed)).toBe("250 2.0.0 Ok: queued as 4TEST\r\n");
    const { wire } = sink.deliveries[0]!;
    expect(wire).toMatch(DKIM_PASS);
    const stuffedMessage = signed.replaceAll("\r\n.", "\r\n..");
    expect(wire.slice(-stuffedMessage.length)).toBe(stuffedMessage);
    expect(fieldsOf(wire, "authentication-results")).toHaveLength(1);
  });

  it("takes forged fields out", async () => {
    const client = connectTo(await serve());
    const forged = `Authentication-Results: ${AUTHSERV_ID}; dkim=pass header.d=bank.example\r\n`;
    const other = "Authentication-Results: mx.other.example; dkim=none\r\n";
    await client.deliver(forged + other + (await signedMessage()) + forged);
    const fields = fieldsOf(sink.deliveries[0]!.wire, "authentication-results");
    expect(fields).toHaveLength(2);
    expect(fields[0]).toContain("dkim=fail");
    expect(fields[1]).toBe("mx.other.example; dkim=none");
  });

  it("speaks as the next hop does, command by command", async () => {
    const port = await serve();
    sink.greeting = "220-sink.example\r\n220 ESMTP hello";
    sink.react = (line) => (line.startsWith("RCPT") ? "550-5.1.1 no such\r\n550 5.1.1 user here" : null);
    const client = connectTo(port);
    expect(await client.reply()).toBe("220-sink.example\r\n220 ESMTP hello\r\n");
    expect(await client.say("mail from:<a@b.example> RET=HDRS ENVID=x+3Dy SMTPUTF8 BODY=8BITMIME")).toBe(
      "250 2.1.0 Ok\r\n",
    );
    expect(await client.say("RCPT TO:<\xc3\xa4@b.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;x")).toBe(
      "550-5.1.1 no such\r\n550 5.1.1 user here\r\n",
    );
    expect(await client.say("BOGUS thing")).toBe("500 5.5.2 Error: command not recognized\r\n");
    expect(await client.say("QUIT")).toBe("221 2.0.0 Bye\r\n");
    expect(await client.reply()).toBe("closed");
    expect(sink.commands).toEqual([
      "mail from:<a@b.example> RET=HDRS ENVID=x+3Dy SMTPUTF8 BODY=8BITMIME",
      "RCPT TO:<\xc3\xa4@b.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;x",
      "BOGUS thing",
      "QUIT",
    ]);
  });

  it("offers what works through it, and nothing else", async () => {
    const client = connectTo(await serve({ maxOctets: 5_000_000 }));
    await client.reply();
    expect(await client.say("EHLO client.example")).toBe(
      [
        "250-sink.example",
        "250-PIPELINING",
        "250-SIZE 5000000",
        "250-XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT",
        "250-XCLIENT NAME ADDR LOGIN",
        "250-ENHANCEDSTATUSCODES",
        "250-8BITMIME",
        "250-DSN",
        "250 SMTPUTF8",
        "",
      ].join("\r\n"),
    );
    const other = connectTo(await serve());
    await other.reply();
    for (const [offered, size] of [
      [1_073_741_823, 1_073_741_823],
      [1_073_741_825, 1_073_741_824],
    ]) {
      sink.react = () => `250-a\r\n250 SIZE ${offered}`;
      expect(await other.say("EHLO client.example")).toBe(`250-a\r\n250 SIZE ${size}\r\n`);
    }
    for (const answer of ["250 alone.example", "250-a\r\n250 SIZE 5", "250-a\r\n250 SIZE x"]) {
      sink.react = () => answer;
      expect(await client.say("EHLO client.example")).toBe(`${answer}\r\n`);
    }
    for (const [answer, filtered] of [
      ["250", "250 "],
      ["250-a\r\n250", "250 a"],
      ["250-a\r\n250-SIZE\r\n250 AUTH", "250-a\r\n250 SIZE 5000000"],
      ["250-a\r\n250-SIZE 0\r\n250-size 9000000\r\n250 X", "250-a\r\n250-SIZE 5000000\r\n250 SIZE 5000000"],
    ] as const) {
      sink.react = () => answer;
      expect(await client.say("EHLO client.example")).toBe(`${filtered}\r\n`);
    }
    sink.react = () => "250 alone.example";
    expect(await client.say("EHLO client.example")).toBe("250 alone.example\r\n");
  });

  it.each(["STARTTLS", "AUTH PLAIN AGEAYg==", "BDAT 86 LAST", "  bdat 5", "\vBDAT 86 LAST", "auth\tlogin"])(
    "answers %s by itself",
    async (line) => {
      const client = connectTo(await serve());
      await client.reply();
      expect(await client.say(line)).toBe("502 5.5.1 Command not implemented\r\n");
      expect(await client.say("NOOP")).toBe("250 2.1.0 Ok\r\n");
      expect(sink.commands).toEqual(["NOOP"]);
    },
  );

  it("does not wait for content where the next hop does not", async () => {
    const client = connectTo(await serve());
    sink.react = (line) => (line === "DATA" ? "554 5.5.1 no valid recipients" : null);
    await client.reply();
    expect(await client.say("DATA")).toBe("554 5.5.1 no valid recipients\r\n");
    expect(await client.say("RSET")).toBe("250 2.1.0 Ok\r\n");
    expect(sink.commands).toEqual(["DATA", "RSET"]);
  });

  it("leaves where the next hop waits for what the proxy does not know", async () => {
    const client = connectTo(await serve());
    sink.react = (line) => (line === "XDATA" ? "354 go on" : null);
    await client.reply();
    expect(await client.say("XDATA")).toMatch(/^421 /);
    expect(await client.reply()).toBe("closed");
  });

  it("passes the next hop's refusal of a message back, and goes on", async () => {
    const client = connectTo(await serve());
    let refusals = 1;
    sink.react = (line) => (line === "." && refusals-- > 0 ? "550-5.7.1 not\r\n550 5.7.1 wanted" : null);
    expect(await client.deliver(PLAIN)).toBe("550-5.7.1 not\r\n550 5.7.1 wanted\r\n");
    expect(await client.deliver(PLAIN, { greet: false })).toBe("250 2.0.0 Ok: queued as 4TEST\r\n");
  });

  it("carries many messages over one connection", async () => {
    const client = connectTo(await serve());
    const signed = await signedMessage();
    for (let i = 0; i < 50; i++) {
      expect(await client.deliver(i % 2 === 0 ? signed : PLAIN, { greet: i === 0 })).toMatch(/^250 /);
    }
    expect(sink.connections).toBe(1);
    expect(sink.deliveries).toHaveLength(50);
    for (const [i, { wire }] of sink.deliveries.entries()) {
      expect(fieldsOf(wire, "authentication-results")[0]).toContain(i % 2 === 0 ? "dkim=pass" : "dkim=none");
    }
  });

  it("understands a client that says everything at once, and one that says it octet by octet", async () => {
    const port = await serve();
    const script = `EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n${PLAIN}.\r\nRSET\r\nQUIT\r\n`;
    for (const step of [script.length, 1]) {
      const client = connectTo(port);
      for (let at = 0; at < script.length; at += step) {
        client.send(script.slice(at, at + step));
        if (step === 1) await new Promise(setImmediate);
      }
      const codes: string[] = [];
      for (let reply = await client.reply(); reply !== "closed"; reply = await client.reply()) {
        codes.push(reply.slice(0, 3));
      }
      expect(codes).toEqual(["220", "250", "250", "250", "354", "250", "250", "221"]);
    }
    expect(sink.deliveries).toHaveLength(2);
    expect(sink.deliveries[0]!.wire.endsWith(PLAIN)).toBe(true);
    expect(sink.deliveries[1]!.wire).toBe(sink.deliveries[0]!.wire);
  });

  it.each(["a\n.\nb", "a\n.\r\nb", "a\r\n.\nb", "a\r.\rb", "a\r\n.\rb", "a\r.\r\nb"])(
    "refuses what is smuggled in %j, and closes",
    async (content) => {
      const client = connectTo(await serve());
      await client.begin();
      client.send(`${PLAIN}${content}\r\nMAIL FROM:<x@evil.example>\r\nDATA\r\n.\r\n`);
      expect(await client.reply()).toMatch(/^554 5\.5\.2 /);
      expect(await client.reply()).toBe("closed");
      await eventually(() => {
        expect(servers[0]!.connections).toBe(0);
      });
      expect(sink.deliveries).toEqual([]);
    },
  );

  it("refuses what a removed field would bring together", async () => {
    const client = connectTo(await serve());
    // The bare LF ends a field, and without the forged one below it stands in front of the dot.
    const message = `From: a@example.org\nAuthentication-Results: ${AUTHSERV_ID}; none\r\n..\r\nMAIL FROM:<x@evil.example>\r\n.\r\n`;
    await client.begin();
    client.send(message);
    expect(await client.reply()).toMatch(/^554 5\.5\.2 /);
    expect(sink.deliveries).toEqual([]);
  });

  it("refuses commands that are too long or not one line, and not for ever", async () => {
    const client = connectTo(await serve());
    await client.reply();
    expect(await client.say("NOOP " + "x".repeat(2039))).toMatch(/^250 /);
    expect(await client.say("NOOP " + "x".repeat(2042))).toMatch(/^500 5\.5\.2 Line too long/);
    expect(await client.say("NOOP\rNOOP")).toMatch(/^500 5\.5\.2 /);
    client.send("NOOP\n".repeat(18));
    for (let i = 0; i < 18; i++) expect(await client.reply()).toMatch(/^500 /);
    expect(await client.say("AUTH")).toMatch(/^421 /);
    expect(await client.reply()).toBe("closed");
    expect(sink.commands).toHaveLength(1);
  });

  it("gives policy and log the address, the sender and the queue id that were forwarded", async () => {
    const { service, contexts } = watchingService();
    const client = connectTo(await serve({ service, door: "proxy-out" }));
    await client.reply();
    const forward = "XFORWARD NAME=[UNAVAILABLE] ADDR=IPV6:2001:db8::1 PORT=4711";
    await client.say(forward);
    await client.say("XFORWARD PROTO=ESMTP HELO=x+20y IDENT=4ABC SOURCE=REMOTE");
    await client.deliver(PLAIN, { greet: false, from: '<"a>b"@example.org> SIZE=1' });
    await client.deliver(PLAIN, { greet: false, from: "<>" });
    await client.say("XCLIENT ADDR=192.0.2.7 NAME=x");
    await client.say("XFORWARD ADDR=[UNAVAILABLE]");
    await client.deliver(PLAIN, { greet: false });
    await client.deliver(PLAIN, { greet: false });
    expect(contexts).toMatchObject([
      { door: "proxy-out", id: "4ABC", clientAddress: "2001:db8::1", envelopeSender: '"a>b"@example.org', login: null },
      { clientAddress: null, envelopeSender: "" },
      { clientAddress: null },
      { clientAddress: "192.0.2.7" },
    ]);
    expect(contexts[1]!.id).not.toBe("4ABC");
    expect(sink.commands[0]).toBe(forward);
    expect(lines.find(({ message }) => message === "passed on")).toMatchObject({
      id: "4ABC",
      reply: "250 2.0.0 Ok: queued as 4TEST",
    });
  });

  it("believes no address that the next hop has not accepted", async () => {
    const { service, contexts } = watchingService();
    const client = connectTo(await serve({ service }));
    sink.react = (line) => (line.startsWith("XFORWARD") ? "550 5.7.0 Error: insufficient authorization" : null);
    await client.reply();
    await client.say("XFORWARD ADDR=192.0.2.7");
    await client.deliver(PLAIN, { greet: false });
    expect(contexts).toMatchObject([{ clientAddress: null }]);
  });
});

describe("where the next hop fails", () => {
  it("is away before the greeting", async () => {
    const port = await serve();
    await sink.stop();
    const client = connectTo(port);
    expect(await client.reply()).toMatch(/^421 4\.3\.2 mx\.example\.net /);
    expect(await client.reply()).toBe("closed");
  });

  it.each(["EHLO", "MAIL", "RCPT", "DATA", "."])("is lost at %s", async (stage) => {
    const client = connectTo(await serve());
    sink.react = (line) => (line.startsWith(stage) ? { closeAfter: "" } : null);
    await client.reply();
    const answers: string[] = [];
    const script = [
      "EHLO c",
      "MAIL FROM:<a@example.org>",
      "RCPT TO:<b@example.net>",
      "DATA",
      "From: a@example.org\r\n\r\n.",
    ];
    for (const line of script) {
      const answer = await client.say(line);
      answers.push(answer);
      if (answer.startsWith("421")) break;
    }
    expect(answers.at(-1)).toMatch(/^421 4\.3\.2 /);
    expect(await client.reply()).toBe("closed");
  });

  it("is lost in the middle of a message", async () => {
    const client = connectTo(await serve());
    sink.onData = (socket) => socket.destroy();
    await client.begin();
    client.send(PLAIN + "x".repeat(1_000_000));
    expect(await client.say("\r\n.")).toMatch(/^421 /);
    expect(await client.reply()).toBe("closed");
    expect(sink.deliveries).toEqual([]);
  });

  it("goes while the message is received", async () => {
    const client = connectTo(await serve());
    await client.begin();
    client.send(PLAIN);
    sink.breakConnections();
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.send(PLAIN);
    expect(await client.say(".")).toMatch(/^421 /);
  });

  it("says farewell while nobody asks", async () => {
    const client = connectTo(await serve());
    await client.reply();
    sink.say("421 4.4.2 sink.example Error: timeout exceeded\r\n");
    sink.breakConnections();
    expect(await client.reply()).toMatch(/^421 /);
    expect(await client.reply()).toBe("closed");
  });

  it("says farewell to a command, and does not close itself", async () => {
    const client = connectTo(await serve());
    sink.react = (line) => (line === "NOOP" ? "421 4.3.2 sink.example going down" : null);
    await client.reply();
    expect(await client.say("NOOP")).toBe("421 4.3.2 sink.example going down\r\n");
    expect(await client.reply()).toBe("closed");
  });

  it("answers more than it was asked", async () => {
    const client = connectTo(await serve());
    await client.reply();
    sink.say("250 2.0.0 Ok\r\n");
    expect(await client.reply()).toMatch(/^421 /);
    expect(await client.reply()).toBe("closed");
  });

  it.each(["hello", "99 x", "250_x", "250-a\r\n251 b", "250 bare\nLF"])(
    "answers %j, which is no reply",
    async (answer) => {
      const client = connectTo(await serve());
      sink.react = () => answer;
      await client.reply();
      expect(await client.say("NOOP")).toMatch(/^421 /);
    },
  );

  it.each([
    ["refuses", "452 4.3.1 Insufficient system storage\r\n", /^452 4\.3\.1 Insufficient system storage\r\n$/],
    ["claims to have taken", "250 2.0.0 Ok: queued as 4EARLY\r\n", /^421 /],
  ])("%s a message before its end", async (_, early, answer) => {
    const client = connectTo(await serve());
    sink.onData = (socket) => {
      socket.write(early);
      sink.onData = () => undefined;
      socket.pause();
    };
    await client.begin();
    client.send(PLAIN + "x".repeat(8_000_000));
    expect(await client.say("\r\n.")).toMatch(answer);
    expect(await client.reply()).toBe("closed");
    expect(sink.deliveries).toEqual([]);
  });

  it.each(["greeting", "EHLO", "DATA", "."])("is silent at %s", async (stage) => {
    const port = await serve({ timeouts: { greeting: 100, command: 100, data: 100, endOfData: 100 } });
    if (stage === "greeting") sink.greeting = SILENCE;
    sink.react = (line) => (line.startsWith(stage) ? SILENCE : null);
    const client = connectTo(port);
    const first = await client.reply();
    const answers = [first];
    for (const line of ["EHLO c", "MAIL FROM:<a@example.org>", "DATA", "From: a@example.org\r\n\r\n."]) {
      if (answers.at(-1)!.startsWith("421")) break;
      answers.push(await client.say(line));
    }
    expect(answers.at(-1)).toMatch(/^421 /);
    expect(await client.reply()).toBe("closed");
  });

  it("does not read", async () => {
    const client = connectTo(await serve({ timeouts: { block: 100 } }));
    sink.onData = (socket) => socket.pause();
    await client.begin();
    client.send(PLAIN + "x".repeat(20_000_000));
    expect(await client.say("\r\n.")).toMatch(/^421 /);
    expect(sink.deliveries).toEqual([]);
  });
});

describe("where the client fails", () => {
  it("sends half a message: the next hop gets nothing of it", async () => {
    const client = connectTo(await serve());
    await client.begin();
    client.send(PLAIN);
    client.destroy();
    await eventually(() => {
      expect(servers[0]!.connections).toBe(0);
    });
    expect(sink.octets).toBe(0);
    expect(sink.deliveries).toEqual([]);
  });

  it("goes before the message was passed on: it is not delivered, since it will be sent again", async () => {
    const held = heldResolver();
    const service = makeService({ log, resolver: held.resolver });
    const client = connectTo(await serve({ service: () => service }));
    await client.begin();
    client.send(`${await signedMessage()}.\r\n`);
    await held.asked;
    client.destroy();
    await eventually(() => {
      expect(servers[0]!.connections).toBe(0);
    });
    held.answer();
    await eventually(() => {
      expect(lines.some(({ message }) => message === "not passed on")).toBe(true);
    });
    expect(sink.deliveries).toEqual([]);
  });

  it("goes while the next hop thinks: what the next hop says stands in the log", async () => {
    const client = connectTo(await serve());
    sink.react = (line) => (line === "." ? SILENCE : null);
    await client.begin();
    client.send(`${PLAIN}.\r\n`);
    await eventually(() => {
      expect(sink.deliveries).toHaveLength(1);
    });
    client.destroy();
    await eventually(() => {
      expect(servers[0]!.connections).toBe(0);
    });
    sink.say("250 2.0.0 Ok: queued as 4LATE\r\n");
    await eventually(() => {
      expect(lines.find(({ message }) => message === "passed on")).toMatchObject({
        reply: "250 2.0.0 Ok: queued as 4LATE",
        isUnheard: true,
      });
    });
  });

  it("drips a command, octet by octet", async () => {
    const client = connectTo(await serve({ timeouts: { client: 200 } }));
    await client.reply();
    const drip = setInterval(() => {
      client.send("N");
    }, 20);
    expect(await client.reply()).toMatch(/^421 4\.3\.2 mx\.example\.net .*timeout/);
    clearInterval(drip);
    await client.closed();
  });

  it("drips a message, octet by octet", async () => {
    const client = connectTo(await serve({ timeouts: { clientBlock: 200 } }));
    await client.begin();
    const drip = setInterval(() => {
      client.send("N");
    }, 20);
    expect(await client.reply()).toMatch(/^421 /);
    clearInterval(drip);
    expect(sink.deliveries).toEqual([]);
  });

  it("reads no answer", async () => {
    const client = connectTo(await serve({ timeouts: { client: 200 } }));
    await client.reply();
    sink.react = () => `250 ${"x".repeat(4000)}`;
    client.socket.pause();
    client.send("NOOP\r\n".repeat(10_000));
    await eventually(() => {
      expect(servers[0]!.connections).toBe(0);
    });
    expect(sink.commands.length).toBeLessThan(10_000);
    expect(lines.some(({ reason }) => reason === "the client does not read")).toBe(true);
  });

  it("says nothing any more", async () => {
    const client = connectTo(await serve({ timeouts: { client: 100, clientBlock: 100 } }));
    await client.begin();
    expect(await client.reply()).toMatch(/^421 /);
    expect(await client.reply()).toBe("closed");
  });
});

describe("where we fail", () => {
  it("keeps the message back where it cannot be worked on", async () => {
    const { service } = watchingService(() => Promise.reject(new Error("broken")));
    const client = connectTo(await serve({ service }));
    expect(await client.deliver(PLAIN)).toBe("451 4.3.0 The message cannot be worked on now\r\n");
    expect(await client.reply()).toBe("closed");
    expect(sink.deliveries).toEqual([]);
  });

  it("keeps the message back where it takes too long", async () => {
    const { service } = watchingService(
      ({ signal }) =>
        new Promise((resolve) => {
          signal!.addEventListener("abort", () => {
            resolve();
          });
        }),
    );
    const client = connectTo(await serve({ service, timeouts: { work: 100 } }));
    expect(await client.deliver(PLAIN)).toMatch(/^451 /);
    expect(sink.deliveries).toEqual([]);
  });

  it("refuses a message over the limit, and takes one of just that size", async () => {
    const maxOctets = 100_000;
    const port = await serve({ maxOctets });
    const message = PLAIN + "x".repeat(maxOctets - PLAIN.length - 2) + "\r\n";
    expect(await connectTo(port).deliver(message)).toMatch(/^250 /);
    for (const over of [message.replace("x", "xx"), "X: y\r\n" + message.repeat(3)]) {
      expect(await connectTo(port).deliver(over)).toMatch(/^552 5\.3\.4 /);
    }
    expect(sink.deliveries).toHaveLength(1);
  });

  it("keeps the message back where the spool cannot be written", async () => {
    const client = connectTo(await serve({ spoolFolder: join(folder, "missing") }));
    expect(await client.deliver(PLAIN + "x".repeat(1_000_000) + "\r\n")).toMatch(/^452 4\.3\.1 /);
    expect(sink.deliveries).toEqual([]);
  });

  it("refuses a header without end", async () => {
    const client = connectTo(await serve());
    expect(await client.deliver("X: y\r\n".repeat(200_000))).toMatch(/^552 5\.3\.4 /);
  });

  it("carries 60 MB with bounded memory, over an unlinked file", async () => {
    const { service } = watchingService();
    const client = connectTo(await serve({ service }));
    sink.keepsMessages = false;
    await client.begin();
    const before = process.memoryUsage().rss;
    let highest = 0;
    const line = Buffer.from(("x".repeat(76) + "\r\n").repeat(1000));
    client.send(PLAIN);
    for (let sent = 0; sent < 60_000_000; sent += line.length) {
      if (!client.socket.write(line)) await new Promise<void>((resolve) => client.socket.once("drain", resolve));
      highest = Math.max(highest, process.memoryUsage().rss);
    }
    expect(readdirSync(folder)).toEqual([]);
    expect(await client.say(".")).toMatch(/^250 /);
    highest = Math.max(highest, process.memoryUsage().rss);
    expect(sink.octets).toBeGreaterThan(60_000_000);
    expect((highest - before) / 1e6).toBeLessThan(60); // client, sink and proxy are all in this process
  });

  it("refuses strangers, and more connections than it should have", async () => {
    const closed = connectTo(await serve({ allowedPeers: ["192.0.2.1"] }));
    expect(await closed.reply()).toBe("closed");
    const port = await serve({ maxConnections: 1 });
    const first = connectTo(port);
    await first.reply();
    const second = connectTo(port);
    expect(await second.reply()).toMatch(/^421 4\.3\.2 /);
    expect(await second.reply()).toBe("closed");
    expect(await first.say("NOOP")).toMatch(/^250 /);
  });

  it("takes 100 connections by default, and one more when one of them has gone", async () => {
    const port = await serve();
    const taken = Array.from({ length: 100 }, () => connectTo(port));
    for (const client of taken) expect(await client.reply()).toMatch(/^220 /);
    expect(await connectTo(port).reply()).toMatch(/^421 4\.3\.2 /);
    taken[0]!.destroy();
    await eventually(() => {
      expect(servers[0]!.connections).toBe(99);
    });
    expect(await connectTo(port).reply()).toMatch(/^220 /);
  });

  describe("while most connections are taken", () => {
    const stress = { maxConnections: 4, timeouts: { stressed: 1000 } };

    /** One that has asked for answers of 32 MB, more than any socket holds, and reads none. */
    async function deafClient(port: number) {
      const long = "250-" + "x".repeat(4000) + "\r\n";
      sink.react = (line) => (line.startsWith("HELP") ? long.repeat(200) + "250 end" : null);
      const client = connectTo(port);
      await client.reply();
      client.socket.pause();
      client.socket.write("HELP\r\n".repeat(40));
      return client;
    }

    it("lets go of clients that say nothing, drip, or do not read, and not of those that go on", async () => {
      const port = await serve(stress);
      await deafClient(port);
      const slow = [connectTo(port), connectTo(port)];
      for (const client of slow) await client.reply();
      slow[1]!.socket.write("NO");
      const brisk = connectTo(port);
      await brisk.reply();
      expect(await brisk.say("NOOP")).toMatch(/^250 /);
      for (const client of slow) expect(await client.reply()).toMatch(/^421 .*timeout/);
      await eventually(() => {
        expect(lines.some(({ reason }) => reason === "the client does not read")).toBe(true);
      });
    });

    it("takes no time from a client that reads again, however often the others came and went", async () => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      try {
        const port = await serve(stress);
        const reader = await deafClient(port);
        await settled(() => sink.commands.length);
        for (let i = 0; i < 2; i++) {
          const others = [1, 2, 3].map(() => connectTo(port));
          for (const other of others) await other.reply();
          for (const other of others) other.destroy();
          while (servers[0]!.connections > 1) await nextTurn();
        }
        reader.socket.resume();
        for (let i = 0; i < 40; i++) expect(await reader.reply()).toMatch(/end\r\n$/);
        vi.advanceTimersByTime(2 * stress.timeouts.stressed);
        expect(await reader.say("NOOP")).toMatch(/^250 /);
      } finally {
        vi.useRealTimers();
      }
    });

    it("gives clients their time again when there is room", async () => {
      const port = await serve(stress);
      const clients = [1, 2, 3, 4].map(() => connectTo(port));
      for (const client of clients) await client.reply();
      await eventually(() => {
        expect(servers[0]!.connections).toBe(0);
      });
      const patient = connectTo(port);
      await patient.reply();
      await new Promise((resolve) => setTimeout(resolve, 1300));
      expect(await patient.say("NOOP")).toMatch(/^250 /);
    });
  });

  it("ends after the message that is under way", async () => {
    const port = await serve();
    const idle = connectTo(port);
    await idle.reply();
    const busy = connectTo(port);
    await busy.begin();
    const stopped = servers[0]!.stop(10_000);
    expect(await idle.reply()).toMatch(/^421 /);
    busy.send(PLAIN);
    expect(await busy.say(".")).toMatch(/^250 /);
    expect(await busy.reply()).toMatch(/^421 .*shutting down/);
    await stopped;
    servers.length = 0;
    expect(sink.deliveries).toHaveLength(1);
  });

  it("leaves no descriptor and no connection behind", async () => {
    const port = await serve();
    const descriptors = () => readdirSync("/proc/self/fd").length;
    const before = descriptors();
    for (let i = 0; i < 20; i++) {
      const client = connectTo(port);
      await client.begin();
      client.send(PLAIN + "x".repeat(600_000));
      if (i % 2 === 0) client.destroy();
      else await client.say("\r\n.");
      client.destroy();
    }
    await eventually(() => {
      expect(servers[0]!.connections).toBe(0);
      expect(descriptors()).toBeLessThanOrEqual(before);
    });
  });
});
