import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  mixedMail,
  NOTHING_WRONG,
  outlivesItsClients,
  outlivesTheDns,
  sendThroughKills,
  tally,
  type FaultyDoor,
} from "./faults.js";
import { Gateway } from "./stack/gateway.js";
import { Postfix } from "./stack/postfix.js";
import { AUTHSERV_ID, startSite, type Site } from "./stack/site.js";

let site: Site;
let door: FaultyDoor;

beforeAll(async () => {
  site = await startSite("milter-faults");
  const { machine, bind, dovecot } = site;
  const milterPort = await machine.port();
  const args = ["milter", "--listen", `inet:${milterPort}@127.0.0.1`, "--authserv-id", AUTHSERV_ID];
  const gateway = await Gateway.start(machine, milterPort, [...args, "--dns-server", bind.server]);
  const port = await machine.port();
  const services = [`127.0.0.1:${port} inet n - n - - smtpd -o smtpd_milters=inet:127.0.0.1:${milterPort}`];
  const settings = { milter_default_action: "tempfail" };
  await Postfix.start(machine, { services, settings, ports: [port], lmtpPort: dovecot.lmtpPort });
  door = { site, port, gateway };
});

afterAll(() => site.machine.stop());

describe("the milter", () => {
  it("killed and started again in the middle of 200 messages: 0 lost, 0 doubled, 0 wrong", async () => {
    const to = "kills@home.example";
    const mail = await mixedMail(site, 200);
    expect(await sendThroughKills(door, to, mail, [40, 90, 150])).toBeGreaterThan(0);
    expect(await tally(site, to, mail)).toEqual(NOTHING_WRONG);
  });

  outlivesItsClients(() => door);
  outlivesTheDns(() => door);
});
