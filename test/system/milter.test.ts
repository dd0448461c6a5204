import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { annotates, smtpDoor, type Door } from "./annotation.js";
import { arrived } from "./arrived.js";
import { letter } from "./messages.js";
import { SMUGGLED_ENDS, smuggler } from "./smuggling.js";
import { startMilter, type MilterStack } from "./milter-stack.js";
import { AUTHSERV_ID, startSite, type Site } from "./stack/site.js";
import { send, SmtpClient } from "./stack/smtp.js";

let site: Site;
let stack: MilterStack;
let door: Door;

beforeAll(async () => {
  site = await startSite("milter");
  stack = await startMilter(site);
  door = smtpDoor(site, stack.port, () => `${stack.gateway.log()}\n${stack.postfix.log()}`);
});

afterAll(() => site.machine.stop());

describe("through the milter", () => {
  annotates(() => door);

  it("messages on one connection, some of them given up, are each annotated", async () => {
    const client = await SmtpClient.connect(stack.port);
    await client.expect(250, "EHLO client.example");
    const to = "several@home.example";
    const letters = ["first", "second", "third"].map((mark) => letter({ mark }));
    for (const message of letters) {
      await client.expect(250, "MAIL FROM:<given.up@sender.example>");
      await client.expect(250, "RSET");
      await client.expect(250, "MAIL FROM:<alice@sender.example>");
      await client.expect(250, `RCPT TO:<${to}>`);
      expect(await client.data(message)).toMatchObject({ code: 250 });
    }
    await client.quit();
    for (const message of letters) {
      const mark = /^Subject: (\w+)/m.exec(message.toString())![0];
      const delivered = await site.dovecot.mailbox(to).arrival(mark);
      expect(arrived(delivered, message).results).toEqual([`${AUTHSERV_ID}; dkim=none`]);
    }
  });

  it("mail from sendmail(1) is annotated", async () => {
    const message = letter({ mark: "local" });
    stack.postfix.sendmail("alice@sender.example", "local@home.example", message);
    const delivered = await site.dovecot.mailbox("local@home.example").arrival("Subject: local");
    expect(arrived(delivered, message).results).toEqual([`${AUTHSERV_ID}; dkim=none`]);
  });

  it.each(Object.keys(SMUGGLED_ENDS))("a message smuggled behind %s does not get through", async (name) => {
    const id = Object.keys(SMUGGLED_ENDS).indexOf(name);
    const [to, victim] = [`carrier-${id}@home.example`, `victim-${id}@home.example`];
    const message = smuggler(SMUGGLED_ENDS[name]!, victim);
    // Postfix trusts its own networks with bare line ends.
    const outside = { from: "alice@sender.example", clientAddress: "192.0.2.77", isStuffed: true };
    expect(await send(stack.port, { ...outside, to, message })).toMatchObject({ code: 250 });
    expect((await site.dovecot.mailbox(to).arrival("")).includes("smuggled")).toBe(true);
    expect(site.dovecot.mailbox(victim).count()).toBe(0);
  });
});
