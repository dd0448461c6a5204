import { expect } from "vitest";
import { resultsIn } from "./arrived.js";
import type { Bind } from "./stack/bind.js";
import { verifyFiles } from "./stack/cli.js";
import { publishKey, type PublishedKey } from "./stack/keys.js";
import type { Machine } from "./stack/machine.js";
import { startOpenDkimVerifier } from "./stack/opendkim.js";
import { dkimpy, mailDkim } from "./stack/peers.js";
import { Postfix } from "./stack/postfix.js";
import { LOGIN, type Site } from "./stack/site.js";
import { send, type Submission } from "./stack/smtp.js";

/** The keys of home.example: RSA and Ed25519 side by side. */
export function publishHomeKeys({ machine, bind }: Site): PublishedKey[] {
  return (["rsa", "ed25519"] as const).map((type) =>
    publishKey(machine, bind, { domain: "home.example", selector: `${type}1`, type }),
  );
}

/** The gateway's configuration, but for its doors: home.example's users sign as themselves. */
export function signingConfiguration({ bind }: Site, keys: readonly PublishedKey[] | string): string {
  const tables = typeof keys === "string" ? keys : keys.map(keyTable).join("");
  return `
authserv_id = "mx.home.example"
[dns]
servers = ["${bind.server}"]
${tables}
[[allow]]
logins = ["*"]
from = ["$login"]
`;
}

function keyTable({ domain, selector, file }: PublishedKey): string {
  return `[[keys]]\ndomain = "${domain}"\nselector = "${selector}"\nfile = "${file}"\n`;
}

/** Sends a message to a recipient of its own outside, and answers what leaves for there. */
export async function leaving(site: Site, port: number, submission: Omit<Submission, "to">): Promise<Buffer> {
  recipients += 1;
  const to = `reader-${port}-${recipients}@remote.example`;
  expect(await send(port, { ...submission, to })).toMatchObject({ code: 250 });
  return site.dovecot.mailbox(to).arrival("");
}

let recipients = 0;

export const SUBMITTED = { from: LOGIN.user, login: LOGIN } as const;

export function signaturesIn(message: Buffer): number {
  const header = message.subarray(0, message.indexOf("\r\n\r\n")).toString("latin1");
  return header.match(/^DKIM-Signature:/gim)?.length ?? 0;
}

/** What dkimpy, Mail::DKIM and this project find, the topmost signature first. */
export function judgements(machine: Machine, bind: Bind, message: Buffer) {
  const [ours] = verifyFiles(bind, [machine.write("outgoing.eml", message)]);
  return {
    dkimpy: dkimpy(machine, bind).verify([message])[0],
    mailDkim: mailDkim(machine, bind).verify([message])[0],
    ours: ours!.signatures.map(({ result }) => result),
  };
}

/** The results that OpenDKIM, as the milter of another server, writes for a message that has left ours. */
export async function openDkimResults(site: Site, message: Buffer): Promise<string[]> {
  const { machine, bind, dovecot } = site;
  const port = await machine.port();
  const verifier = await startOpenDkimVerifier(machine, bind, "opendkim.example");
  const services = [`127.0.0.1:${port} inet n - n - - smtpd -o smtpd_milters=inet:127.0.0.1:${verifier}`];
  const options = { name: "other-server", services, ports: [port], lmtpPort: dovecot.lmtpPort };
  await Postfix.start(machine, options);
  const to = "verified-by-opendkim@home.example";
  expect(await send(port, { from: LOGIN.user, to, message })).toMatchObject({ code: 250 });
  const [field = ""] = resultsIn(await dovecot.mailbox(to).arrival(""));
  return [...field.matchAll(/dkim=(\w+)/g)].map(([, result]) => result!);
}
