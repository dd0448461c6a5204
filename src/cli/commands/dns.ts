import { InvalidArgumentError, Option, type Command } from "commander";
import { addDnsOptions, type DnsFlags } from "../options/dns.js";
import { addRecordOptions, type RecordFlags } from "../options/record.js";

export interface DnsCommandFlags extends DnsFlags, RecordFlags {
  readonly config?: string;
  readonly domain?: string;
  readonly folder?: string;
  readonly key?: string;
  readonly selector?: string;
  readonly check?: true;
  readonly switch?: true;
  readonly revoke?: true;
  readonly afterDays?: number;
}

export function register(program: Command): void {
  const command = program
    .command("dns")
    .description("Print the DNS records of private keys, compare them with what is published, and rotate keys.")
    .option("--domain <domain>", "the domain that signs, d=")
    .option("--folder <folder>", "where the domain's keys are, as keygen makes them")
    .option("--key <file>", "one private key, with --domain and --selector")
    .option("--selector <selector>", "its name, s=")
    .addOption(
      new Option("--config <file>", "all keys that sign, of a gateway's configuration").conflicts(["folder", "key"]),
    )
    .addOption(new Option("--check", "compare what is published with the private keys").conflicts("revoke"))
    .option(
      "--switch",
      "with --check and --folder: waiting keys that are published sign from now on, instead of the old",
    )
    .option("--revoke", "with --folder: print the records that withdraw retired keys whose time has come")
    .option("--after-days <n>", "days from a key's last signature to its withdrawal (default: 7)", daysOf)
    .action(async (flags: DnsCommandFlags) => {
      const { runDns } = await import("../keys/run-dns.js");
      process.exitCode = await runDns(flags, new Date());
    });
  addDnsOptions(addRecordOptions(command)).addHelpText("after", EXIT_CODES);
}

const EXIT_CODES = `
Exit code: 0 done; with --check 0 all is published, 1 something is not; 2 it could not run.`;

function daysOf(text: string): number {
  if (!/^[0-9]{1,4}$/.test(text)) throw new InvalidArgumentError("Not a whole number of days.");
  return Number(text);
}
