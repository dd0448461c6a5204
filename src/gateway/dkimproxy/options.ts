/** DKIMproxy 1.4.1's options, and those of Perl's Net::Server that it passes on. */

export type Program = "in" | "out";

export interface OptionEntry {
  /** Which of the two programs has it. */
  readonly programs: readonly Program[];
  /** It is a switch: it needs no value. */
  readonly isSwitch?: true;
  /** Why it has no effect here, in words that follow its name. */
  readonly noEffect?: string;
}

const BOTH: readonly Program[] = ["in", "out"];
const OUT: readonly Program[] = ["out"];
const IN: readonly Program[] = ["in"];

const BY_SYSTEMD = "has no effect: the service manager decides it (User=, Type=, see plugin/postfix)";
const BY_WORKERS = "has no effect: one process serves many connections, and --workers starts more of them";
const BY_LOG = "has no effect: the log goes to standard output, and --log-level says how much of it";
const BY_ALLOW = "has no effect: only this machine may connect, unless --allow says who else";

function served(noEffect: string, ...names: string[]): [string, OptionEntry][] {
  return names.map((name) => [name, { programs: BOTH, noEffect }]);
}

export const OPTIONS: ReadonlyMap<string, OptionEntry> = new Map<string, OptionEntry>([
  ["listen", { programs: BOTH }],
  ["relay", { programs: BOTH }],
  ["relay_host", { programs: BOTH }],
  ["relay_port", { programs: BOTH }],
  ["reject_error", { programs: BOTH, isSwitch: true }],
  ["hostname", { programs: IN }],
  [
    "reject_fail",
    {
      programs: IN,
      isSwitch: true,
      noEffect:
        "has no effect: it asked for a sender's practices in ADSP (RFC 5617), which is historic, and a signature that " +
        "fails is no reason to reject (RFC 6376 §6.3)",
    },
  ],
  ["domain", { programs: OUT }],
  ["keyfile", { programs: OUT }],
  ["selector", { programs: OUT }],
  ["signature", { programs: OUT }],
  ["method", { programs: OUT }],
  ["dkim_method", { programs: OUT }],
  ["domainkeys_method", { programs: OUT, noEffect: "has no effect: DomainKeys (RFC 4870) is historic" }],
  ["identity", { programs: OUT }],
  ["sender_map", { programs: OUT }],
  ["listid_map", { programs: OUT }],
  ...served(BY_SYSTEMD, "user", "group", "daemonize", "setsid", "background", "pidfile", "pid_file", "chroot"),
  ...served(BY_WORKERS, "min_servers", "min_spare_servers", "max_spare_servers", "max_servers", "max_requests"),
  ...served(BY_WORKERS, "server_type", "serialize", "lock_file", "check_for_dead", "check_for_waiting"),
  ...served(BY_WORKERS, "check_for_dequeue", "max_dequeue", "leave_children_open_on_hup", "no_close_by_child"),
  ...served(BY_LOG, "debugtrace", "log_level", "log_file", "reverse_lookups", "no_client_stdout"),
  ...served(BY_LOG, "syslog_logsock", "syslog_ident", "syslog_logopt", "syslog_facility"),
  ...served(BY_ALLOW, "allow", "deny", "cidr_allow", "cidr_deny"),
  ...served("has no effect: listen says it", "port", "host", "proto", "ipv", "commandline"),
]);

/** Options that may be given several times and add up; of all others the last one counts. */
export const REPEATABLE: ReadonlySet<string> = new Set(["signature"]);
