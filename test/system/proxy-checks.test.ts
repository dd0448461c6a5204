import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { letter } from "./messages.js";
import { startProxies, type ProxyStack } from "./proxy-stack.js";
import { LOGIN, startSite, type Site } from "./stack/site.js";
import { send, type Submission } from "./stack/smtp.js";

let site: Site;
let stack: ProxyStack;

beforeAll(async () => {
  site = await startSite("proxy-checks");
  stack = await startProxies(site, {}, { header_checks: "regexp:{ { /^Subject: checked/ PREPEND X-Checked: once } }" });
});

afterAll(() => site.machine.stop());

describe("the postmaster's header_checks behind the proxies", () => {
  async function checks(port: number, submission: Omit<Submission, "message">): Promise<number> {
    const message = letter({ mark: "checked", from: submission.from });
    expect(await send(port, { ...submission, message })).toMatchObject({ code: 250 });
    const delivered = await site.dovecot.mailbox(submission.to).arrival("");
    return delivered.toString("latin1").match(/^X-Checked: once\r$/gm)?.length ?? 0;
  }

  it("see mail from other servers once", async () => {
    expect(await checks(stack.port, { from: "alice@sender.example", to: "checked@home.example" })).toBe(1);
  });

  it("see mail from users once", async () => {
    const to = "checked@remote.example";
    expect(await checks(stack.submissionPort, { from: LOGIN.user, login: LOGIN, to })).toBe(1);
  });
});
