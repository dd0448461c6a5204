import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { arrived, resultsIn } from "./arrived.js";
import { letter, octets, SHAPES } from "./messages.js";
import { startProxy } from "./proxy-stack.js";
import { SMUGGLED_ENDS, smuggler } from "./smuggling.js";
import { Sink } from "./stack/sink.js";
import { smallDisk } from "./stack/small-disk.js";
import { startSite, type Site } from "./stack/site.js";
import { send, SmtpClient } from "./stack/smtp.js";
import { numbered, sendAll, sendHalf } from "./stack/traffic.js";

const FROM = "alice@sender.example";
const TO = "bob@home.example";
const NONE = ["mx.home.example; dkim=none"];

let site: Site;
let sink: Sink;
let port: number;

beforeAll(async () => {
  site = await startSite("proxy-octets");
  sink = await Sink.start(site.machine);
  port = await site.machine.port();
  const spool = smallDisk(site.machine, "spool", 2);
  await startProxy(site, "proxy-in", { port, relayPort: sink.port, more: `[spool]\nfolder = "${spool}"\n` });
});

beforeEach(() => {
  sink.messages.length = 0;
  sink.commands.length = 0;
  sink.answers.clear();
});

afterAll(() => site.machine.stop());

describe("the proxy", () => {
  it.each(Object.keys(SHAPES))("passes a message %s on with all octets as they came", async (name) => {
    const message = octets(SHAPES[name]!);
    expect(await send(port, { from: FROM, to: TO, message })).toMatchObject({ code: 250, lines: ["2.0.0 Ok: kept"] });
    expect(sink.messages).toHaveLength(1);
    expect(arrived(sink.messages[0]!, message).results).toEqual(NONE);
  });

  it("passes every octet on that mail can have", async () => {
    const every = Buffer.from(Array.from({ length: 256 }, (_, octet) => octet).filter((octet) => octet !== 10));
    const message = Buffer.concat([letter({ mark: "octets" }), every, octets("\nbare LF\nand CR\rends\r\n")]);
    expect(await send(port, { from: FROM, to: TO, message })).toMatchObject({ code: 250 });
    expect(arrived(sink.messages[0]!, message).results).toEqual(NONE);
  });

  it("passes commands on as they came", async () => {
    const commands = [
      "EHLO client.example",
      "XFORWARD NAME=[UNAVAILABLE] ADDR=192.0.2.7 PORT=40000 PROTO=ESMTP HELO=outside.example IDENT=4F1 SOURCE=REMOTE",
      "MAIL FROM:<ålice@sender.example> SIZE=1000 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=a+2Bb",
      "RCPT TO:<bob@home.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob@home.example",
      "RCPT TO:<carol@home.example>",
    ];
    const client = await SmtpClient.connect(port);
    for (const command of commands) await client.expect(250, command);
    expect(await client.data(letter({ mark: "commands" }))).toMatchObject({ code: 250 });
    await client.quit();
    expect(sink.commands).toEqual([...commands, "DATA", "QUIT"]);
  });

  it("offers what works through it only, and refuses the rest", async () => {
    const client = await SmtpClient.connect(port);
    const { lines } = await client.expect(250, "EHLO client.example");
    const offered = lines.slice(1).map((line) => line.split(" ")[0]);
    expect(offered).toEqual(["PIPELINING", "SIZE", "8BITMIME", "DSN", "SMTPUTF8", "ENHANCEDSTATUSCODES", "XFORWARD"]);
    for (const command of ["BDAT 5 LAST", "\vBDAT 5 LAST", "STARTTLS", "AUTH PLAIN AGEAYg=="])
      await client.expect(502, command);
    await client.quit();
    expect(sink.commands).toEqual(["EHLO client.example", "QUIT"]);
  });

  it.each(Object.keys(SMUGGLED_ENDS))("refuses a message smuggled behind %s, and hangs up", async (name) => {
    const client = await SmtpClient.connect(port);
    await client.expect(250, "EHLO client.example");
    await client.expect(250, `MAIL FROM:<${FROM}>`);
    await client.expect(250, `RCPT TO:<${TO}>`);
    expect(await client.dataAsIs(smuggler(SMUGGLED_ENDS[name]!, "victim@home.example"))).toMatchObject({
      code: 554,
      lines: [expect.stringMatching(/^5\.5\.2 /)],
    });
    expect(await client.reply()).toEqual({ code: 0, lines: [] });
    expect(sink.messages).toEqual([]);
    expect(sink.commands.join()).not.toContain("victim");
  });

  it("takes no message where the next hop takes none", async () => {
    sink.answers.set("DATA", "451 4.3.0 not now");
    const client = await SmtpClient.connect(port);
    await client.expect(250, "EHLO client.example");
    await client.expect(250, `MAIL FROM:<${FROM}>`);
    await client.expect(250, `RCPT TO:<${TO}>`);
    expect(await client.command("DATA")).toEqual({ code: 451, lines: ["4.3.0 not now"] });
    await client.expect(250, "RSET");
    await client.quit();
  });

  it("passes nothing on of half a message", async () => {
    await sendHalf(port, FROM, TO, octets("Subject: half\r\n\r\nhal"));
    expect(await send(port, { from: FROM, to: TO, message: letter({ mark: "whole" }) })).toMatchObject({ code: 250 });
    expect(sink.messages.map((message) => message.includes("half"))).toEqual([false]);
  });

  it("answers 421 while the next hop is away, and works again once it is back", async () => {
    const submission = { from: FROM, to: TO, message: letter({ mark: "away" }) };
    sink.stop();
    await expect(send(port, submission)).rejects.toThrow("421");
    await sink.start();
    expect(await send(port, submission)).toMatchObject({ code: 250 });
    expect(sink.messages).toHaveLength(1);
  });

  it("the next hop away and back in the middle of 50 messages: 0 lost, 0 without the field", async () => {
    const mail = numbered(Array.from({ length: 50 }, (_, index) => letter({ mark: `m${index}` })));
    let back = Promise.resolve();
    const onAccepted = (accepted: number) => {
      if (accepted !== 20) return;
      sink.stop();
      back = sleep(500).then(() => sink.start());
    };
    expect(await sendAll(mail, { port, from: FROM, to: TO, onAccepted })).toBeGreaterThan(0);
    await back;
    const arrivals = mail.map(({ message }) => sink.messages.filter((kept) => kept.includes(message)).length);
    expect(arrivals.filter((copies) => copies === 0)).toEqual([]);
    // The sink is cut off after it has kept a message, and before its 250: RFC 1047.
    expect(arrivals.filter((copies) => copies > 1).length).toBeLessThanOrEqual(8);
    expect(sink.messages.map(resultsIn)).toEqual(sink.messages.map(() => NONE));
  });

  it("many large messages at a spool with room for one: 0 lost, 0 doubled, 0 without the field", async () => {
    const body = "0123456789abcdef\r\n".repeat(70_000);
    const mail = numbered(Array.from({ length: 12 }, (_, index) => letter({ mark: `m${index}`, body })));
    expect(await sendAll(mail, { port, from: FROM, to: TO, clients: 4 })).toBeGreaterThan(0);
    const arrivals = mail.map(({ message }) => sink.messages.filter((kept) => kept.includes(message)).length);
    expect(arrivals).toEqual(mail.map(() => 1));
    expect(sink.messages.map(resultsIn)).toEqual(sink.messages.map(() => NONE));
  });

  it("refuses for now what the spool's disk has no room for, and passes the next message on", async () => {
    const message = letter({ mark: "large", body: "0123456789abcdef\r\n".repeat(200_000) });
    expect(await send(port, { from: FROM, to: TO, message })).toMatchObject({ code: 452 });
    expect(sink.messages).toEqual([]);
    const next = letter({ mark: "next", body: "0123456789abcdef\r\n".repeat(50_000) });
    expect(await send(port, { from: FROM, to: TO, message: next })).toMatchObject({ code: 250 });
    expect(arrived(sink.messages[0]!, next).results).toEqual(NONE);
  });
});
