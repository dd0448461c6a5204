import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { store, stored, type Letter } from "./roundcube-mail.js";
import { Roundcube } from "./stack/roundcube.js";
import { AUTHSERV_ID, LOGIN, startSite, type Site } from "./stack/site.js";
import { Webmail } from "./stack/webmail.js";

interface Attack extends Letter {
  readonly state: string;
  readonly concerns?: readonly string[];
}

const PASS = "dkim=pass header.d=bank.example";
const BANK = "My Bank <info@bank.example>";
const forged = (id: string) => `Authentication-Results: ${id}; ${PASS}\r\n`;

/** What the sender tries, and what a reader has to see. Those of plugins that parse with patterns are among them. */
const ATTACKS: readonly Attack[] = [
  { subject: "field of our id below our own", from: BANK, fields: forged(AUTHSERV_ID), state: "unsigned" },
  {
    subject: "field of our id and none of ours",
    from: BANK,
    results: null,
    fields: forged(AUTHSERV_ID),
    state: "unknown",
  },
  { subject: "field of a stranger", from: BANK, results: null, fields: forged("mx.evil.example"), state: "unknown" },
  {
    subject: "id with a trailing part",
    results: null,
    fields: forged(`${AUTHSERV_ID}.evil.example`),
    state: "unknown",
  },
  { subject: "id in a comment", results: null, fields: forged(`(${AUTHSERV_ID}) evil.example`), state: "unknown" },
  {
    subject: "signer above the bank",
    from: BANK,
    results: "dkim=pass header.d=bank.example.evil.test",
    state: "third-party",
  },
  {
    subject: "signer with the same end",
    from: BANK,
    results: "dkim=pass header.d=notbank.example",
    state: "third-party",
  },
  {
    subject: "dmarc names the bank",
    from: BANK,
    results: "dkim=none; dmarc=fail header.from=bank.example",
    state: "unsigned",
    concerns: ["dmarc-fail"],
  },
  {
    subject: "pass in a comment",
    from: BANK,
    results: "dkim=fail (dkim=pass) header.d=bank.example",
    state: "invalid",
  },
  {
    subject: "pass in a reason",
    from: BANK,
    results: 'dkim=fail reason="dkim=pass" header.d=bank.example',
    state: "invalid",
  },
  { subject: "from twice", from: BANK, fields: "From: x@evil.example\r\n", results: PASS, state: "malformed" },
  { subject: "from with a space", from: BANK, fields: "From : x@evil.example\r\n", results: PASS, state: "malformed" },
  { subject: "from of two domains", from: `${BANK}, x@evil.example`, results: PASS, state: "malformed" },
  { subject: "from is a group", from: "Bank: info@bank.example, x@evil.example;", results: PASS, state: "malformed" },
  {
    subject: "pass after a semicolon in a reason",
    from: BANK,
    results: `dkim=fail reason="x; ${PASS}" header.d=evil.example`,
    state: "invalid",
  },
  {
    subject: "field without an id",
    from: BANK,
    results: null,
    fields: `Authentication-Results: ${PASS}\r\n`,
    state: "unknown",
  },
  { subject: "spf alone", from: BANK, results: "spf=pass smtp.mailfrom=bank.example", state: "unknown" },
  {
    subject: "all but dkim",
    from: BANK,
    results: "dkim=none; spf=pass smtp.mailfrom=bank.example; dmarc=pass header.from=bank.example",
    state: "unsigned",
  },
  {
    subject: "signer is a public suffix",
    from: "Shop <i@shop.co.uk>",
    results: "dkim=pass header.d=co.uk",
    state: "third-party",
  },
  { subject: "signer is a top level", from: BANK, results: "dkim=pass header.d=example", state: "unknown" },
  { subject: "signer without a name", from: BANK, results: "dkim=pass", state: "unknown" },
  {
    subject: "address without brackets",
    from: "info@bank.example",
    results: "dkim=pass header.d=evil.example",
    state: "third-party",
  },
  { subject: "no from", from: null, results: PASS, state: "malformed" },
  { subject: "from is empty", from: "<>", results: PASS, state: "malformed" },
  {
    subject: "address in the name",
    from: '"info@bank.example" <x@evil.example>',
    results: "dkim=pass header.d=evil.example",
    state: "author",
    concerns: ["name-shows-other-address"],
  },
  {
    subject: "address in an encoded name",
    from: "=?utf-8?B?aW5mb0BiYW5rLmV4YW1wbGU=?= <x@evil.example>",
    results: "dkim=pass header.d=evil.example",
    state: "author",
    concerns: ["name-shows-other-address"],
  },
  {
    subject: "script in the signer",
    from: BANK,
    results: "dkim=pass header.d=<img/src=x/onerror=alert(1)>",
    state: "unknown",
  },
  {
    subject: "script in a reason",
    from: BANK,
    results: `dkim=fail reason="<script>alert(1)</script>" header.d=bank.example`,
    state: "invalid",
  },
  {
    subject: "a hundred fields",
    from: BANK,
    results: null,
    fields: forged("mx.evil.example").repeat(100),
    state: "unknown",
  },
  {
    subject: "signature of part of the body",
    from: BANK,
    results: PASS,
    fields: signatureField("l=10; "),
    state: "author",
    concerns: ["partly-signed"],
  },
  {
    subject: "reason that looks endless",
    from: BANK,
    results: `dkim=fail header.d=${"a".repeat(60)}!`,
    state: "invalid",
  },
];

