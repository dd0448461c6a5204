import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
import { startMilter } from "./milter-stack.js";
import { startSite, type Site } from "./stack/site.js";

let site: Site;
let door: FaultyDoor;

beforeAll(async () => {
  site = await startSite("milter-faults");
  const { port, gateway } = await startMilter(site);
  door = { site, port, gateway };
});

afterAll(() => site.machine.stop());

describe("the milter", () => {
  it("killed and started again in the middle of 200 messages: 0 lost, 0 doubled, 0 wrong", async () => {
    const to = "kills@home.example";
    const mail = await mixedMail(site, 200);
    expect(
      await sendThroughKills(door.gateway, mail, [40, 90, 150], { port: door.port, from: FROM, to }),
    ).toBeGreaterThan(0);
    expect(await tally(site, to, mail)).toEqual(NOTHING_WRONG);
  });

  outlivesItsClients(() => door);
  outlivesTheDns(() => door);
});
