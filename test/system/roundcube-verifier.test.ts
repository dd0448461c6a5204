import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { sign } from "../../src/index.js";
import { store, stored, type Letter } from "./roundcube-mail.js";
import { Gateway } from "./stack/gateway.js";
import { publishKey } from "./stack/keys.js";
import { Roundcube, type Settings } from "./stack/roundcube.js";
import { AUTHSERV_ID, startSite, type Site } from "./stack/site.js";
import { Webmail } from "./stack/webmail.js";

const BROWSER = { dkimstatus_trusted_authserv_ids: [AUTHSERV_ID], dkimstatus_verify_on: "open" };
const MEGABYTE = 1024 * 1024;

let site: Site;
let roundcube: Roundcube;
let service: Settings;
let gateway: Gateway;
let webmail: Webmail | null = null;

beforeAll(async () => {
  site = await startSite("roundcube-verifier");
  const { machine, bind, dovecot } = site;
  const port = await machine.port();
  const args = ["serve", "--listen", `127.0.0.1:${port}`, "--dns-server", bind.server];
  gateway = await Gateway.start(machine, port, args);
  service = { ...BROWSER, dkimstatus_verifier: "service", dkimstatus_service_url: `http://127.0.0.1:${port}` };
  roundcube = await Roundcube.start(machine, dovecot, bind, BROWSER);
});

afterEach(async () => {
  await webmail?.close();
  webmail = null;
});

afterAll(() => site.machine.stop());

/** Delivers a signed message that the own server did not look at. */
async function deliver(subject: string, key = site.senderKey, more: Partial<Letter> = {}): Promise<void> {
  const message = stored({ subject, results: null, from: `Alice <alice@${key.domain}>`, ...more });
  const { prepend } = await sign(message, { keys: [key] });
  store(site.machine, [Buffer.concat([prepend, message])]);
}

function withAttachment(octets: number): Partial<Letter> {
  const file = "0123456789abcdef\r\n".repeat(octets / 18);
  const parts = ["Hello.\r\n", `Content-Type: application/octet-stream; name=a\r\n\r\n${file}`];
  const body = `--x\r\nContent-Type: text/plain\r\n\r\n${parts.join("--x\r\n")}--x--\r\n`;
  return { type: "multipart/mixed; boundary=x", body };
}

async function login(settings: Settings): Promise<Webmail> {
  roundcube.configure(settings);
  webmail = await Webmail.login(roundcube);
  return webmail;
}

/** The plugin's actions that the page asks for. */
function requestsOf({ page }: Webmail): string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    const action = /_action=(plugin\.dkimstatus\.\w+|viewsource)/.exec(request.url())?.[1];
    if (action !== undefined) asked.push(action.replace("plugin.dkimstatus.", ""));
  });
  return asked;
}

describe.each(["browser", "service"])("a message that nobody checked on arrival, verifier %s", (verifier) => {
  const settings = () => (verifier === "browser" ? BROWSER : service);

  it("is checked when it is opened, and its answer is kept", async () => {
    await deliver(`kept by ${verifier}`);
    const page = await login(settings());
    const asked = requestsOf(page);
    expect(await page.open(`kept by ${verifier}`, "author")).toMatchObject({ chip: "sender.example", bar: null });
    expect(asked.sort()).toEqual(verifier === "browser" ? ["dns", "keep", "viewsource"] : ["keep", "verify"]);
    asked.length = 0;
    await page.open(`kept by ${verifier}`, "author");
    expect(asked).toEqual([]);
    await page.screenshot(`checked-by-${verifier}`);
    expect(page.problems).toEqual([]);
  });

  it("that was changed is told so", async () => {
    const message = stored({ subject: `changed, ${verifier}`, results: null });
    const { prepend } = await sign(message, { keys: [site.senderKey] });
    store(site.machine, [Buffer.concat([prepend, message, Buffer.from("P.S.\r\n")])]);
    const page = await login(settings());
    expect((await page.open(`changed, ${verifier}`, "invalid"))!.reasons).toContain("body-hash-mismatch");
  });

  it("while the DNS does not answer is unknown, which is not kept", async () => {
    const domain = `down-${verifier}.example`;
    const key = publishKey(site.machine, site.bind, { domain, selector: "s1", type: "rsa" });
    await deliver(`dns down, ${verifier}`, key);
    site.bind.breakZone(domain);
    const page = await login(settings());
    expect((await page.open(`dns down, ${verifier}`, "unknown"))!.reasons).toEqual(["temporary-error"]);
    await page.screenshot(`dns-down-${verifier}`);
    site.bind.mendZone(domain);
    expect(await page.open(`dns down, ${verifier}`, "author")).toMatchObject({ chip: domain });
  });

  it("of 20 MB is not checked, and not fetched", async () => {
    await deliver(`large, ${verifier}`, site.senderKey, withAttachment(20 * MEGABYTE));
    const page = await login(settings());
    const asked = requestsOf(page);
    expect((await page.open(`large, ${verifier}`, "unknown"))!.reasons).toEqual(["verifier-failed"]);
    expect(asked).toEqual([]);
  });
});

