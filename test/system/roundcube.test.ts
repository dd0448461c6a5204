import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { store, stored, type Letter } from "./roundcube-mail.js";
import { Roundcube, SKINS } from "./stack/roundcube.js";
import { AUTHSERV_ID, startSite, type Site } from "./stack/site.js";
import { until } from "./stack/wait.js";
import { Webmail, type Look, type Row } from "./stack/webmail.js";

const LETTERS: readonly Letter[] = [
  { subject: "own domain", results: "dkim=pass header.d=sender.example" },
  { subject: "by others", results: "dkim=pass header.d=mailer.example" },
  { subject: "changed", results: "dkim=fail reason=body-hash-mismatch header.d=sender.example" },
  { subject: "nobody signed" },
  { subject: "not checked", results: null },
  {
    subject: "two authors",
    fields: "From: Boss <boss@home.example>\r\n",
    results: "dkim=pass header.d=sender.example",
  },
  {
    subject: "shows another address",
    from: '"boss@bank.example" <x@sender.example>',
    results: "dkim=pass header.d=sender.example",
  },
  {
    subject: "long name",
    from: `"${"Very Long Name ".repeat(12)}" <alice@sender.example>`,
    results: "dkim=pass header.d=mailer.example",
  },
];

const STATES: Readonly<Record<string, string>> = {
  "own domain": "author",
  "by others": "third-party",
  changed: "invalid",
  "nobody signed": "unsigned",
  "not checked": "unknown",
  "two authors": "malformed",
  "shows another address": "author",
  "long name": "third-party",
};

const ALL_LOOKS: readonly Look[] = [
  { skin: "elastic" },
  { skin: "elastic", width: 400 },
  { skin: "elastic", width: 800 },
  { skin: "larry" },
  { skin: "larry", layout: "desktop" },
  { skin: "larry", layout: "list" },
  { skin: "classic" },
  { skin: "classic", layout: "desktop" },
  { skin: "classic", layout: "list" },
];

const LOOKS = ALL_LOOKS.filter(({ skin }) => SKINS.includes(skin!));

const TRUST = { dkimstatus_trusted_authserv_ids: [AUTHSERV_ID], dkimstatus_verifier: "off" };

let site: Site;
let roundcube: Roundcube;
let webmail: Webmail | null = null;

beforeAll(async () => {
  site = await startSite("roundcube");
  roundcube = await Roundcube.start(site.machine, site.dovecot, site.bind, TRUST);
  store(site.machine, LETTERS.map(stored));
});

afterEach(async () => {
  await webmail?.close();
  webmail = null;
});

afterAll(() => site.machine.stop());

async function login(look: Look = {}): Promise<Webmail> {
  webmail = await Webmail.login(roundcube, look);
  return webmail;
}

/** What the same mailbox looks like without the plugin. */
async function plain(look: Look): Promise<{ rows: Row[]; tabStops: number }> {
  const page = await Webmail.login(roundcube, { ...look, withoutPlugin: true });
  try {
    return { rows: await page.rows(LETTERS.length), tabStops: await page.tabStops() };
  } finally {
    await page.close();
  }
}

describe.each(LOOKS)("the list in $skin, layout $layout, width $width", (look) => {
  it("shows what is known of each message, quietly, and moves no text", async () => {
    const without = await plain(look);
    const page = await login(look);
    const rows = await page.rows(LETTERS.length);
    await page.screenshot(`list${look.width ?? ""}`);
    expect(Object.fromEntries(rows.map(({ subject, state }) => [subject, state]))).toEqual(STATES);
    const drawn = rows.filter((row) => row.drawn).map(({ subject }) => subject);
    expect(drawn.sort()).toEqual(["by others", "changed", "long name", "shows another address", "two authors"]);
    const warned = rows.filter(({ rowDescription }) => rowDescription !== null).map(({ subject }) => subject);
    expect(warned.sort()).toEqual(["shows another address", "two authors"]);

    const moved = rows.map(({ senderAt }, index) => senderAt - without.rows[index]!.senderAt);
    expect(new Set(moved).size, "all rows alike, wherever the skin puts a selected one").toBe(1);
    if (look.layout === undefined) expect(moved[0], "there is a gutter already").toBe(0);
    expect(await page.layoutShift()).toBe(0);
    expect(await page.tabStops()).toBe(without.tabStops);
    expect(page.problems).toEqual([]);
  });
});

