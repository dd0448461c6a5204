import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explainDoubles } from "./doubles.js";
import { HALF, hangUp, makeNoise, slowDown, standStill, takeAway } from "./fault-kinds.js";
import { FROM, mixedMail, PASS, tally, TEMPERROR } from "./faults.js";
import { startMilter } from "./milter-stack.js";
import { startIncoming } from "./proxy-stack.js";
import { Random } from "./random.js";
import type { Gateway } from "./stack/gateway.js";
import type { Postfix } from "./stack/postfix.js";
import { openDescriptors } from "./stack/process.js";
import { startSite, type Site } from "./stack/site.js";
import { sendAll } from "./stack/traffic.js";
import { until } from "./stack/wait.js";

/** DKIMSTATUS_SEED=7 DKIMSTATUS_MESSAGES=2000 npm run test:system -- random-faults */
const SEED = Number(process.env["DKIMSTATUS_SEED"] ?? 1);
const MESSAGES = Number(process.env["DKIMSTATUS_MESSAGES"] ?? 300);
const MESSAGES_PER_FAULT = 30;
const OPEN_TRANSACTIONS = 10;
/** Milliseconds for each message, on a slow machine and with its share of the faults. */
const PATIENCE = 400;

interface FaultyDoor {
  readonly gateway: Gateway;
  readonly postfix: Postfix;
  readonly port: number;
}

const DOORS: Readonly<Record<string, (site: Site) => Promise<FaultyDoor>>> = {
  "the milter": (site) => startMilter(site),
  "the proxy before the queue": (site) => startIncoming(site, "before the queue"),
  "the proxy after the queue": (site) => startIncoming(site, "after the queue"),
};

type Fault = (site: Site, door: FaultyDoor, random: Random) => Promise<void>;

const FAULTS: Readonly<Record<string, Fault>> = {
  "the gateway is killed": async (_, { gateway }, random) => {
    await gateway.kill();
    await sleep(random.between(0, 400));
    await gateway.start();
  },
  "the gateway is told to end, and started again": async (_, { gateway }) => {
    await gateway.stop();
    await gateway.start();
  },
  "the gateway stands still": (_, { gateway }, random) => standStill(gateway, random),
  "BIND is away": ({ bind }, _, random) => takeAway(bind, random),
  "BIND stands still": ({ bind }, _, random) => slowDown(bind, random),
  "a client hangs up in the middle": (_, { port }, random) => hangUp(port, random),
  "somebody connects to the gateway, says little, and goes": (_, { gateway }, random) =>
    makeNoise(gateway.port, random),
};

describe.each(Object.keys(DOORS))(`%s, with faults by the seed ${SEED}`, (name) => {
  let site: Site;
  let door: FaultyDoor;

  beforeAll(async () => {
    site = await startSite("random-faults");
    door = await DOORS[name]!(site);
  });

  afterAll(() => site.machine.stop());

  it(
    `${MESSAGES} messages: 0 lost, 0 wrong, doubles only in RFC 1047's gap, no descriptor kept`,
    { timeout: 60_000 + MESSAGES * PATIENCE },
    async () => {
      const random = new Random(SEED);
      const to = "faults@home.example";
      const mail = await mixedMail(site, MESSAGES);
      const idle = openDescriptors(door.gateway.pid);
      const happened: string[] = [];
      let faults = Promise.resolve();
      const strike = async () => {
        const fault = random.pick(Object.keys(FAULTS));
        happened.push(fault);
        await FAULTS[fault]!(site, door, random);
      };
      let next = random.between(1, MESSAGES_PER_FAULT);
      const onAccepted = (accepted: number) => {
        if (accepted !== next) return;
        next += random.between(1, 2 * MESSAGES_PER_FAULT);
        faults = faults.then(strike);
      };
      await sendAll(mail, { port: door.port, from: FROM, to, onAccepted });
      await faults;
      const { lost, doubled, wrong } = await tally(site, to, mail, [PASS, TEMPERROR]);
      const doubles = explainDoubles(doubled, door.postfix.log());
      console.log(`${name}: ${happened.length} faults, ${doubles.length} of ${MESSAGES} messages doubled`, doubles);
      expect({ lost, wrong }).toEqual({ lost: [], wrong: [] });
      const kills = happened.filter((fault) => fault.endsWith("killed")).length;
      expect(doubles.length).toBeLessThanOrEqual(name === "the milter" ? 0 : kills * OPEN_TRANSACTIONS);
      expect(doubles.filter(({ heard, unheard }) => heard.length !== 1 || unheard.length === 0)).toEqual([]);
      expect(site.dovecot.mailbox(HALF).count()).toBe(0);
      await door.postfix.stop(); // its idle processes keep connections to a milter
      await until("the gateway to close all connections", () => openDescriptors(door.gateway.pid) <= idle);
    },
  );
});
