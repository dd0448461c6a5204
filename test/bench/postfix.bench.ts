import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { signingConfiguration } from "../system/outgoing.js";
import { Gateway } from "../system/stack/gateway.js";
import { startOpenDkimVerifier } from "../system/stack/opendkim.js";
import { Postfix } from "../system/stack/postfix.js";
import { AUTHSERV_ID, LOGIN, startSite, type Site } from "../system/stack/site.js";
import { sendAll, type Numbered } from "../system/stack/traffic.js";
import { sign } from "../../src/index.js";

/** Run by `npm run bench` (postfix.mjs), which says how many messages, and where the figures are to be written. */
const { messages, answer } = JSON.parse(process.env["DKIMSTATUS_BENCH"]!) as {
  messages: { size: string; octets: number; count: number }[];
  answer: string;
};
const ROUNDS = 5;

let site: Site;
afterAll(() => site.machine.stop());

it("verifies what comes through Postfix, our milter and OpenDKIM in turns", async () => {
  site = await startSite("bench");
  const { machine, bind, dovecot } = site;
  const [milter, ours, theirs] = [await machine.port(), await machine.port(), await machine.port()];
  const door = `[milter]\nlisten = ["inet:${milter}@127.0.0.1"]\n`;
  const file = machine.write("bench.toml", signingConfiguration(site, []) + door);
  const gateway = await Gateway.start(machine, milter, ["milter", "--config", file]);
  const opendkim = await startOpenDkimVerifier(machine, bind, AUTHSERV_ID);
  await Postfix.start(machine, {
    services: [service(ours, milter), service(theirs, opendkim)],
    settings: { virtual_transport: "discard:bench", milter_default_action: "tempfail" },
    ports: [ours, theirs],
    lmtpPort: dovecot.lmtpPort,
  });
  const rows: object[] = [];
  for (const { size, octets, count } of messages) {
    const signed = await signedMessages(octets, count);
    const seconds = { ours: 0, theirs: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const part = signed.filter(({ number }) => number % ROUNDS === round);
      seconds.ours += await secondsFor(part, ours);
      seconds.theirs += await secondsFor(part, theirs);
    }
    rows.push({ size, ours: count / seconds.ours, theirs: count / seconds.theirs, megabytes: peakMemory(gateway.pid) });
  }
  const verified = gateway.messages().filter(({ action }) => action === "annotated");
  expect(verified).toHaveLength(messages.reduce((sum, { count }) => sum + count, 0));
  writeFileSync(answer, JSON.stringify(rows));
}, 600_000);

function service(port: number, milter: number): string {
  return `127.0.0.1:${port} inet n - n - - smtpd -o smtpd_milters=inet:127.0.0.1:${milter}`;
}

async function signedMessages(octets: number, count: number): Promise<Numbered[]> {
  const { domain, selector, privateKey } = site.senderKey;
  const all: Numbered[] = [];
  for (let number = 0; number < count; number++) {
    const header = `From: a@${domain}\r\nTo: ${LOGIN.user}\r\nSubject: ${number}\r\n\r\n`;
    const message = Buffer.from(header + "words of the bench, again and again\r\n".repeat(octets / 37));
    const { prepend } = await sign(message, { keys: [{ domain, selector, privateKey }] });
    all.push({ number, message: Buffer.concat([prepend, message]) });
  }
  return all;
}

async function secondsFor(part: readonly Numbered[], port: number): Promise<number> {
  const start = performance.now();
  await sendAll(part, { port, from: "a@sender.example", to: LOGIN.user, clients: 4 });
  return (performance.now() - start) / 1000;
}

/** MB at most since the program started. */
function peakMemory(pid: number): number {
  const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
  return Number(kilobytes) / 1024;
}
