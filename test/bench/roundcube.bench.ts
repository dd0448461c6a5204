import { writeFileSync } from "node:fs";
import { afterAll, it } from "vitest";
import { store, stored } from "../system/roundcube-mail.js";
import { Roundcube } from "../system/stack/roundcube.js";
import { AUTHSERV_ID, startSite, type Site } from "../system/stack/site.js";
import { Webmail } from "../system/stack/webmail.js";

/** Run by `npm run bench` (roundcube.mjs), which says how much, and where the figures are to be written. */
const { messages, rounds, answer } = JSON.parse(process.env["DKIMSTATUS_BENCH"]!) as {
  messages: number;
  rounds: number;
  answer: string;
};
const RESULTS = ["dkim=pass header.d=sender.example", "dkim=pass header.d=mailer.example", "dkim=none", "dkim=fail"];

let site: Site;
afterAll(() => site.machine.stop());

declare global {
  /** Milliseconds from the request of the page to the last of its rows, with the signs of those in view. */
  var listReady: Promise<number>;
}

it("shows a list of messages, with the plugin and without it in turns", async () => {
  site = await startSite("bench-roundcube");
  const { machine, dovecot, bind } = site;
  const roundcube = await Roundcube.start(machine, dovecot, bind, {
    dkimstatus_trusted_authserv_ids: [AUTHSERV_ID],
    dkimstatus_show: "all",
    mail_pagesize: messages,
    imap_debug: false,
  });
  const letters = Array.from({ length: messages }, (_, at) =>
    stored({ subject: `message ${at}`, results: RESULTS[at % RESULTS.length]! }),
  );
  store(machine, letters);
  const visitors = { with: await visitor(roundcube, false), without: await visitor(roundcube, true) };
  const times = { with: [] as number[], without: [] as number[] };
  for (let round = -1; round < rounds; round++) {
    const kinds = ["with", "without"] as const;
    for (const kind of round % 2 === 0 ? kinds : kinds.toReversed()) {
      const { page } = visitors[kind];
      await visitors[kind].openFolder("INBOX");
      const time = await page.evaluate(() => listReady);
      if (round >= 0) times[kind].push(time); // the first of each fills the caches
    }
  }
  for (const each of Object.values(visitors)) await each.close();
  const [ours, plain] = [median(times.with), median(times.without)];
  writeFileSync(answer, JSON.stringify({ ours, plain, ratio: ours / plain }));
}, 600_000);

async function visitor(roundcube: Roundcube, withoutPlugin: boolean): Promise<Webmail> {
  const webmail = await Webmail.login(roundcube, { withoutPlugin });
  await webmail.page.evaluateOnNewDocument(
    (count: number, signs: boolean) => {
      const isReady = () => {
        const rows = [...document.querySelectorAll("#messagelist tr.message")];
        const inView = rows.filter((row) => row.getBoundingClientRect().top < innerHeight);
        const hasSign = (row: Element) => row.querySelector("dkim-status")?.currentStatus != null;
        return rows.length >= count && (!signs || inView.every(hasSign));
      };
      globalThis.listReady = new Promise((resolve) => {
        const look = () => {
          if (isReady()) resolve(performance.now());
          else requestAnimationFrame(look);
        };
        look();
      });
    },
    messages,
    !withoutPlugin,
  );
  return webmail;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}