describe("the service", () => {
  it("that does not answer leaves the message unknown", async () => {
    await deliver("service gone");
    await gateway.stop();
    const page = await login(service);
    expect((await page.open("service gone", "unknown"))!.reasons).toEqual(["verifier-failed"]);
    await gateway.start();
  });
});

describe("a browser without WebCrypto, as over plain http", () => {
  it("leaves the message unknown", async () => {
    await deliver("no crypto");
    const page = await login(BROWSER);
    await page.page.evaluateOnNewDocument(() => {
      Object.defineProperty(crypto, "subtle", { value: undefined });
    });
    const shown = await page.open("no crypto", "unknown");
    expect(shown!.reasons).toHaveLength(1);
  });
});

describe("a sender whose images would not be loaded", () => {
  it("is told nothing before the user asks", async () => {
    await deliver("on demand");
    const page = await login({ ...BROWSER, dkimstatus_verify_on: "images" });
    const asked = requestsOf(page);
    expect(await page.open("on demand", "unknown")).toMatchObject({ chip: "not checked" });
    await page.page.click(".dkimstatus > dkim-status >>> [part~=button]");
    const check = await page.page.waitForSelector(".dkimstatus > dkim-status >>> [part=check]", { visible: true });
    await page.screenshot("check-now");
    expect(asked).toEqual([]);
    await check!.click();
    await page.shown(page.page.mainFrame(), "author");
    await page.screenshot("checked-now");
  });

  it("is asked at once where the user loads everybody's", async () => {
    await deliver("images always");
    const page = await login({ ...BROWSER, dkimstatus_verify_on: "images", show_images: 2 });
    await page.open("images always", "author");
  });
});

describe("the action that asks the DNS", () => {
  const ask = (page: Webmail, name: string, token: string | null) =>
    page.page.evaluate(
      async (question: string, given: string | null) => {
        const env = globalThis.rcmail!.env;
        const body = new URLSearchParams({ _name: question, _remote: "1", _token: given ?? env.request_token ?? "" });
        const headers = { "X-Roundcube-Request": given ?? env.request_token ?? "" };
        const response = await fetch("?_task=mail&_action=plugin.dkimstatus.dns", { method: "POST", headers, body });
        return [response.status, await response.text()];
      },
      name,
      token,
    );

  it("answers for keys only, with a final dot, and to whoever has the token", async () => {
    const page = await login(BROWSER);
    const key = "s1._domainkey.sender.example";
    expect(await ask(page, key, null)).toEqual([200, expect.stringContaining("records")]);
    expect(await ask(page, key, "wrong")).toEqual([403, expect.anything()]);
    expect(await ask(page, "gone._domainkey.sender.example", null)).toEqual([200, '{"error":"not-found"}']);
    site.bind.addTxt("s1._domainkey.search.domain.example", "v=DKIM1; p=");
    // "search example" is in resolv.conf: without the dot, this name would be found.
    expect(await ask(page, "s1._domainkey.search.domain", null)).toEqual([200, expect.stringContaining("error")]);
    expect(await ask(page, "s1._domainkey.sender", null)).toEqual([400, "null"]);
    for (const name of [
      "sender.example",
      "www.sender.example",
      `S1._domainkey.sender.example`,
      `${key}.`,
      `${key}\n`,
    ]) {
      expect(await ask(page, name, null), name).toEqual([400, "null"]);
    }
    const gets = await page.page.evaluate(
      async () => (await fetch("?_task=mail&_action=plugin.dkimstatus.dns&_name=x")).status,
    );
    expect(gets).toBe(403);
  });

  it("stops after 60 questions a minute", async () => {
    const page = await login(BROWSER);
    let asked = 0;
    let status: unknown = 200;
    // A minute may end on the way: then the next one's count begins.
    for (; status === 200 && asked < 130; asked++) [status] = await ask(page, "none._domainkey.sender.example", null);
    expect(status).toBe(429);
    expect(asked).toBeGreaterThan(60);
  });
});
