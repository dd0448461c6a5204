import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CONCERN_TEXTS } from "../../src/cli/explain/concern-texts.js";
import { SIGNATURE_TEXTS } from "../../src/cli/explain/signature-texts.js";
import { AUTHOR_TEXTS, STATUS_TEXTS } from "../../src/cli/explain/status-texts.js";
import { filled, type Subject } from "../../src/cli/explain/text.js";
import { REASON_CODES } from "../../src/dkim/reasons.js";
import { AUTHOR_REASONS } from "../../src/message/author.js";
import { STATUS_REASONS } from "../../src/status/types.js";
import { signed } from "../support/dkim.js";
import { CommandLine, KEY, letter, signedLetter } from "./command-line.js";

describe("the texts", () => {
  test("are there for every code, and for no other", () => {
    expect(Object.keys(SIGNATURE_TEXTS).sort()).toEqual([...REASON_CODES].sort());
    expect(Object.keys(AUTHOR_TEXTS).sort()).toEqual([...AUTHOR_REASONS].sort());
    expect(Object.keys(STATUS_TEXTS).sort()).toEqual([...STATUS_REASONS].sort());
  });

  test("are sentences, and name nothing that cannot be filled in", () => {
    const subject: Required<Subject> = { signer: "s.example", author: "a.example", key: "k.example", field: "Date" };
    const texts = [SIGNATURE_TEXTS, AUTHOR_TEXTS, STATUS_TEXTS, CONCERN_TEXTS].flatMap((table) => Object.values(table));
    for (const sentence of texts.flatMap(({ why, cure }) => (cure === null ? [why] : [why, cure]))) {
      expect(filled(sentence, subject)).toMatch(/^[A-Za-z][^{}]*\.$/);
      expect(filled(sentence, {})).not.toMatch(/[{}]|undefined|null/);
    }
  });
});

describe("explain", () => {
  const cli = new CommandLine();

  beforeAll(async () => {
    await cli.build();
  });

  afterAll(() => {
    cli.remove();
  });

  /** @returns what is said, without the breaks of lines */
  async function explained(message: string, ...args: string[]): Promise<string> {
    const run = await cli.run(["explain", ...cli.lookup(), ...args, cli.write("message.eml", message)]);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(Math.max(...run.stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
    return run.stdout.replace(/\s+/g, " ");
  }

  test("says of a good message whose it is", async () => {
    const text = await explained(await signedLetter());
    expect(text).toContain("Signed by example.org, the author's own domain.");
    expect(text).toContain("example.org (selector s1, ed25519-sha256, 256 bits): pass");
    expect(text).not.toContain("Caution");
  });

  test("says of a changed body what happened and what to look for", async () => {
    const text = await explained((await signedLetter()) + "An advert.\r\n");
    expect(text).toContain("It is signed, but no signature passes: no domain vouches for it.");
    expect(text).toContain("The body is not the one that was signed. - Cure: Find what changes it");
  });

  test("says where a key is missing", async () => {
    const stranger = { ...KEY, key: { ...KEY.key, selector: "gone" } };
    const text = await explained(await signed(letter(), [stranger]));
    expect(text).toContain("The DNS has no TXT record at gone._domainkey.example.org.");
  });

  test("says of an unsigned message who would have to sign", async () => {
    const text = await explained(letter());
    expect(text).toContain("It is not signed: no domain vouches for it.");
    expect(text).toContain("Cure: For example.org to vouch, its outgoing servers have to sign");
  });

  test("says of a third party's signature whose it is, and what the author's domain would have to do", async () => {
    const text = await explained(await signed(letter().replace("@example.org", "@example.com"), [KEY]));
    expect(text).toContain("Signed by example.org, not by the author's domain example.com.");
    expect(text).toContain("Cure: For example.com to vouch, its outgoing servers have to sign");
  });

  test("says why the author cannot be told", async () => {
    const text = await explained(letter().replace("To: bob", "From: eve"));
    expect(text).toContain("There is more than one From field");
  });

  test("tells concerns, and that they are a caution", async () => {
    const message = await signed(letter(), [KEY]);
    const text = await explained("Subject: Another\r\n" + message);
    expect(text).toContain("example.org (selector s1, ed25519-sha256, 256 bits): fail");
    const named = await explained(await signed(letter().replace("Alice", '"ceo@bank.example"'), [KEY]));
    expect(named).toContain("Caution: The author's name shows an address of a domain that is not the author's");
  });

  test("says why a field is not trusted, and what whoever trusts it is told", async () => {
    const message = "Authentication-Results: mx.example.net; dkim=pass header.d=example.org\r\n" + letter();
    const distrusting = await explained(message);
    expect(distrusting).toContain("Authentication-Results fields in the message, top down, are of: mx.example.net.");
    expect(distrusting).toContain("No server is trusted, so no field in the message is believed.");
    const trusting = await explained(message, "--trusted", "mx.example.net");
    expect(trusting).toContain("To whoever trusts mx.example.net: Signed by example.org, the author's own domain.");
    expect(trusting).toContain("That is not what was found here");
  });

  test("tells of many like signatures once", async () => {
    const field = "DKIM-Signature: v=1; d=example.net\r\n";
    const text = await explained(field.repeat(14) + letter());
    expect(text).toContain("example.net: permerror (14 of them)");
  });
});