/** As far as its tags tell: nobody verifies it here. */
function signatureField(tags: string): string {
  const names = "from:to:subject:date:message-id:mime-version:content-type:reply-to";
  return `DKIM-Signature: v=1; a=rsa-sha256; d=bank.example; s=s1; c=relaxed/relaxed; h=${names}; ${tags}bh=YQ==; b=YQ==\r\n`;
}

const INNER = `From: ${BANK}\r\nSubject: inner\r\n${forged(AUTHSERV_ID)}\r\nInner text.\r\n`;
const OVERLAY = `<div style="position:absolute; top:-200px; left:0; width:900px; height:400px; z-index:9999; background:#f0f">COVER</div>`;

let site: Site;
let roundcube: Roundcube;
let webmail: Webmail | null = null;

beforeAll(async () => {
  site = await startSite("roundcube-attacks");
  const trust = {
    dkimstatus_trusted_authserv_ids: [AUTHSERV_ID],
    dkimstatus_max_received_above: 1,
    dkimstatus_verifier: "off",
  };
  roundcube = await Roundcube.start(site.machine, site.dovecot, site.bind, trust);
  store(site.machine, ATTACKS.map(stored));
});

afterEach(async () => {
  await webmail?.close();
  webmail = null;
});

afterAll(() => site.machine.stop());

async function login(): Promise<Webmail> {
  webmail = await Webmail.login(roundcube, { height: 1400 });
  return webmail;
}

describe("an attack by header fields", () => {
  let page: Webmail;

  beforeAll(async () => {
    page = await Webmail.login(roundcube, { height: 1400 });
  });

  afterAll(() => page.close());

  it("is seen through in the list, which shows no stronger sign than the message", async () => {
    const rows = await page.rows(ATTACKS.length);
    const expected = Object.fromEntries(ATTACKS.map(({ subject, state }) => [subject, state]));
    const inList = Object.fromEntries(rows.map(({ subject, state }) => [subject, state]));
    expect(inList).toEqual({ ...expected, "a hundred fields": "unknown" });
    expect(page.problems).toEqual([]);
    await page.screenshot("attacks");
  });

  it.each(ATTACKS)("is seen through in the message: $subject", async ({ subject, state, concerns }) => {
    const shown = await page.open(subject, state);
    expect(shown!.concerns).toEqual(expect.arrayContaining([...(concerns ?? [])]));
    expect(page.problems).toEqual([]);
  });
});