describe.each(LOOKS.filter(({ layout }) => layout === "desktop"))("columns in $skin", (look) => {
  const columns = (page: Webmail) => page.page.evaluate("rcmail.env.listcols") as Promise<string[]>;
  const move = (page: Webmail, to: number) =>
    page.page.evaluate(
      `rcmail.message_list.column_replace([...rcmail.message_list.thead.rows[0].cells].findIndex(({ id }) => id === "rcmfromto"), ${to})`,
    );

  it("can be moved, with the signs in that of the sender, and no column of ours in the user's settings", async () => {
    const page = await login(look);
    await page.rows(LETTERS.length);
    const before = await columns(page);
    await move(page, 1);
    const moved = await columns(page);
    expect(moved.indexOf("fromto")).toBe(1);
    expect(moved.toSorted()).toEqual(before.toSorted());
    await page.answered();
    await page.openFolder("INBOX");
    const rows = await page.rows(LETTERS.length);
    await page.screenshot("columns");
    expect(await columns(page)).toEqual(moved);
    expect(Object.fromEntries(rows.map(({ subject, state }) => [subject, state]))).toEqual(STATES);
    await move(page, before.indexOf("fromto") + 1);
    expect(await columns(page)).toEqual(before);
    await page.answered();
  });
});

describe("a row that is surely in view", () => {
  it("has its sign from the moment that it is there, and not a frame later", async () => {
    const page = await login();
    await page.rows(LETTERS.length);
    await page.answered();
    await page.page.evaluate(`
      window.signs = [];
      rcmail.addEventListener("insertrow", ({ row }) => signs.push(row.obj.querySelector("dkim-status") !== null));
      rcmail.command("list", "INBOX");
    `);
    const signs = await until("the rows", async () => {
      const seen = (await page.page.evaluate("signs")) as readonly boolean[];
      return seen.length === LETTERS.length ? seen : null;
    });
    expect(signs).toEqual(LETTERS.map(() => true));
  });
});

