import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explainDoubles } from "./doubles.js";
import {
  FROM,
  mixedMail,
  NOTHING_WRONG,
  outlivesItsClients,
  outlivesTheDns,
  sendThroughKills,
  tally,
  type FaultyDoor,
} from "./faults.js";
import { startIncoming, type Place } from "./proxy-stack.js";
import { sendAll } from "./stack/traffic.js";
import { startSite, type Site } from "./stack/site.js";

const KILLS_AT = [40, 90, 150];
/** The test has 8 clients before the queue, Postfix 10 of its own after it. */
const OPEN_TRANSACTIONS = 10;

describe.each<Place>(["before the queue", "after the queue"])("the proxy %s", (place) => {
  let site: Site;
  let stack: Awaited<ReturnType<typeof startIncoming>>;
  let door: FaultyDoor;

  beforeAll(async () => {
    site = await startSite("proxy-faults");
    stack = await startIncoming(site, place);
    door = { site, port: stack.port, gateway: stack.gateway };
  });

  afterAll(() => site.machine.stop());

  it("killed and started again in the middle of 200 messages: 0 lost, 0 wrong, doubles only in RFC 1047's gap", async () => {
    const to = "kills@home.example";
    const mail = await mixedMail(site, 200);
    const refusals = await sendThroughKills(stack.gateway, mail, KILLS_AT, { port: stack.port, from: FROM, to });
    const { lost, doubled, wrong } = await tally(site, to, mail);
    expect({ lost, wrong }).toEqual({ lost: [], wrong: [] });
    if (place === "before the queue") expect(refusals).toBeGreaterThan(0);
    else expect(stack.postfix.log()).toContain("status=deferred");
    const doubles = explainDoubles(doubled, stack.postfix.log());
    console.log(`${doubles.length} of 200 messages doubled ${place}`, doubles);
    expect(doubles.length).toBeLessThanOrEqual(KILLS_AT.length * OPEN_TRANSACTIONS);
    expect(doubles.filter(({ heard, unheard }) => heard.length !== 1 || unheard.length === 0)).toEqual([]);
    expect(stack.postfix.queue()).toEqual([]);
  });

  outlivesItsClients(() => door);

  if (place === "before the queue") outlivesTheDns(() => door);

  it("0 doubled without a kill", async () => {
    const to = "quiet@home.example";
    const mail = await mixedMail(site, 50);
    await sendAll(mail, { port: stack.port, from: FROM, to });
    expect(await tally(site, to, mail)).toEqual(NOTHING_WRONG);
  });
});
