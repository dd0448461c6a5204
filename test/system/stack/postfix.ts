import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Daemon } from "./daemon.js";
import type { Machine } from "./machine.js";

export interface PostfixOptions {
  /** The name of its folder, where one machine has several; default `postfix`. */
  readonly name?: string;
  /** Lines of master.cf: the services of this test; those that every Postfix has are there. */
  readonly services: readonly string[];
  /** Settings of main.cf, over those that keep it on loopback and in its folder. */
  readonly settings?: Readonly<Record<string, string>>;
  /** TCP ports that the services open. */
  readonly ports: readonly number[];
  /** Where mail for all domains of the test goes: an LMTP server's port. */
  readonly lmtpPort: number;
  /** A command in front of Postfix', such as the one that gives it a resolver of its own. */
  readonly before?: readonly string[];
}

/** A real Postfix with folders of its own. */
export class Postfix {
  #daemon: Daemon | null = null;

  private constructor(
    private readonly machine: Machine,
    private readonly name: string,
    private readonly ports: readonly number[],
    private readonly before: readonly string[],
  ) {}

  static async start(machine: Machine, options: PostfixOptions): Promise<Postfix> {
    const { name = "postfix" } = options;
    for (const folder of ["etc", "spool", "data", "log"]) machine.mkdir(`${name}/${folder}`);
    execFileSync("chown", ["postfix", machine.path(`${name}/data`)]);
    const settings = { ...baseSettings(machine.path(name), options.lmtpPort), ...options.settings };
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
    machine.write(`${name}/etc/main.cf`, lines.join(""));
    machine.write(`${name}/etc/master.cf`, [...options.services, INTERNAL_SERVICES].join("\n"));
    const postfix = new Postfix(machine, name, options.ports, options.before ?? []);
    await postfix.start();
    return postfix;
  }

  async start(): Promise<void> {
    const command = [...this.before, "postfix", "-c", this.machine.path(`${this.name}/etc`), "start-fg"];
    const [program = "", ...args] = command;
    const leaderFile = this.machine.path(`${this.name}/spool/pid/master.pid`);
    const daemon = this.machine.start(`${this.name}/postfix`, program, args, { leaderFile });
    this.#daemon = await daemon.listening(...this.ports);
  }

  async stop(): Promise<void> {
    await this.#daemon?.stop();
  }

  /** Mail from this machine. */
  sendmail(from: string, to: string, message: Uint8Array): void {
    const args = ["-C", this.machine.path(`${this.name}/etc`), "-i", "-f", from, to];
    // Lines end there as they do on this system.
    const input = Buffer.from(message).toString("latin1").replaceAll("\r\n", "\n");
    execFileSync("sendmail", args, { input: Buffer.from(input, "latin1") });
  }

  /** Tries all that waits, at once. */
  flush(): void {
    execFileSync("postqueue", ["-c", this.machine.path(`${this.name}/etc`), "-f"]);
  }

  /** Queue ids of what waits. */
  queue(): string[] {
    const args = ["-c", this.machine.path(`${this.name}/etc`), "-j"];
    const lines = execFileSync("postqueue", args, { encoding: "utf8" }).split("\n");
    return lines.filter((line) => line !== "").map((line) => (JSON.parse(line) as { queue_id: string }).queue_id);
  }

  log(): string {
    return readFileSync(this.machine.path(`${this.name}/log/maillog`), "utf8");
  }
}

function baseSettings(folder: string, lmtpPort: number): Record<string, string> {
  return {
    compatibility_level: "3.6",
    queue_directory: `${folder}/spool`,
    data_directory: `${folder}/data`,
    command_directory: "/usr/sbin",
    daemon_directory: "/usr/lib/postfix/sbin",
    shlib_directory: "/usr/lib/postfix",
    mail_owner: "postfix",
    setgid_group: "postdrop",
    maillog_file: `${folder}/log/maillog`,
    maillog_file_prefixes: folder,
    inet_interfaces: "127.0.0.1",
    inet_protocols: "ipv4",
    myhostname: "mx.home.example",
    mydomain: "home.example",
    mydestination: "",
    mynetworks: "127.0.0.0/8",
    local_recipient_maps: "",
    alias_maps: "",
    alias_database: "",
    virtual_mailbox_domains: "home.example",
    virtual_mailbox_maps: "static:x",
    virtual_transport: `lmtp:inet:127.0.0.1:${lmtpPort}`,
    // Nothing ever leaves the machine.
    default_transport: "error:no mail to the outside in a test",
    relay_transport: "error:no mail to the outside in a test",
    smtp_dns_support_level: "disabled",
    smtpd_peername_lookup: "no",
    smtpd_client_connection_count_limit: "0",
    // Mail from elsewhere is not rewritten; in a test it all comes from this machine.
    local_header_rewrite_clients: "",
    smtpd_relay_restrictions: "permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination",
    smtpd_authorized_xclient_hosts: "127.0.0.0/8",
    smtpd_authorized_xforward_hosts: "127.0.0.0/8",
    biff: "no",
    in_flow_delay: "0",
    message_size_limit: "104857600",
    mailbox_size_limit: "0",
    virtual_mailbox_limit: "0",
    minimal_backoff_time: "2s",
    maximal_backoff_time: "2s",
    queue_run_delay: "2s",
  };
}

const INTERNAL_SERVICES = `
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`;
