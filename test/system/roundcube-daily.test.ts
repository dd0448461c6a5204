import { execFileSync } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { sign } from "../../src/index.js";
import { letter } from "./messages.js";
import { startMilter } from "./milter-stack.js";
import { store, stored } from "./roundcube-mail.js";
import { Roundcube } from "./stack/roundcube.js";
import { AUTHSERV_ID, LOGIN, startSite, type Site } from "./stack/site.js";
import { send } from "./stack/smtp.js";
import { until } from "./stack/wait.js";
import { Webmail } from "./stack/webmail.js";

const TRUST = { dkimstatus_trusted_authserv_ids: [AUTHSERV_ID], dkimstatus_verifier: "off" };
const BY_OTHERS = "dkim=pass header.d=mailer.example";

let site: Site;
let roundcube: Roundcube;
let smtpPort: number;
let webmail: Webmail | null = null;

beforeAll(async () => {
  site = await startSite("roundcube-daily");
  const { machine, bind, dovecot } = site;
  smtpPort = (await startMilter(site)).port;
  roundcube = await Roundcube.start(machine, dovecot, bind, TRUST);
  store(machine, [stored({ subject: "first", results: BY_OTHERS })]);
});

afterEach(async () => {
  await webmail?.close();
  webmail = null;
});

afterAll(() => site.machine.stop());

async function login(): Promise<Webmail> {
  webmail = await Webmail.login(roundcube);
  return webmail;
}

const script = (page: Webmail, code: string) => page.page.evaluate(code);

describe("a day at the mailbox", () => {
  it("mail that arrives through Postfix and the milter has its sign at once, without a reload", async () => {
    const page = await login();
    const before = (await page.rows(1)).length;
    await page.checkMail(); // from now on its session knows the folder
    const message = letter({ mark: "arrives" });
    const { prepend } = await sign(message, { keys: [site.senderKey] });
    const whole = Buffer.concat([prepend, message]);
    const reply = await send(smtpPort, { from: "alice@sender.example", to: LOGIN.user, message: whole });
    expect(reply).toMatchObject({ code: 250 });
    await site.dovecot.mailbox(LOGIN.user).arrival("Subject: arrives");
    await page.checkMail();
    expect(await page.row("arrives", before + 1)).toMatchObject({ state: "author", drawn: false });
    expect(await page.preview("arrives", "author")).toMatchObject({ chip: "sender.example" });
    await page.screenshot("new-mail");
    expect(page.problems).toEqual([]);
  });

  it("a search in all folders shows each message's own sign, but none of one's own messages", async () => {
    store(site.machine, [stored({ subject: "needle here", results: BY_OTHERS })]);
    store(site.machine, [stored({ subject: "needle there" })], "Trash");
    store(site.machine, [stored({ subject: "needle sent", results: BY_OTHERS })], "Sent");
    const page = await login();
    await page.openFolder("INBOX");
    await page.rows(2);
    await script(
      page,
      'rcmail.env.search_scope = "all"; rcmail.env.search_mods = { "*": { subject: 1 } }; rcmail.qsearch("needle")',
    );
    await page.uidOf("needle there");
    const rows = await page.rows(3);
    const states = Object.fromEntries(rows.map(({ subject, state }) => [subject, state]));
    expect(states).toEqual({ "needle here": "third-party", "needle there": "unsigned", "needle sent": null });
    await page.screenshot("search");
  });

  it("threads show the sign of each message", async () => {
    const answer = { subject: "Re: topic", fields: "References: <topic@sender.example>\r\n" };
    store(site.machine, [stored({ subject: "topic" }), stored({ ...answer, results: BY_OTHERS })]);
    const page = await login();
    await page.openFolder("INBOX", "&_threads=1");
    await page.rows(2);
    await script(page, 'rcmail.command("expand-all")');
    const reply = await until("the sign of the reply", async () => {
      const row = await page.row("Re: topic", 2);
      return row.state === null ? null : row;
    });
    expect(reply).toMatchObject({ state: "third-party", drawn: true });
    await page.openFolder("INBOX", "&_threads=0");
  });

  it("Elastic's dark mode, and a selected row, are legible", async () => {
    const page = await login();
    await page.page.browser().setCookie({ name: "colorMode", value: "dark", domain: "127.0.0.1" });
    await page.openFolder("INBOX");
    await page.rows(2);
    await page.preview("first", "third-party");
    const scheme = await script(
      page,
      "getComputedStyle(document.querySelector('#messagelist dkim-status')).colorScheme",
    );
    expect(scheme).toBe("dark");
    await page.screenshot("dark");
  });
});

