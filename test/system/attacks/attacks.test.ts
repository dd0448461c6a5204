import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAtOrBelow } from "../../../src/message/domain.js";
import { useBrowser } from "../../element/page.js";
import { startMilter } from "../milter-stack.js";
import { startIncoming } from "../proxy-stack.js";
import { verifyFiles } from "../stack/cli.js";
import { AUTHSERV_ID, startSite, type Site } from "../stack/site.js";
import { FORGERIES } from "./all.js";
import { type Attack, VICTIM } from "./attack.js";
import { CUT, CUT_OFF, NOT_SOLVED } from "./changed.js";
import { deliver, type Deliveries } from "./deliver.js";
import { sightsOf, type Sight } from "./sight.js";
import { SMUGGLED_TO } from "./transport.js";

/** What a door is to a reader: how many Received fields stand above its field, and what comes of an attack. */
const DOORS = {
  milter: { start: startMilter, maxReceivedAbove: 1, expected: ({ seen }: Attack) => seen },
  proxy: {
    start: (site: Site) => startIncoming(site, "before the queue"),
    maxReceivedAbove: 2,
    expected: ({ seen, throughProxy = seen }: Attack) => throughProxy,
  },
} as const;

describe.each(["milter", "proxy"] as const)("from SMTP through the %s to the page", (door) => {
  const { start, maxReceivedAbove, expected } = DOORS[door];
  const open = useBrowser("chrome");
  const sights = new Map<string, Sight>();
  let site: Site;
  let deliveries: Deliveries;

  beforeAll(async () => {
    site = await startSite(`attacks-${door}`);
    const { port, gateway, postfix } = await start(site);
    const all = [...FORGERIES, ...NOT_SOLVED, ...CUT_OFF];
    deliveries = await deliver(site, port, all, () => `${gateway.log()}\n${postfix.log()}`);
    const { page } = await open("");
    const messages = [...deliveries.delivered.values()].map((message) => message.toString("latin1"));
    const seen = await sightsOf(page, messages, { trusted: AUTHSERV_ID, maxReceivedAbove });
    [...deliveries.delivered.keys()].forEach((name, index) => sights.set(name, seen[index]!));
  }, 180_000);

  afterAll(() => site.machine.stop());

  const told = ({ name }: Attack) => deliveries.refused.get(name) ?? sights.get(name)?.told;

  it.each(FORGERIES)("$source: $name", (attack) => {
    expect(told(attack)).toBe(expected(attack));
  });

  it("no forgery has a good sign for the victim's domain, and no good sign names it", () => {
    const good = FORGERIES.flatMap(({ name }) => sights.get(name) ?? []).filter(({ hasGoodSign }) => hasGoodSign);
    expect(good.length, "the attacker vouches for himself").toBeGreaterThan(0);
    expect(good.filter(({ author }) => author === null || isAtOrBelow(author, VICTIM))).toEqual([]);
    expect(good.filter(({ label, author }) => label !== author)).toEqual([]);
  });

  it("who verifies them again when they are read finds none of the victim's either", () => {
    const messages = FORGERIES.flatMap(({ name }) => deliveries.delivered.get(name) ?? []);
    const files = messages.map((message, index) => site.machine.write(`again/${index}.eml`, message));
    const good = verifyFiles(site.bind, files).filter(
      ({ status }) => status.state === "author" && status.concerns.every(({ level }) => level !== "warn"),
    );
    expect(good.length, "the attacker vouches for himself").toBeGreaterThan(0);
    expect(good.filter(({ author }) => author === null || isAtOrBelow(author.domain, VICTIM))).toEqual([]);
  });

  it("nothing that was smuggled has arrived", () => {
    expect(site.dovecot.mailbox(SMUGGLED_TO).count()).toBe(0);
  });

  it.each(CUT_OFF)("$source: $name is not delivered", (attack) => {
    expect(told(attack)).toBe(expected(attack));
    expect(deliveries.delivered.get(attack.name)!.includes(CUT)).toBe(false);
  });

  it.each(NOT_SOLVED)("is told as it is, because DKIM cannot know better: $source, $name", (attack) => {
    expect(told(attack)).toBe(expected(attack));
    expect(sights.get(attack.name)).toMatchObject({ hasGoodSign: true, label: VICTIM });
  });
});
