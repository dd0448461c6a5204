import { Option, type Command } from "commander";
import { loadPublicSuffixList, statusOf } from "../../index.js";
import { headerOctets } from "../files/header.js";
import { judgeFiles } from "../judge-files.js";
import { dnsOptions } from "../options/dns.js";
import { addTimeOptions, type TimeFlags } from "../options/time.js";
import { addTrustOptions, trustOf, type TrustFlags } from "../options/trust.js";
import { REPORT_TITLES, rowsOfReport, type Told } from "../terminal/rows.js";
import { jsonShow, tableShow } from "../terminal/show.js";

interface Flags extends TimeFlags, TrustFlags {
  readonly json?: true;
}

export function register(program: Command): void {
  const command = program
    .command("status")
    .description(
      "Tell what the fields that are in messages say, as a reader's program would show it. Verifies nothing.",
    )
    .argument("<file...>", "messages, mbox files, folders with all that is below them, - for standard input")
    .option("--json", "one JSON object per message and line")
    .action(async (paths: string[], flags: Flags) => {
      process.exitCode = await tellStatus(paths, flags);
    });
  addTimeOptions(addTrustOptions(command));
  // So that a script can give the same options to this and to `verify`; they have no effect here.
  for (const option of dnsOptions()) command.addOption(option.hideHelp());
  command.addOption(new Option("--authserv-id <id>").hideHelp());
}

async function tellStatus(paths: readonly string[], flags: Flags): Promise<number> {
  const options = {
    ...trustOf(flags),
    receivedAt: flags.receivedAt ?? flags.now,
    organizationalDomain: await loadPublicSuffixList(),
  };
  return judgeFiles(paths, {
    judge: async (message) => {
      const { author, status, results } = statusOf({ headers: await headerOctets(message) }, options);
      return { author, status, results };
    },
    ...(flags.json ? jsonShow<Told>() : tableShow(REPORT_TITLES, rowsOfReport)),
  });
}
