import { InvalidArgumentError, Option, type Command } from "commander";
import { LOG_LEVELS, type LogLevel } from "../../gateway/log-level.js";
import { addDnsOptions, type DnsFlags } from "./dns.js";

/** Options of every door of the gateway; they take precedence over the configuration file. */
export interface GatewayFlags extends DnsFlags {
  readonly config?: string;
  readonly listen?: string[];
  readonly socketMode?: number;
  readonly authservId?: string;
  readonly trusted?: string[];
  readonly whenUnable?: "tempfail" | "accept";
  readonly workers: number;
  readonly grace: number;
  readonly logLevel?: LogLevel;
}

const FORMS = "HOST:PORT, inet:PORT@HOST, unix:/PATH or systemd:NAME";

/** @param defaultAddress for the help */
export function addGatewayOptions(command: Command, defaultAddress: string): Command {
  command
    .option("--config <file>", "the gateway's configuration: doors, keys, who signs as whom")
    .option("--listen <address>", `${FORMS} (repeatable; default: ${defaultAddress})`, collected)
    .option("--socket-mode <octal>", "permissions of unix sockets (default: 660)", modeOf)
    .option("--authserv-id <id>", "who verifies: the id of the field (default: the host name)")
    .option(
      "--trusted <id>",
      "another id that readers trust: fields that claim it are taken out (repeatable)",
      collected,
    )
    .addOption(
      new Option("--when-unable <action>", "what becomes of mail that cannot be treated (default: tempfail)").choices([
        "tempfail",
        "accept",
      ]),
    )
    .option("--workers <n>", "processes that share the work", countOf, 1)
    .option("--grace <seconds>", "how long messages under way may take when it is stopped", countOf, 30)
    .addOption(new Option("--log-level <level>", "what is logged (default: info)").choices(LOG_LEVELS));
  return addDnsOptions(command);
}

export function collected(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}

export function countOf(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new InvalidArgumentError("Not a whole number of 1 or more.");
  return Number(text);
}

function modeOf(text: string): number {
  if (!/^0?[0-7]{3}$/.test(text)) throw new InvalidArgumentError("Not a mode such as 660.");
  return Number.parseInt(text, 8);
}
