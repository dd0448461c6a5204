import { signingConfiguration } from "./outgoing.js";
import { exampleServices, exampleSettings } from "./stack/example.js";
import { Gateway } from "./stack/gateway.js";
import type { PublishedKey } from "./stack/keys.js";
import { Postfix } from "./stack/postfix.js";
import { LOGIN, type Site } from "./stack/site.js";

export interface MilterStack {
  readonly gateway: Gateway;
  readonly postfix: Postfix;
  /** For mail from other servers. */
  readonly port: number;
  /** For mail from users. */
  readonly submissionPort: number;
}

/**
 * Postfix with the milter, as plugin/postfix has it.
 * @param keys tables of the configuration that sign
 * @param options of the command
 */
export async function startMilter(
  site: Site,
  keys: readonly PublishedKey[] | string = [],
  options: readonly string[] = [],
): Promise<MilterStack> {
  const { machine } = site;
  const milterPort = await machine.port();
  // The example's socket in Postfix' own folder; the port is for the tests that speak to the gateway themselves.
  const socket = `unix:${machine.path("postfix/spool/dkimstatus/milter")}`;
  const door = `[milter]\nlisten = ["inet:${milterPort}@127.0.0.1", "${socket}"]\nsocket_mode = "0666"\n`;
  const file = machine.write("dkimstatus.toml", signingConfiguration(site, keys) + door);
  const gateway = await Gateway.start(machine, milterPort, ["milter", "--config", file, ...options]);
  return { gateway, ...(await startPostfixWithMilter(site)) };
}

/**
 * Postfix alone, as plugin/postfix has it.
 * @param more settings that replace those
 * @param before Postfix' own command
 */
export async function startPostfixWithMilter(
  { machine, dovecot }: Site,
  more: Readonly<Record<string, string>> = {},
  before: readonly string[] = [],
): Promise<Omit<MilterStack, "gateway">> {
  const [port, submissionPort] = [await machine.port(), await machine.port()];
  const services = exampleServices(
    "master.cf",
    { smtp: port, submission: submissionPort },
    {
      "smtpd_sasl_path=private/auth": `smtpd_sasl_path=${dovecot.loginSocket}`,
      "smtpd_tls_security_level=encrypt": "smtpd_tls_security_level=none",
    },
  );
  const settings = {
    ...exampleSettings("main.cf", {
      smtpd_sender_login_maps: `inline:{ { ${LOGIN.user} = ${LOGIN.user} } }`,
    }),
    virtual_mailbox_domains: "home.example remote.example",
    ...more,
  };
  const postfix = await Postfix.start(machine, {
    services,
    settings,
    ports: [port, submissionPort],
    lmtpPort: dovecot.lmtpPort,
    before,
  });
  return { postfix, port, submissionPort };
}
