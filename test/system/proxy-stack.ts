import { signingConfiguration } from "./outgoing.js";
import { Gateway } from "./stack/gateway.js";
import type { PublishedKey } from "./stack/keys.js";
import { Postfix } from "./stack/postfix.js";
import type { Site } from "./stack/site.js";

export interface ProxyOptions {
  readonly port: number;
  /** The next SMTP server's. */
  readonly relayPort: number;
  readonly keys?: readonly PublishedKey[];
  /** Further tables of the configuration. */
  readonly more?: string;
}

/** Starts a proxy by a configuration file. */
export function startProxy(
  site: Site,
  command: "proxy-in" | "proxy-out",
  { port, relayPort, keys = [], more = "" }: ProxyOptions,
): Promise<Gateway> {
  const configuration = `${signingConfiguration(site, keys)}
[[allow]]
doors = ["proxy-out"]
from = ["home.example"]
[${command.replace("-", "_")}]
listen = ["127.0.0.1:${port}"]
relay = "127.0.0.1:${relayPort}"
${more}`;
  const file = site.machine.write(`${command}-${port}.toml`, configuration);
  return Gateway.start(site.machine, port, [command, "--config", file]);
}

/** How Postfix uses a proxy. */
export type Place = "before the queue" | "after the queue";

export interface ProxyStack {
  readonly gateway: Gateway;
  readonly postfix: Postfix;
  readonly port: number;
}

/** Postfix that has incoming mail verified by a proxy. */
export async function startIncoming(site: Site, place: Place): Promise<ProxyStack> {
  const { machine, dovecot } = site;
  const [port, proxyPort, backPort] = [await machine.port(), await machine.port(), await machine.port()];
  const filter =
    place === "before the queue"
      ? `-o smtpd_proxy_filter=127.0.0.1:${proxyPort}`
      : `-o content_filter=dkimverify:[127.0.0.1]:${proxyPort}`;
  const services = [
    `127.0.0.1:${port} inet n - n - 20 smtpd ${filter}`,
    `127.0.0.1:${backPort} inet n - n - - smtpd -o syslog_name=postfix/back -o smtpd_authorized_xforward_hosts=127.0.0.0/8`,
    "dkimverify unix - - n - 10 smtp -o smtp_send_xforward_command=yes -o disable_mime_output_conversion=yes",
  ];
  const gateway = await startProxy(site, "proxy-in", { port: proxyPort, relayPort: backPort });
  const postfix = await Postfix.start(machine, { services, ports: [port, backPort], lmtpPort: dovecot.lmtpPort });
  return { gateway, postfix, port };
}
