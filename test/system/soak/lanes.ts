import { zoneResolver } from "../../../src/dns/zone.js";
import { nodeResolver } from "../../../src/dns/node.js";
import type { Resolver } from "../../../src/dkim/resolver.js";
import { FROM } from "../faults.js";
import { startMilter } from "../milter-stack.js";
import { publishHomeKeys, SUBMITTED } from "../outgoing.js";
import { byConfiguration, startProxies } from "../proxy-stack.js";
import type { Random } from "../random.js";
import { Gateway } from "../stack/gateway.js";
import { publishKey, type PublishedKey } from "../stack/keys.js";
import { Machine } from "../stack/machine.js";
import type { Mailbox } from "../stack/mailbox.js";
import type { Postfix } from "../stack/postfix.js";
import { AUTHSERV_ID, startSite, type Site } from "../stack/site.js";
import { send, type Reply, type Submission } from "../stack/smtp.js";
import { until } from "../stack/wait.js";
import { Ledger } from "./ledger.js";
import { incomingMail, outgoingMail, type SoakMessage } from "./mail.js";

/** One way that mail goes, from a client to where it comes out. */
export interface Lane {
  readonly name: string;
  readonly ledger: Ledger;
  readonly prepare: (number: number, random: Random) => Promise<SoakMessage>;
  /** Answers 250 where the message is taken over. */
  readonly attempt: (message: Buffer) => Promise<Reply>;
  /** Where it comes out; null where the answer has it. */
  readonly mailbox: Mailbox | null;
  /** Of Postfix; empty where it has no part. */
  readonly log: () => string;
}

/** A listening service of the gateway, with its processes. */
export interface SoakDoor {
  readonly name: string;
  readonly gateway: Gateway;
  /** Something that it answers at once, as octets. */
  readonly question: string;
}

export interface SoakStack {
  readonly site: Site;
  readonly doors: readonly SoakDoor[];
  readonly lanes: readonly Lane[];
  /** Where Postfix takes mail in for a door. */
  readonly incomingPorts: readonly number[];
  readonly hookPort: number;
  readonly postfixes: readonly Postfix[];
  readonly stop: () => Promise<void>;
}

/**
 * Everything at once: the milter and the proxies, each behind a Postfix of its own, and the HTTP hook.
 * @param workers processes behind each door
 */
export async function startSoak(workers: number): Promise<SoakStack> {
  const options = ["--workers", String(workers)];
  const site = await startSite("soak");
  const machines = { milter: new Machine("soak-milter"), proxies: new Machine("soak-proxies") };
  const homeKeys = publishHomeKeys(site);
  const wildcard = publishKey(site.machine, site.bind, { domain: "sender.example", selector: "*", type: "ed25519" });
  const milter = await startMilter({ ...site, machine: machines.milter }, homeKeys, options);
  const proxySite = { ...site, machine: machines.proxies };
  const incoming = byConfiguration(proxySite, "proxy-in");
  const outgoing = byConfiguration(proxySite, "proxy-out", { keys: homeKeys });
  const proxies = await startProxies(proxySite, {
    incoming: (...ports) => [...incoming(...ports), ...options],
    outgoing: (...ports) => [...outgoing(...ports), ...options],
  });
  const hook = await startHook(site, options);
  const addresses = new Map([milter.gateway, proxies.incoming, proxies.outgoing, hook].map((gateway) => [gateway, 1]));
  addresses.set(milter.gateway, 2); // a port and a path
  for (const [gateway, count] of addresses) {
    const listening = () => gateway.log().split('"msg":"listening"').length - 1;
    await until("all processes to listen", () => listening() === count * workers);
  }

  const senderKeys = { rsa: site.senderKey, wildcard };
  const published = await recordsOf(homeKeys, site);
  const smtpLane = (
    name: string,
    prepare: Lane["prepare"],
    { port, postfix, ...envelope }: Omit<Submission, "message"> & { port: number; postfix: Postfix },
  ): Lane => ({
    name,
    ledger: new Ledger(published),
    prepare,
    attempt: (message) => send(port, { ...envelope, message }),
    mailbox: site.dovecot.mailbox(envelope.to),
    log: () => postfix.log(),
  });
  const comingIn: Lane["prepare"] = (number, random) => incomingMail(number, random, senderKeys);
  const hookLedger = new Ledger(published);
  const lanes = [
    smtpLane("milter, incoming", comingIn, { ...milter, from: FROM, to: "milter@home.example" }),
    smtpLane("milter, outgoing", outgoingMail, {
      postfix: milter.postfix,
      port: milter.submissionPort,
      ...SUBMITTED,
      to: "milter@remote.example",
    }),
    smtpLane("proxy-in", comingIn, { ...proxies, from: FROM, to: "proxy@home.example" }),
    smtpLane("proxy-out", outgoingMail, {
      postfix: proxies.postfix,
      port: proxies.submissionPort,
      ...SUBMITTED,
      to: "proxy@remote.example",
    }),
    {
      name: "HTTP hook",
      ledger: hookLedger,
      prepare: comingIn,
      attempt: (message: Buffer) => annotate(hook.port, message, hookLedger),
      mailbox: null,
      log: () => "",
    },
  ];
  return {
    site,
    lanes,
    doors: [
      // SMFIC_OPTNEG, version 6, all actions, all steps.
      { name: "milter", gateway: milter.gateway, question: "\0\0\0\rO\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff" },
      { name: "proxy-in", gateway: proxies.incoming, question: "EHLO slow.example\r\n" },
      { name: "proxy-out", gateway: proxies.outgoing, question: "EHLO slow.example\r\n" },
      { name: "serve", gateway: hook, question: "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" },
    ],
    incomingPorts: [milter.port, proxies.port],
    hookPort: hook.port,
    postfixes: [milter.postfix, proxies.postfix],
    stop: async () => {
      await Promise.all([machines.milter.stop(), machines.proxies.stop()]);
      await site.machine.stop();
    },
  };
}

/** Keys as BIND has them, asked for once: what left signed is judged while BIND is away, too. */
async function recordsOf(keys: readonly PublishedKey[], { bind }: Site): Promise<Resolver> {
  const dns = nodeResolver({ servers: [bind.server] });
  const names = keys.map(({ domain, selector }) => `${selector}._domainkey.${domain}`);
  const answers = await Promise.all(names.map(async (name) => [name, await dns.resolveTxt(name)] as const));
  return zoneResolver(Object.fromEntries(answers) as Record<string, string[]>);
}

async function startHook({ machine, bind }: Site, options: readonly string[]): Promise<Gateway> {
  const port = await machine.port();
  const args = ["serve", "--listen", `127.0.0.1:${port}`, "--authserv-id", AUTHSERV_ID, "--dns-server", bind.server];
  return Gateway.start(machine, port, [...args, ...options]);
}

/** As SMTP's answers, so that one client does for both. */
async function annotate(port: number, message: Buffer, ledger: Ledger): Promise<Reply> {
  // A connection of its own: one that is kept would end with the worker that it went to.
  const headers = { "content-type": "message/rfc822", connection: "close" };
  const response = await fetch(`http://127.0.0.1:${port}/annotate`, {
    method: "POST",
    headers,
    body: Buffer.from(message),
  });
  const answer = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) {
    return { code: response.status >= 500 ? 451 : 554, lines: [`HTTP ${response.status} ${answer.toString()}`] };
  }
  await ledger.arrives(answer);
  return { code: 250, lines: [] };
}