describe("settings", () => {
  const save = async (page: Webmail, values: Readonly<Record<string, string>>, section = "mailview") => {
    await page.page.goto(`${roundcube.url}?_task=settings&_action=edit-prefs&_section=${section}`);
    for (const [name, value] of Object.entries(values)) await page.page.select(`select[name=_${name}]`, value);
    await page.screenshot("settings");
    await Promise.all([page.page.waitForNavigation(), script(page, 'rcmail.command("save")')]);
    await page.openFolder("INBOX");
  };

  it("decide what is drawn, and where", async () => {
    const page = await login();
    await page.rows(2);
    await save(page, { dkimstatus_show: "all" });
    expect(await page.row("arrives", 2)).toMatchObject({ state: "author", drawn: true });
    await page.screenshot("show-all");
    await save(page, { dkimstatus_show: "warnings" });
    expect(await page.row("first", 2)).toMatchObject({ state: "third-party", drawn: false });
    await save(page, { dkimstatus_where: "message" });
    expect(await page.row("first", 2)).toMatchObject({ state: null });
    expect(await page.open("first", "third-party")).toMatchObject({ chip: "via mailer.example" });
    await save(page, { dkimstatus_where: "list" });
    expect(await page.open("first")).toBeNull();
    await save(page, { dkimstatus_where: "both", dkimstatus_show: "notable" });
  });

  it("choose the language of the signs, too, whose words are there before anything is drawn", async () => {
    const page = await login();
    const scripts: string[] = [];
    page.page.on("request", (request) => scripts.push(request.url().replace(/^.*\/|\?.*$/g, "")));
    await save(page, { language: "pt_PT" }, "general");
    expect(await page.open("first", "third-party")).toMatchObject({ chip: "via mailer.example" });
    const headline = await script(page, "document.querySelector('.dkimstatus > dkim-status').description");
    expect(headline).toMatch(/^Assinada por/);
    expect(scripts).toContain("pt.js");
    expect(scripts.filter((name) => /^dkim-status-/.test(name) && !name.includes("-reader-"))).toEqual([]);
    await save(page, { language: "en_US" }, "general");
  });

  it("that the administrator has fixed are not offered", async () => {
    roundcube.configure({ ...TRUST, dont_override: ["dkimstatus_show", "dkimstatus_ask_before_reply"] });
    const page = await login();
    await page.page.goto(`${roundcube.url}?_task=settings&_action=edit-prefs&_section=mailview`);
    const names = await script(page, "[...document.querySelectorAll('[name^=_dkimstatus]')].map((each) => each.name)");
    expect(names).toEqual(["_dkimstatus_where"]);
    roundcube.configure(TRUST);
  });
});

describe("a reply", () => {
  const isAsked = (page: Webmail) => script(page, "document.querySelector('.ui-dialog .popup')?.innerText ?? null");

  it("to a name that shows another address is asked about once, from the list and from the message", async () => {
    const from = '"boss@bank.example" <x@sender.example>';
    store(site.machine, [stored({ subject: "answer me", from, results: "dkim=pass header.d=sender.example" })]);
    const page = await login();
    await page.openFolder("INBOX");
    await page.preview("answer me", "author");
    await script(page, 'rcmail.command("reply")');
    expect(await isAsked(page)).toMatch(/^The name of the author shows another address. Reply to x@sender.example\?/);
    await page.screenshot("reply");
    await page.open("answer me", "author");
    await script(page, 'rcmail.command("reply")');
    expect(await isAsked(page)).toMatch(/x@sender.example/);
    const answer = page.page.waitForNavigation();
    await page.page.click(".ui-dialog button.mainaction");
    await answer;
    expect(page.page.url()).toContain("_action=compose");
  });

  it("to anybody else is not", async () => {
    const page = await login();
    await page.open("first", "third-party");
    const answer = page.page.waitForNavigation();
    await script(page, 'rcmail.command("reply")');
    await answer;
    expect(page.page.url()).toContain("_action=compose");
  });
});

describe("bin/suggest-ids.sh", () => {
  it("finds the own server's id, and prints the lines of the configuration", () => {
    const env = { ...process.env, ...roundcube.environment, DKIMSTATUS_PASSWORD: LOGIN.password };
    const program = site.machine.path("roundcube/plugins/dkimstatus/bin/suggest-ids.sh");
    const output = execFileSync(program, [LOGIN.user], { env, encoding: "utf8" });
    expect(output).toContain(`$config['dkimstatus_trusted_authserv_ids'] = ['${AUTHSERV_ID}'];`);
    expect(output).toContain("$config['dkimstatus_max_received_above'] = 1;");
    expect(output).toMatch(/only if your own server writes it/);
  });
});
