import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explainDoubles } from "./doubles.js";
import { FROM, mixedMail, NOTHING_WRONG, sendThrough, tally } from "./faults.js";
import {
  milterByBalancer,
  milterByName,
  proxyByBalancer,
  proxyByName,
  type ManyMachines,
} from "./many-machines-stack.js";
import { startSite, type Site } from "./stack/site.js";

const WAYS: Readonly<Record<string, (site: Site) => Promise<ManyMachines>>> = {
  "milters behind HAProxy": milterByBalancer,
  "milters under one name": milterByName,
  "proxies before the queue, behind HAProxy": proxyByBalancer,
  "proxies after the queue, under one name": proxyByName,
};

/** The test has 8 clients before the queue, Postfix 10 of its own after it: what a death can break off. */
const OPEN_TRANSACTIONS = 10;
const DEATHS = 2;

describe.each(Object.keys(WAYS))("two %s", (way) => {
  let site: Site;
  let stack: ManyMachines;

  beforeAll(async () => {
    site = await startSite("many-machines");
    stack = await WAYS[way]!(site);
  });

  afterAll(() => site.machine.stop());

  it("each killed in the middle of 100 messages: the other goes on; 0 lost, 0 wrong, doubles only in RFC 1047's gap", async () => {
    const { gateways, postfix, port, revive } = stack;
    const [one, other] = gateways;
    const to = "kills@home.example";
    const mail = await mixedMail(site, 100);
    const events = new Map([
      [15, () => one.kill()],
      [45, () => revive(one)],
      [55, () => other.kill()],
      [85, () => revive(other)],
    ]);
    const refusals = await sendThrough(events, mail, { port, from: FROM, to });
    const { lost, doubled, wrong } = await tally(site, to, mail);
    expect({ lost, wrong }).toEqual({ lost: NOTHING_WRONG.lost, wrong: NOTHING_WRONG.wrong });
    const doubles = explainDoubles(doubled, postfix.log());
    console.log(`two ${way}: ${refusals} refusals, ${doubles.length} of 100 messages doubled`, doubles);
    expect(refusals).toBeLessThanOrEqual(DEATHS * OPEN_TRANSACTIONS);
    if (way.startsWith("milters")) expect(doubles).toEqual([]);
    expect(doubles.length).toBeLessThanOrEqual(DEATHS * OPEN_TRANSACTIONS);
    expect(doubles.filter(({ heard, unheard }) => heard.length !== 1 || unheard.length === 0)).toEqual([]);
    for (const gateway of gateways) expect(gateway.messages().length).toBeGreaterThan(0);
    expect(postfix.queue()).toEqual([]);
  });
});
