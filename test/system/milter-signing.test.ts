import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arrived } from "./arrived.js";
import { FORGED } from "./forged.js";
import { letter, octets, POSTFIX_KEEPS, SHAPES } from "./messages.js";
import { startMilter, type MilterStack } from "./milter-stack.js";
import { judgements, leaving, openDkimResults, publishHomeKeys, signaturesIn, SUBMITTED } from "./outgoing.js";
import { LOGIN, startSite, type Site } from "./stack/site.js";
import { send } from "./stack/smtp.js";

let site: Site;
let stack: MilterStack;

beforeAll(async () => {
  site = await startSite("milter-signing");
  stack = await startMilter(site, publishHomeKeys(site));
});

afterAll(() => site.machine.stop());

describe("mail submitted with a login, through the milter", () => {
  it("leaves with an RSA and an Ed25519 signature that OpenDKIM, dkimpy and we verify; Mail::DKIM the RSA one", async () => {
    const message = letter({ from: LOGIN.user, mark: "login" });
    const left = await leaving(site, stack.submissionPort, { ...SUBMITTED, message });
    const { added } = arrived(left, message);
    expect(
      added.filter(({ name }) => name === "dkim-signature").map(({ value }) => /a=([\w-]+)/.exec(value)?.[1]),
    ).toEqual(["rsa-sha256", "ed25519-sha256"]);
    expect(judgements(site.machine, site.bind, left)).toEqual({
      dkimpy: ["pass", "pass"],
      mailDkim: ["pass", "invalid"],
      ours: ["pass", "pass"],
    });
    expect(await openDkimResults(site, left)).toEqual(["pass", "pass"]);
  });

  it.each(POSTFIX_KEEPS)("a message %s leaves with its signatures, which verify, and as it was sent", async (name) => {
    const message = octets(SHAPES[name]!.replace("alice@sender.example", LOGIN.user));
    const left = await leaving(site, stack.submissionPort, { ...SUBMITTED, message });
    arrived(left, message);
    expect(judgements(site.machine, site.bind, left)).toMatchObject({
      dkimpy: ["pass", "pass"],
      ours: ["pass", "pass"],
    });
  });

  it("forged fields are gone in mail that is signed", async () => {
    const message = letter({ from: LOGIN.user, mark: "forged" });
    const forged = Buffer.concat([octets(Object.values(FORGED).join("")), message]);
    const left = await leaving(site, stack.submissionPort, { ...SUBMITTED, message: forged });
    expect(arrived(left, message).results).toEqual([]);
    expect(signaturesIn(left)).toBe(2);
  });

  it("of a user who writes as another is not signed", async () => {
    const message = letter({ from: "boss@home.example", mark: "other" });
    const left = await leaving(site, stack.submissionPort, { ...SUBMITTED, message });
    expect(signaturesIn(left)).toBe(0);
    expect(arrived(left, message).results).toEqual(["mx.home.example; dkim=none"]);
  });
});

describe("an unauthenticated sender of the same From", () => {
  it.each(["127.0.0.1", "192.0.2.77"])("is not signed by the milter (client %s)", async (clientAddress) => {
    const message = letter({ from: LOGIN.user, mark: "outside" });
    const to = `from-${clientAddress}@home.example`;
    expect(await send(stack.port, { from: LOGIN.user, to, message, clientAddress })).toMatchObject({ code: 250 });
    const delivered = await site.dovecot.mailbox(to).arrival("");
    expect(signaturesIn(delivered)).toBe(0);
    expect(arrived(delivered, message).results).toEqual(["mx.home.example; dkim=none"]);
  });

  it("has nothing taken from him at the submission service", async () => {
    const message = letter({ from: LOGIN.user, mark: "refused" });
    const submission = { from: LOGIN.user, to: "refused@home.example", message };
    expect(await send(stack.submissionPort, submission)).toMatchObject({ code: 554 });
  });
});
