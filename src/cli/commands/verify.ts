import { hostname } from "node:os";
import type { Command } from "commander";
import { verify, type Verification } from "../../index.js";
import { EXIT } from "../failure.js";
import { judgeFiles } from "../judge-files.js";
import { addDnsOptions, resolverOf, type DnsFlags } from "../options/dns.js";
import { addTimeOptions, timesOf, type TimeFlags } from "../options/time.js";
import { rowsOfVerification, VERIFICATION_TITLES } from "../terminal/rows.js";
import { jsonShow, tableShow } from "../terminal/show.js";

interface Flags extends DnsFlags, TimeFlags {
  readonly authservId: string;
  readonly json?: true;
}

export function register(program: Command): void {
  const command = program
    .command("verify")
    .description("Verify the DKIM signatures of messages and tell who vouches for them.")
    .argument("<file...>", "messages, mbox files, folders with all that is below them, - for standard input")
    .option("--json", "one JSON object per message and line")
    .option("--authserv-id <id>", "who verifies, in the Authentication-Results field of the answer", hostname())
    .action(async (paths: string[], flags: Flags) => {
      process.exitCode = await verifyFiles(paths, flags);
    });
  addTimeOptions(addDnsOptions(command)).addHelpText("after", EXIT_CODES);
}

const EXIT_CODES = `
Exit code: 0 all messages have a passing signature, 1 some message has none, 2 it could not run or a file is unreadable.`;

async function verifyFiles(paths: readonly string[], flags: Flags): Promise<number> {
  const options = { resolver: await resolverOf(flags), authservId: flags.authservId, ...timesOf(flags) };
  const { show, end } = flags.json ? jsonShow<Verification>() : tableShow(VERIFICATION_TITLES, rowsOfVerification);
  const without = new Set<string>();
  const exitCode = await judgeFiles(paths, {
    judge: (message) => verify(message, options),
    show: (name, verification) => {
      if (!verification.signatures.some(({ result }) => result === "pass")) without.add(name);
      return show(name, verification);
    },
    end,
  });
  return exitCode === EXIT.done && without.size > 0 ? EXIT.notPassing : exitCode;
}
