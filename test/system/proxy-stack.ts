import { signingConfiguration } from "./outgoing.js";
import { exampleServices, exampleSettings } from "./stack/example.js";
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
function proxyConfiguration(
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
  const { port, relayPort } = options;
  return Gateway.start(site.machine, port, byConfiguration(site, command, options)(port, relayPort));
}

/** The arguments of `dkimstatus` for a proxy that listens on one port and sends to the other. */
export type ProxyArguments = (port: number, relayPort: number) => readonly string[];

/** By the gateway's configuration. */
export function byConfiguration(
  site: Site,
  command: "proxy-in" | "proxy-out",
  options: Pick<ProxyOptions, "keys" | "more"> = {},
): ProxyArguments {
  return (port, relayPort) => [command, "--config", proxyConfiguration(site, command, { port, relayPort, ...options })];
}

export interface Proxies {
  readonly incoming?: ProxyArguments;
  readonly outgoing?: ProxyArguments;
}

export interface ProxyStack {
  readonly incoming: Gateway;
  readonly outgoing: Gateway;
  readonly postfix: Postfix;
  /** For mail from other servers. */
  readonly port: number;
  /** For mail from users. */
  readonly submissionPort: number;
}

/**
 * Postfix with both proxies, as plugin/postfix has it.
 * @param more settings of main.cf
 */
export async function startProxies(
  site: Site,
  proxies: Proxies = {},
  more: Readonly<Record<string, string>> = {},
): Promise<ProxyStack> {
  const { machine, dovecot } = site;
  const { incoming = byConfiguration(site, "proxy-in"), outgoing = byConfiguration(site, "proxy-out") } = proxies;
  const [port, submissionPort] = [await machine.port(), await machine.port()];
  const [inPort, verifiedPort] = [await machine.port(), await machine.port()];
  const [outPort, signedPort] = [await machine.port(), await machine.port()];
  const services = exampleServices(
    "proxies-master.cf",
    { smtp: port, submission: submissionPort, "127.0.0.1:10026": verifiedPort, "127.0.0.1:10028": signedPort },
    {
      "smtpd_proxy_filter=127.0.0.1:10025": `smtpd_proxy_filter=127.0.0.1:${inPort}`,
      "content_filter=dksign:[127.0.0.1]:10027": `content_filter=dksign:[127.0.0.1]:${outPort}`,
      "smtpd_sasl_path=private/auth": `smtpd_sasl_path=${dovecot.loginSocket}`,
      "smtpd_tls_security_level=encrypt": "smtpd_tls_security_level=none",
    },
  );
  const senderLogins = `inline:{ { ${LOGIN.user} = ${LOGIN.user} } }`;
  const settings = {
    ...exampleSettings("proxies-main.cf", { smtpd_sender_login_maps: senderLogins }),
    virtual_mailbox_domains: "home.example remote.example",
    ...more,
  };
  const ports = [port, submissionPort, verifiedPort, signedPort];
  return {
    incoming: await Gateway.start(machine, inPort, incoming(inPort, verifiedPort)),
    outgoing: await Gateway.start(machine, outPort, outgoing(outPort, signedPort)),
    postfix: await Postfix.start(machine, { services, settings, ports, lmtpPort: dovecot.lmtpPort }),
    port,
    submissionPort,
  };
}

/** How Postfix uses a proxy. */
export type Place = "before the queue" | "after the queue";

/** Postfix that has incoming mail verified by a proxy: before the queue as in the example, or after it. */
export async function startIncoming(
  site: Site,
  place: Place,
): Promise<{ readonly gateway: Gateway; readonly postfix: Postfix; readonly port: number }> {
  if (place === "before the queue") {
    const { incoming: gateway, postfix, port } = await startProxies(site);
    return { gateway, postfix, port };
  }
  const { machine, dovecot } = site;
  const [port, proxyPort, backPort] = [await machine.port(), await machine.port(), await machine.port()];
  const services = [
    `127.0.0.1:${port} inet n - n - 20 smtpd -o content_filter=dkimverify:[127.0.0.1]:${proxyPort}`,
    `127.0.0.1:${backPort} inet n - n - - smtpd -o syslog_name=postfix/verified`,
    "dkimverify unix - - n - 10 smtp -o smtp_send_xforward_command=yes -o disable_mime_output_conversion=yes",
  ];
  const gateway = await startProxy(site, "proxy-in", { port: proxyPort, relayPort: backPort });
  const postfix = await Postfix.start(machine, { services, ports: [port, backPort], lmtpPort: dovecot.lmtpPort });
  return { gateway, postfix, port };
}
