import { signingConfiguration } from "./outgoing.js";
import { startPostfixWithMilter } from "./milter-stack.js";
import { exampleServices, exampleSettings, exampleText } from "./stack/example.js";
import { Gateway } from "./stack/gateway.js";
import type { Machine } from "./stack/machine.js";
import { asMachineResolver } from "./stack/name-server-of-the-machine.js";
import { Postfix } from "./stack/postfix.js";
import type { Site } from "./stack/site.js";
import { until } from "./stack/wait.js";

/** Several gateways behind one Postfix. */
export interface ManyMachines {
  readonly gateways: readonly [Gateway, Gateway];
  readonly postfix: Postfix;
  /** For mail from other servers. */
  readonly port: number;
  /** Starts a gateway that was killed; done when mail may go to it again. */
  readonly revive: (gateway: Gateway) => Promise<void>;
}

/** Addresses of loopback in place of those that the two gateways have in plugin/postfix/many-machines. */
const HOSTS = { "192.0.2.11": "127.0.0.2", "192.0.2.12": "127.0.0.3" } as const;

/** Milters at an HAProxy's address. */
export async function milterByBalancer(site: Site): Promise<ManyMachines> {
  const { machine } = site;
  const [port, balancerPort] = [await machine.port(), await machine.port()];
  const gateways = await startGateways(site, port, ["milter"]);
  const revive = await startBalancer(machine, {
    "127.0.0.1:8890": `127.0.0.1:${balancerPort}`,
    ":8891": `:${port}`,
    "127.0.0.1:10024": `127.0.0.1:${await machine.port()}`,
  });
  const milter = { dkimstatus_milter: `inet:127.0.0.1:${balancerPort}` };
  const settings = exampleSettings("many-machines/haproxy-main.cf", milter);
  return { gateways, revive, ...(await startPostfixWithMilter(site, settings)) };
}

/** Milters at the addresses of one name. */
export async function milterByName(site: Site): Promise<ManyMachines> {
  const port = await site.machine.port();
  const gateways = await startGateways(site, port, ["milter"]);
  const milter = { dkimstatus_milter: `inet:gateways.example.org:${port}` };
  const settings = exampleSettings("many-machines/names-main.cf", milter);
  return { gateways, revive: start, ...(await startPostfixWithMilter(site, settings, await resolver(site))) };
}

/** Proxies before the queue, at an HAProxy's address. */
export async function proxyByBalancer(site: Site): Promise<ManyMachines> {
  const { machine, dovecot } = site;
  const [port, proxyPort, balancerPort] = [await machine.port(), await machine.port(), await machine.port()];
  const backPort = await machine.port();
  const gateways = await startGateways(site, proxyPort, ["proxy-in", "--relay", `127.0.0.1:${backPort}`]);
  const filter = "smtpd_proxy_filter=127.0.0.1";
  const services = [
    ...exampleServices(
      "many-machines/haproxy-master.cf",
      { smtp: port },
      { [`${filter}:10024`]: `${filter}:${balancerPort}` },
    ),
    ...exampleServices("proxies-master.cf", { "127.0.0.1:10026": backPort }, {}),
  ];
  const settings = exampleSettings("proxies-main.cf", { smtpd_sender_login_maps: "" });
  const ports = [port, backPort];
  const postfix = await Postfix.start(machine, { services, settings, ports, lmtpPort: dovecot.lmtpPort });
  const revive = await startBalancer(machine, {
    "127.0.0.1:10024": `127.0.0.1:${balancerPort}`,
    ":10025": `:${proxyPort}`,
    "127.0.0.1:8890": `127.0.0.1:${await machine.port()}`,
  });
  return { gateways, postfix, port, revive };
}

/** Proxies after the queue, the mail exchangers of one name. */
export async function proxyByName(site: Site): Promise<ManyMachines> {
  const { machine, dovecot } = site;
  const [port, proxyPort, backPort] = [await machine.port(), await machine.port(), await machine.port()];
  const gateways = await startGateways(site, proxyPort, ["proxy-in", "--relay", `127.0.0.1:${backPort}`]);
  const filter = "content_filter=dkverify:gateways.example.org";
  const services = exampleServices(
    "many-machines/names-master.cf",
    { smtp: port, "192.0.2.1:10026": backPort },
    {
      [`${filter}:10025`]: `${filter}:${proxyPort}`,
      "mynetworks=192.0.2.11,192.0.2.12": "mynetworks=127.0.0.0/8",
      "smtpd_authorized_xforward_hosts=192.0.2.11,192.0.2.12": "smtpd_authorized_xforward_hosts=127.0.0.0/8",
    },
  );
  const postfix = await Postfix.start(machine, {
    services,
    settings: { smtp_dns_support_level: "enabled" },
    ports: [port, backPort],
    lmtpPort: dovecot.lmtpPort,
    before: await resolver(site),
  });
  return { gateways, postfix, port, revive: start };
}

function start(gateway: Gateway): Promise<void> {
  return gateway.start();
}

async function startGateways(
  site: Site,
  port: number,
  [command = "", ...options]: readonly string[],
): Promise<[Gateway, Gateway]> {
  const config = site.machine.write("dkimstatus.toml", signingConfiguration(site, []));
  const startAt = (host: string) =>
    Gateway.start(site.machine, port, [command, "--config", config, "--listen", `${host}:${port}`, ...options], {
      host,
    });
  return [await startAt(HOSTS["192.0.2.11"]), await startAt(HOSTS["192.0.2.12"])];
}

/**
 * HAProxy by the example.
 * @param replacements of ports; the frontend that the test does not use has one, too
 */
async function startBalancer(
  machine: Machine,
  replacements: Readonly<Record<string, string>>,
): Promise<ManyMachines["revive"]> {
  const text = exampleText("many-machines/haproxy.cfg", { ...replacements, ...HOSTS });
  const file = machine.write("haproxy/haproxy.cfg", text);
  const ports = Object.values(replacements).flatMap((place) => /^127\.0\.0\.1:(\d+)$/.exec(place)?.[1] ?? []);
  const balancer = await machine
    .start("haproxy/haproxy", "haproxy", ["-db", "-f", file])
    .listening(...ports.map(Number));
  const risen = () => balancer.log().match(/ is UP/g)?.length ?? 0;
  return async (gateway) => {
    const before = risen();
    await gateway.start();
    await until("HAProxy to see the gateway again", () => risen() > before, { explain: () => balancer.log() });
  };
}

/** The example's zone in BIND, and what has Postfix ask there. */
function resolver({ machine, bind }: Site): Promise<string[]> {
  bind.addZone("example.org", exampleText("many-machines/names.zone", HOSTS));
  return asMachineResolver(machine, bind);
}
