import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explainDoubles } from "./doubles.js";
import { sendThroughKills } from "./faults.js";
import { letter } from "./messages.js";
import { startMilter } from "./milter-stack.js";
import { publishHomeKeys, signaturesIn, SUBMITTED } from "./outgoing.js";
import { byConfiguration, startProxies } from "./proxy-stack.js";
import { verifyFiles } from "./stack/cli.js";
import type { Gateway } from "./stack/gateway.js";
import type { Postfix } from "./stack/postfix.js";
import { LOGIN, startSite, type Site } from "./stack/site.js";
import { arrivals, numbered } from "./stack/traffic.js";

interface SigningDoor {
  readonly gateway: Gateway;
  readonly postfix: Postfix;
  readonly submissionPort: number;
}

const DOORS: Readonly<Record<string, (site: Site) => Promise<SigningDoor>>> = {
  "the milter": (site) => startMilter(site, publishHomeKeys(site)),
  "the proxy behind the submission service": async (site) => {
    const outgoing = byConfiguration(site, "proxy-out", { keys: publishHomeKeys(site) });
    const stack = await startProxies(site, { outgoing });
    return { ...stack, gateway: stack.outgoing };
  },
};

const KILLS_AT = [30, 70];
const OPEN_TRANSACTIONS = 10;

describe.each(Object.keys(DOORS))("%s, signing", (name) => {
  let site: Site;
  let door: SigningDoor;

  beforeAll(async () => {
    site = await startSite("signing-faults");
    door = await DOORS[name]!(site);
  });

  afterAll(() => site.machine.stop());

  it("killed and started again in the middle of 100 messages: 0 lost, 0 unsigned, doubles only in RFC 1047's gap", async () => {
    const to = "kills@remote.example";
    const letters = Array.from({ length: 100 }, (_, index) => letter({ from: LOGIN.user, mark: `m${index}` }));
    const mail = numbered(letters);
    await sendThroughKills(door.gateway, mail, KILLS_AT, { ...SUBMITTED, port: door.submissionPort, to });
    const arrived = await arrivals(site.dovecot.mailbox(to), mail);
    expect(mail.filter(({ number }) => !arrived.has(number))).toEqual([]);
    const all = [...arrived.values()].flat();
    expect(all.filter((message) => signaturesIn(message) !== 2)).toEqual([]);
    const files = all.map((message, index) => site.machine.write(`left/${index}.eml`, message));
    const results = verifyFiles(site.bind, files).flatMap(({ signatures }) => signatures.map(({ result }) => result));
    expect(results).toEqual(results.map(() => "pass"));
    const doubled = new Map([...arrived].filter(([, copies]) => copies.length > 1));
    const doubles = explainDoubles(doubled, door.postfix.log());
    expect(doubles.length).toBeLessThanOrEqual(name === "the milter" ? 0 : KILLS_AT.length * OPEN_TRANSACTIONS);
    expect(doubles.filter(({ heard, unheard }) => heard.length !== 1 || unheard.length === 0)).toEqual([]);
  });
});