describe("the body", () => {
  it("cannot cover the header", async () => {
    store(site.machine, [stored({ subject: "overlay", html: OVERLAY, results: "dkim=pass header.d=sender.example" })]);
    const page = await login();
    await page.open("overlay", "author");
    await page.screenshot("overlay");
    const top = await page.page.evaluate(() => {
      const { left, top, width, height } = document.querySelector(".dkimstatus")!.getBoundingClientRect();
      return document.elementFromPoint(left + width / 2, top + height / 2)?.localName;
    });
    expect(top).toBe("dkim-status");
  });

  it("draws no element and no bar of ours, whatever it writes", async () => {
    const html = `<dkim-status status='{"state":"author","signer":"bank.example"}' display=label></dkim-status><div id="dkimstatus-bar">x</div><span class="dkimstatus">x</span>`;
    store(site.machine, [stored({ subject: "imitation", from: BANK, html })]);
    const page = await login();
    expect((await page.open("imitation", "unsigned"))!.bar).toBeNull();
    expect(await page.page.evaluate(() => document.querySelectorAll("#messagebody dkim-status").length)).toBe(0);
  });
});

describe("Roundcube's own warning", () => {
  it("is not imitated by the body: no bar is kept back", async () => {
    const html = '<div id="suspicious-content-message">x</div><span class="suspicious-address-warning">x</span>';
    const fields = "From: x@evil.example\r\n";
    store(site.machine, [stored({ subject: "imitated warning", html, fields })]);
    const page = await login();
    expect((await page.open("imitated warning", "malformed"))!.bar).toMatch(/does not say clearly/);
  });
});

describe("a message inside a message", () => {
  const parts = (inner: string) => `--x\r\nContent-Type: text/plain\r\n\r\nouter\r\n--x\r\n${inner}--x--\r\n`;

  it("has no sign, inline or opened, and the outer keeps its own", async () => {
    const body = parts(`Content-Type: message/rfc822\r\nContent-Disposition: inline\r\n\r\n${INNER}`);
    store(site.machine, [stored({ subject: "nested", type: "multipart/mixed; boundary=x", body })]);
    const page = await login();
    expect(await page.open("nested", "unsigned")).toMatchObject({ chip: "not signed" });
    expect(await page.page.evaluate(() => document.querySelectorAll("dkim-status").length)).toBe(1);
    await page.screenshot("nested");
    await page.page.goto(`${page.page.url()}.2`);
    expect(await page.page.evaluate(() => document.querySelectorAll("dkim-status").length)).toBe(0);
  });
});

describe("folders", () => {
  it("of one's own messages show no signs, and one's own address elsewhere is judged like every other", async () => {
    const own = { subject: "from myself", from: LOGIN.user, results: "dkim=none" };
    store(site.machine, [stored(own)]);
    store(site.machine, [stored({ ...own, subject: "sent by me" })], "Sent");
    const page = await login();
    expect(await page.open("from myself", "unsigned")).toMatchObject({ chip: "not signed" });
    expect(await page.open("sent by me", null, "Sent")).toBeNull();
    await page.openFolder("Sent");
    expect(await page.row("sent by me", 1)).toMatchObject({ state: null });
  });
});

describe("without a trusted id", () => {
  it("nothing is believed, and the log says so once", async () => {
    roundcube.configure({ dkimstatus_trusted_authserv_ids: [], dkimstatus_verifier: "off" });
    const page = await login();
    const rows = await page.rows(ATTACKS.length);
    const states = new Set(rows.map(({ state }) => state).filter((state) => state !== null)); // null: out of view
    expect([...states].sort()).toEqual(["malformed", "unknown"]);
    await page.openFolder("INBOX");
    await page.rows(ATTACKS.length);
    expect(roundcube.errors().match(/dkimstatus_trusted_authserv_ids is empty/g)).toHaveLength(1);
  });
});
