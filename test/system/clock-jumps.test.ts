import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { sign } from "../../src/index.js";
import { smtpDoor, type Door } from "./annotation.js";
import { resultsIn } from "./arrived.js";
import { FROM, mixedMail, NOTHING_WRONG, PASS, tally, TEMPERROR } from "./faults.js";
import { letter } from "./messages.js";
import { Gateway } from "./stack/gateway.js";
import { publishKey } from "./stack/keys.js";
import { Postfix } from "./stack/postfix.js";
import { AUTHSERV_ID, startSite, type Site } from "./stack/site.js";
import { sendAll } from "./stack/traffic.js";

const EXPIRED = /^mx\.home\.example; dkim=permerror reason=signature-expired /;
const HOUR = 3600;
const JUMPS = ["+1d", "-1d"];
/** Milliseconds: three tries at the DNS take 5 seconds (src/dns/node.ts); the rest is for a busy machine. */
const SOON = 30_000;

let site: Site;
let port: number;
let door: Door;

/** The wall clock of the gateway, and of nobody else: the monotonic one goes on, as it does where an operator sets the time. */
function setClock(offset: string): void {
  site.machine.write("clock", `${offset}\n`);
}

beforeAll(async () => {
  site = await startSite("clock-jumps");
  const { machine, bind, dovecot } = site;
  setClock("+0");
  const files = execFileSync("dpkg-query", ["--listfiles", "libfaketime"], { encoding: "utf8" }).split("\n");
  const env = {
    LD_PRELOAD: files.find((name) => name.endsWith("/libfaketime.so.1"))!,
    FAKETIME_TIMESTAMP_FILE: machine.path("clock"),
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
  const milterPort = await machine.port();
  const options = ["--listen", `127.0.0.1:${milterPort}`, "--authserv-id", AUTHSERV_ID, "--dns-server", bind.server];
  await Gateway.start(machine, milterPort, ["milter", ...options], { env });
  port = await machine.port();
  const services = [`127.0.0.1:${port} inet n - n - - smtpd -o smtpd_milters=inet:127.0.0.1:${milterPort}`];
  const postfix = await Postfix.start(machine, { services, ports: [port], lmtpPort: dovecot.lmtpPort });
  door = smtpDoor(site, port, () => postfix.log());
});

afterEach(() => {
  site.bind.resume();
  setClock("+0");
});

afterAll(() => site.machine.stop());

/** Asks for the field of a message that is signed with a key of its own, which no cache knows. */
async function verdict(selector: string, { expiresAfter, isDnsSilent = false }: Case = {}): Promise<string> {
  const { machine, bind } = site;
  const key = publishKey(machine, bind, { domain: "sender.example", selector, type: "ed25519" });
  const message = letter({ mark: selector });
  const { prepend } = await sign(message, { keys: [key], expiresAfter });
  if (isDnsSilent) await bind.suspend();
  return resultsIn(await door.deliver(Buffer.concat([prepend, message]))).join();
}

interface Case {
  /** Seconds: x= of the signature. */
  readonly expiresAfter?: number;
  /** BIND gets the question and says nothing. */
  readonly isDnsSilent?: boolean;
}

describe("when the gateway's clock is set", () => {
  it.each(JUMPS)("by %s in the middle of 40 messages: 0 lost, 0 doubled, 0 wrong", async (offset) => {
    const to = `jump-${JUMPS.indexOf(offset)}@home.example`;
    const mail = await mixedMail(site, 40);
    const onAccepted = (accepted: number) => {
      if (accepted === 15) setClock(offset);
      if (accepted === 30) setClock("+0");
    };
    await sendAll(mail, { port, from: FROM, to, onAccepted });
    expect(await tally(site, to, mail)).toEqual(NOTHING_WRONG);
  });

  it("forward beyond x=, a signature has expired; back, it has not", async () => {
    expect(await verdict("x1", { expiresAfter: HOUR })).toMatch(PASS);
    setClock("+1d");
    expect(await verdict("x2", { expiresAfter: HOUR })).toMatch(EXPIRED);
    setClock("-1d");
    expect(await verdict("x3", { expiresAfter: HOUR })).toMatch(PASS);
  });

  it.each(JUMPS)("by %s during a lookup, an answer that comes is waited for", async (offset) => {
    const asked = verdict(`late${JUMPS.indexOf(offset)}`, { isDnsSilent: true });
    await sleep(300);
    setClock(offset);
    await sleep(300);
    site.bind.resume();
    expect(await asked).toMatch(PASS);
  });

  it.each(JUMPS)(
    "by %s during a lookup, one that never comes is not waited for any longer than else",
    async (offset) => {
      const asked = verdict(`never${JUMPS.indexOf(offset)}`, { isDnsSilent: true });
      await sleep(300);
      setClock(offset);
      const start = performance.now();
      expect(await asked).toMatch(TEMPERROR);
      expect(performance.now() - start).toBeLessThan(SOON);
    },
  );
});
