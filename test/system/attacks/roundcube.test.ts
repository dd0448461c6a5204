import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startMilter } from "../milter-stack.js";
import { store } from "../roundcube-mail.js";
import { Roundcube } from "../stack/roundcube.js";
import { AUTHSERV_ID, startSite, type Site } from "../stack/site.js";
import { Webmail } from "../stack/webmail.js";
import { FORGERIES } from "./all.js";
import { VICTIM } from "./attack.js";
import { BODIES } from "./bodies.js";
import { deliver } from "./deliver.js";

/** Where the list, which has a few fields only, says less than the message. */
const IN_LIST: Readonly<Record<string, string>> = {
  "a route through the victim": "malformed",
  "a route through the attacker": "malformed",
  "a folded address": "malformed",
  "the victim's name in more signatures than are tried": "unknown",
};

/** Their subject is not that of their row: it stands below the end of the header, or another one above it. */
const RENAMED = [
  "From with a space in front as the first line",
  "a field name with an octet that some readers drop",
  "a first line that would continue our field",
  "a second Subject on top",
  "a second Subject where the victim signs for none to be added",
];

const stateOf = (seen: string) => seen.split(/[ :;]/, 1)[0]!;

let site: Site;
let webmail: Webmail;

beforeAll(async () => {
  site = await startSite("attacks-roundcube");
  const { port, gateway, postfix } = await startMilter(site);
  const { delivered } = await deliver(site, port, FORGERIES, () => `${gateway.log()}\n${postfix.log()}`);
  store(site.machine, [...delivered.values()]);
  const roundcube = await Roundcube.start(site.machine, site.dovecot, site.bind, {
    dkimstatus_trusted_authserv_ids: [AUTHSERV_ID],
    dkimstatus_max_received_above: 1,
    dkimstatus_verifier: "off",
    mail_pagesize: FORGERIES.length,
  });
  webmail = await Webmail.login(roundcube, { height: 200 * FORGERIES.length });
}, 180_000);

afterAll(async () => {
  await webmail.close();
  await site.machine.stop();
});

describe("from SMTP through the milter to Roundcube", () => {
  it("the list shows of each attack what the message shows, or less", async () => {
    const rows = await webmail.rows(FORGERIES.length);
    const named = FORGERIES.filter(({ name }) => !RENAMED.includes(name));
    const found = named.map(({ name }) => [name, rows.find(({ subject }) => subject === name)?.state]);
    expect(found).toEqual(named.map(({ name, seen }) => [name, IN_LIST[name] ?? stateOf(seen)]));
    const others = rows.filter(({ subject }) => !named.some(({ name }) => name === subject));
    expect(others).toHaveLength(RENAMED.length);
    expect(others.filter(({ description }) => description.includes(VICTIM))).toEqual([]);
  });

  it.each(BODIES)("the body does not reach the sign: $name", async ({ name, seen }) => {
    const shown = await webmail.open(name, stateOf(seen));
    expect(shown).toMatchObject({ state: stateOf(seen), bar: null });
    const around = await webmail.page.evaluate(() => {
      const sign = document.querySelector(".dkimstatus > dkim-status")!;
      const { left, top, width, height } = sign.getBoundingClientRect();
      return {
        onTop: document.elementFromPoint(left + width / 2, top + height / 2)?.localName,
        signs: document.querySelectorAll("dkim-status").length,
        visible: sign.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
      };
    });
    expect(around).toEqual({ onTop: "dkim-status", signs: 1, visible: true });
    expect(webmail.problems).toEqual([]);
  });
});
