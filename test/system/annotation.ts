import { expect, it } from "vitest";
import { sign } from "../../src/index.js";
import { arrived, resultsIn, type Arrived } from "./arrived.js";
import { FORGED, OTHERS } from "./forged.js";
import { letter, octets, POSTFIX_KEEPS, SHAPES } from "./messages.js";
import { AUTHSERV_ID, type Site } from "./stack/site.js";
import { send } from "./stack/smtp.js";

/** A door as the tests see it: what goes in, and what comes out. */
export interface Door {
  readonly site: Site;
  /** Sends a message, and answers what is delivered. @param from the envelope's sender */
  readonly deliver: (message: Uint8Array, from?: string) => Promise<Buffer>;
}

const FROM = "alice@sender.example";

/** A door that SMTP goes through, at a port of Postfix; each message has a recipient of its own. */
export function smtpDoor(site: Site, port: number, explain: () => string): Door {
  let recipients = 0;
  const deliver = async (message: Uint8Array, from = FROM) => {
    recipients += 1;
    const to = `reader-${port}-${recipients}@home.example`;
    const reply = await send(port, { from, to, message });
    if (reply.code !== 250) throw new Error(`${reply.code} ${reply.lines.join(" / ")}\n${explain()}`);
    return site.dovecot.mailbox(to).arrival("", explain);
  };
  return { site, deliver };
}

/** Sends a message through the door and looks at what arrives of it. */
export async function through(door: Door, message: Uint8Array, expected = message): Promise<Arrived> {
  return arrived(await door.deliver(message), expected);
}

async function signed(site: Site, message: Buffer): Promise<Buffer> {
  const canonicalization = { headerCanonicalization: "simple", bodyCanonicalization: "simple" } as const;
  const { prepend } = await sign(message, { keys: [site.senderKey], ...canonicalization });
  return Buffer.concat([prepend, message]);
}

/** What every door that annotates has to do. */
export function annotates(door: () => Door): void {
  it.each(POSTFIX_KEEPS)("a signed message %s arrives with one field, dkim=pass, and as it was sent", async (name) => {
    const message = await signed(door().site, octets(SHAPES[name]!));
    const { results } = await through(door(), message);
    expect(results).toEqual([expect.stringMatching(/^mx\.home\.example; dkim=pass .*header\.d=sender\.example/)]);
  });

  it("an unsigned message arrives with one field, dkim=none, and as it was sent", async () => {
    const { results } = await through(door(), letter({ mark: "unsigned" }));
    expect(results).toEqual([`${AUTHSERV_ID}; dkim=none`]);
  });

  it("addresses that Postfix would complete, and a Date that it would add, arrive as they were sent", async () => {
    const message = octets(
      "From: alice@sender.example\r\nTo: bob, carol (here)\r\nSubject: incomplete\r\n\r\nHello.\r\n",
    );
    const { results } = await through(door(), await signed(door().site, message));
    expect(results).toEqual([expect.stringContaining("dkim=pass")]);
  });

  it("a message that was changed arrives with dkim=fail", async () => {
    const message = await signed(door().site, letter({ mark: "changed" }));
    const changed = Buffer.concat([message, octets("P.S. changed.\r\n")]);
    const { results } = await through(door(), changed);
    expect(results).toEqual([expect.stringContaining("dkim=fail")]);
  });

  it.each(Object.keys(FORGED))("a forged field %s is gone, and exactly one is there", async (name) => {
    const message = letter({ mark: "forged" });
    const { results } = await through(door(), Buffer.concat([octets(FORGED[name]!), message]), message);
    expect(results).toEqual([`${AUTHSERV_ID}; dkim=none`]);
  });

  it("many forged fields between others are all gone, in a signed message too", async () => {
    const forged = Object.values(FORGED);
    const message = await signed(door().site, letter({ mark: "forged", fields: OTHERS }));
    const text = message.toString("latin1");
    const between = text.indexOf("From:");
    const parts = [forged.join(""), text.slice(0, between), forged.reverse().join(""), text.slice(between)];
    const { results } = await through(door(), octets(parts.join("")), message);
    expect(results).toEqual([expect.stringMatching(/^mx\.home\.example; dkim=pass .*header\.d=sender\.example/)]);
  });

  it("what stands behind a line that is no field is no header", async () => {
    const forged = Object.values(FORGED).slice(0, 3).join("");
    const fields = `From: <alice@sender.example>\r\nSubject: stray\r\nno field\r\n${forged}`;
    const delivered = await door().deliver(octets(`${fields}\r\nHello.\r\n`));
    expect(resultsIn(delivered)).toEqual([`${AUTHSERV_ID}; dkim=none`]);
    expect(delivered.toString("latin1")).toContain("\r\n\r\nno field\r\n");
  });

  it("a bounce, which has a null sender, is annotated", async () => {
    const message = letter({ mark: "bounce" });
    const { results } = arrived(await door().deliver(message, ""), message);
    expect(results).toEqual([`${AUTHSERV_ID}; dkim=none`]);
  });
}