describe("IMAP", () => {
  it("is asked once for a page of the list, for header fields and never for a body", async () => {
    const page = await login();
    await page.rows(LETTERS.length);
    roundcube.imapCommands();
    await page.openFolder("INBOX", "&_page=1");
    await page.rows(LETTERS.length);
    const fetches = roundcube.imapCommands().filter((command) => command.includes("FETCH"));
    const ours = fetches.filter((command) => /^UID FETCH \S+ \(UID BODY\.PEEK\[HEADER\.FIELDS /.test(command));
    expect(ours).toHaveLength(1);
    expect(fetches.filter((command) => /BODY(?:\.PEEK)?\[(?!HEADER\.FIELDS)|RFC822(?!\.SIZE)/.test(command))).toEqual(
      [],
    );
  });
});

describe.each(SKINS)("the message in %s", (skin) => {
  it("names the signer between From and the name, in full view, in the preview and on paper", async () => {
    const page = await login({ skin });
    await page.rows(LETTERS.length);
    expect(await page.preview("own domain", "author")).toMatchObject({ chip: "sender.example", bar: null });
    await page.screenshot("preview");
    const shown = await page.open("own domain", "author");
    expect(shown!.line).toMatch(skin === "elastic" ? /^From Alice Example on / : /^Alice Example/);
    await page.screenshot("message");
    await page.page.evaluate(
      "window.print = () => { window.printed = document.querySelector('dkim-status')?.currentStatus.status.state; }",
    );
    const printed = await page.open("own domain", "author", "INBOX", "print");
    expect(printed).toMatchObject({ chip: "sender.example" });
    await page.screenshot("print");
    expect(page.problems).toEqual([]);
  });

  it("opens the explanation by keyboard, and by mouse", async () => {
    const page = await login({ skin });
    await page.open("by others", "third-party");
    const isOpen = () => page.page.evaluate(popoverIsOpen);
    await page.page.focus(".dkimstatus > dkim-status >>> [part~=button]");
    await page.page.keyboard.press("Enter");
    expect(await isOpen()).toBe(true);
    const { ours, theirs } = await page.page.evaluate(fontSizes);
    expect(ours).toBeGreaterThanOrEqual(theirs);
    await page.screenshot("popover");
    await page.page.keyboard.press("Escape");
    expect(await isOpen()).toBe(false);
    await page.page.click(".dkimstatus > dkim-status >>> [part~=button]");
    expect(await isOpen()).toBe(true);
  });

  it("stays visible when the header's details are opened and closed", async () => {
    const page = await login({ skin });
    await page.open("own domain", "author");
    const isVisible = () =>
      page.page.evaluate(() => document.querySelector<HTMLElement>(".dkimstatus")!.offsetParent !== null);
    for (const script of TOGGLES[skin]) {
      await page.page.evaluate(script);
      await until("the chip", isVisible);
      await page.screenshot("details");
    }
  });

  it("has its sign also where it names no author", async () => {
    store(site.machine, [stored({ subject: "nobody", from: null, results: "dkim=pass header.d=sender.example" })]);
    const page = await login({ skin });
    await page.open("nobody", "malformed");
    await page.screenshot("no-author");
    expect(await page.page.$(".dkimstatus > dkim-status >>> [part~=chip]").then((chip) => chip!.isVisible())).toBe(
      true,
    );
  });

  it("has one bar at most, with the way to the explanation", async () => {
    const page = await login({ skin });
    const named = await page.open("shows another address", "author");
    const isWarnedAlready = (await page.page.$(".suspicious-address-warning")) !== null; // by Roundcube 1.7
    const bar = "The name shows bank.example, but the address belongs to sender.example.";
    expect(named!.bar).toBe(isWarnedAlready ? null : bar);
    await page.screenshot("bar-name");
    expect((await page.open("two authors", "malformed"))!.bar).toMatch(/does not say clearly who wrote it/);
    await page.screenshot("bar-malformed");
    await page.page.click(".dkimstatus-details");
    expect(await page.page.evaluate(popoverIsOpen)).toBe(true);
    expect((await page.open("changed", "invalid"))!.bar).toMatch(/does not match/);
    expect((await page.open("by others", "third-party"))!.bar).toBeNull();
  });
});

/** What a user can open and close in the header. */
const TOGGLES = {
  elastic: ["UI.headers_show(true)", "UI.headers_show(true)"],
  larry: [
    "document.querySelector('.moreheaderstoggle')?.click()",
    "document.querySelector('.moreheaderstoggle')?.click()",
  ],
  classic: ["rcmail.command('show-headers', '', document.querySelector('.more-headers'))"],
} as const;

/** Of the explanation, and of the text of the page; CSS pixels. */
function fontSizes(): { readonly ours: number; readonly theirs: number } {
  const sizeOf = (element: Element) => Number.parseFloat(getComputedStyle(element).fontSize);
  const explanation = document
    .querySelector(".dkimstatus > dkim-status")!
    .shadowRoot!.querySelector("[part~=explanation]")!;
  return { ours: sizeOf(explanation), theirs: sizeOf(document.body) };
}

function popoverIsOpen(): boolean {
  const popover = document.querySelector(".dkimstatus > dkim-status")?.shadowRoot?.querySelector("[popover]");
  return popover?.matches(":popover-open") ?? false;
}
