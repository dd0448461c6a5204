import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arrived, resultsIn } from "./arrived.js";
import { FORGED } from "./forged.js";
import { letter, octets, POSTFIX_KEEPS, SHAPES } from "./messages.js";
import { judgements, leaving, publishHomeKeys, signaturesIn, signingConfiguration, SUBMITTED } from "./outgoing.js";
import { Gateway } from "./stack/gateway.js";
import { startOpenDkimVerifier } from "./stack/opendkim.js";
import { Postfix } from "./stack/postfix.js";
import { LOGIN, startSite, type Site } from "./stack/site.js";
import { send } from "./stack/smtp.js";

let site: Site;
let port: number;
let openDkimPort: number;

beforeAll(async () => {
  site = await startSite("milter-signing");
  const { machine, bind, dovecot } = site;
  const milterPort = await machine.port();
  const door = `[milter]\nlisten = ["inet:${milterPort}@127.0.0.1"]\n`;
  const configuration = signingConfiguration(site, publishHomeKeys(site)) + door;
  await Gateway.start(machine, milterPort, ["milter", "--config", machine.write("dkimstatus.toml", configuration)]);
  const openDkim = await startOpenDkimVerifier(machine, bind, "opendkim.example");
  [port, openDkimPort] = [await machine.port(), await machine.port()];
  const services = [
    `127.0.0.1:${port} inet n - n - - smtpd -o smtpd_milters=inet:127.0.0.1:${milterPort}`,
    `127.0.0.1:${openDkimPort} inet n - n - - smtpd -o smtpd_milters=inet:127.0.0.1:${openDkim}`,
  ];
  const settings = {
    virtual_mailbox_domains: "home.example remote.example",
    smtpd_sasl_auth_enable: "yes",
    smtpd_sasl_type: "dovecot",
    smtpd_sasl_path: dovecot.loginSocket,
  };
  await Postfix.start(machine, { services, settings, ports: [port, openDkimPort], lmtpPort: dovecot.lmtpPort });
});

afterAll(() => site.machine.stop());

/** The results that OpenDKIM, as the milter of another server, writes for a message that has left ours. */
async function openDkimResults(message: Buffer): Promise<string[]> {
  const to = "verified-by-opendkim@home.example";
  expect(await send(openDkimPort, { from: LOGIN.user, to, message })).toMatchObject({ code: 250 });
  const [field = ""] = resultsIn(await site.dovecot.mailbox(to).arrival(""));
  return [...field.matchAll(/dkim=(\w+)/g)].map(([, result]) => result!);
}

describe("mail submitted with a login, through the milter", () => {
  it("leaves with an RSA and an Ed25519 signature that OpenDKIM, dkimpy and we verify; Mail::DKIM the RSA one", async () => {
    const message = letter({ from: LOGIN.user, mark: "login" });
    const left = await leaving(site, port, { ...SUBMITTED, message });
    const { added } = arrived(left, message);
    expect(
      added.filter(({ name }) => name === "dkim-signature").map(({ value }) => /a=([\w-]+)/.exec(value)?.[1]),
    ).toEqual(["rsa-sha256", "ed25519-sha256"]);
    expect(judgements(site.machine, site.bind, left)).toEqual({
      dkimpy: ["pass", "pass"],
      mailDkim: ["pass", "invalid"],
      ours: ["pass", "pass"],
    });
    expect(await openDkimResults(left)).toEqual(["pass", "pass"]);
  });

  it.each(POSTFIX_KEEPS)("a message %s leaves with its signatures, which verify, and as it was sent", async (name) => {
    const message = octets(SHAPES[name]!.replace("alice@sender.example", LOGIN.user));
    const left = await leaving(site, port, { ...SUBMITTED, message });
    arrived(left, message);
    expect(judgements(site.machine, site.bind, left)).toMatchObject({
      dkimpy: ["pass", "pass"],
      ours: ["pass", "pass"],
    });
  });

  it("forged fields are gone in mail that is signed", async () => {
    const message = letter({ from: LOGIN.user, mark: "forged" });
    const forged = Buffer.concat([octets(Object.values(FORGED).join("")), message]);
    const left = await leaving(site, port, { ...SUBMITTED, message: forged });
    expect(arrived(left, message).results).toEqual([]);
    expect(signaturesIn(left)).toBe(2);
  });

  it("of a user who writes as another is not signed", async () => {
    const message = letter({ from: "boss@home.example", mark: "other" });
    const left = await leaving(site, port, { ...SUBMITTED, message });
    expect(signaturesIn(left)).toBe(0);
    expect(arrived(left, message).results).toEqual(["mx.home.example; dkim=none"]);
  });
});

describe("an unauthenticated sender of the same From", () => {
  it.each([undefined, "192.0.2.77"])("is not signed by the milter (client %s)", async (clientAddress) => {
    const message = letter({ from: LOGIN.user, mark: "outside" });
    const submission = { from: LOGIN.user, message, ...(clientAddress !== undefined && { clientAddress }) };
    const left = await leaving(site, port, submission);
    expect(signaturesIn(left)).toBe(0);
    expect(arrived(left, message).results).toEqual(["mx.home.example; dkim=none"]);
  });
});
