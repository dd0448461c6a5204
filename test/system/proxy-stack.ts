import { signingConfiguration } from "./outgoing.js";
import { Gateway } from "./stack/gateway.js";
import type { PublishedKey } from "./stack/keys.js";
import { Postfix } from "./stack/postfix.js";
import { LOGIN, type Site } from "./stack/site.js";

export interface ProxyOptions {
  readonly port: number;
  /** The next SMTP server's. */
  readonly relayPort: number;
  readonly keys?: readonly PublishedKey[];
  /** Further tables of the configuration. */
  readonly more?: string;
}

/** The gateway's configuration with one proxy; answers the file. */
export function proxyConfiguration(
  site: Site,
  command: "proxy-in" | "proxy-out",
  { port, relayPort, keys = [], more = "" }: ProxyOptions,
): string {
  const configuration = `${signingConfiguration(site, keys)}
[[allow]]
doors = ["proxy-out"]
from = ["home.example"]
[${command.replace("-", "_")}]
listen = ["127.0.0.1:${port}"]
relay = "127.0.0.1:${relayPort}"
${more}`;
  return site.machine.write(`${command}-${port}.toml`, configuration);
}

/** Starts a proxy by a configuration file. */
export function startProxy(site: Site, command: "proxy-in" | "proxy-out", options: ProxyOptions): Promise<Gateway> {
  const args = [command, "--config", proxyConfiguration(site, command, options)];
  return Gateway.start(site.machine, options.port, args);
}

/** How Postfix uses a proxy. */
export type Place = "before the queue" | "after the queue";

export interface ProxyStack {
  readonly gateway: Gateway;
  readonly postfix: Postfix;
  readonly port: number;
}

/** The arguments of `dkimstatus` for a proxy that listens on one port and sends to the other. */
export type ProxyArguments = (port: number, relayPort: number) => readonly string[];

/** Postfix that has incoming mail verified by a proxy. */
export async function startIncoming(
  site: Site,
  place: Place,
  args: ProxyArguments = (port, relayPort) => [
    "proxy-in",
    "--config",
    proxyConfiguration(site, "proxy-in", { port, relayPort }),
  ],
): Promise<ProxyStack> {
  const { machine, dovecot } = site;
  const [port, proxyPort, backPort] = [await machine.port(), await machine.port(), await machine.port()];
  const filter =
    place === "before the queue"
      ? `-o smtpd_proxy_filter=127.0.0.1:${proxyPort}`
      : `-o content_filter=dkimverify:[127.0.0.1]:${proxyPort}`;
  const services = [`127.0.0.1:${port} inet n - n - 20 smtpd ${filter}`, back(backPort), filterClient("dkimverify")];
  const gateway = await Gateway.start(machine, proxyPort, args(proxyPort, backPort));
  const postfix = await Postfix.start(machine, { services, ports: [port, backPort], lmtpPort: dovecot.lmtpPort });
  return { gateway, postfix, port };
}

/** Postfix that has the mail of its users signed by a proxy, and of nobody else. @returns `port` is the inner door */
export async function startOutgoing(
  site: Site,
  args: ProxyArguments,
): Promise<ProxyStack & { submissionPort: number }> {
  const { machine, dovecot } = site;
  const [port, submissionPort] = [await machine.port(), await machine.port()];
  const [proxyPort, backPort] = [await machine.port(), await machine.port()];
  const submission = [
    `127.0.0.1:${submissionPort} inet n - n - - smtpd -o content_filter=dkimsign:[127.0.0.1]:${proxyPort}`,
    "-o smtpd_sasl_auth_enable=yes -o smtpd_sasl_type=dovecot",
    `-o smtpd_sasl_path=${dovecot.loginSocket}`,
    "-o smtpd_client_restrictions=permit_sasl_authenticated,reject",
    "-o smtpd_sender_restrictions=reject_sender_login_mismatch,permit_sasl_authenticated,reject",
  ];
  const services = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    submission.join(" "),
    back(backPort),
    filterClient("dkimsign"),
  ];
  const settings = {
    virtual_mailbox_domains: "home.example remote.example",
    smtpd_sender_login_maps: `inline:{ { ${LOGIN.user} = ${LOGIN.user} } }`,
  };
  const gateway = await Gateway.start(machine, proxyPort, args(proxyPort, backPort));
  const ports = [port, submissionPort, backPort];
  const postfix = await Postfix.start(machine, { services, settings, ports, lmtpPort: dovecot.lmtpPort });
  return { gateway, postfix, port, submissionPort };
}

/** Where mail comes back from a proxy. */
function back(port: number): string {
  const options = [
    "syslog_name=postfix/back",
    "content_filter=",
    "receive_override_options=no_unknown_recipient_checks,no_header_body_checks",
    "smtpd_authorized_xforward_hosts=127.0.0.0/8",
  ];
  return `127.0.0.1:${port} inet n - n - - smtpd ${options.map((option) => `-o ${option}`).join(" ")}`;
}

function filterClient(name: string): string {
  return `${name} unix - - n - 10 smtp -o smtp_send_xforward_command=yes -o disable_mime_output_conversion=yes`;
}
