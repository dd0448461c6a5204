import { hostname } from "node:os";
import type { Command } from "commander";
import { EXIT } from "../failure.js";
import { judgeFiles } from "../judge-files.js";
import { addDnsOptions } from "../options/dns.js";
import { addTimeOptions } from "../options/time.js";
import { rowsOfVerification, VERIFICATION_TITLES } from "../terminal/rows.js";
import { tableShow } from "../terminal/show.js";
import { verifyingBy, type Verified, type VerifyFlags } from "../verifying.js";

export function register(program: Command): void {
  const command = program
    .command("verify")
    .description("Verify the DKIM signatures of messages and tell who vouches for them.")
    .argument("<file...>", "messages, mbox files, folders with all that is below them, - for standard input")
    .option("--json", "one JSON object per message and line")
    .option("--authserv-id <id>", "who verifies, in the Authentication-Results field of the answer", hostname())
    .action(async (paths: string[], flags: VerifyFlags) => {
      process.exitCode = await verifyFiles(paths, flags);
    });
  addTimeOptions(addDnsOptions(command)).addHelpText("after", EXIT_CODES);
}

const EXIT_CODES = `
Exit code: 0 all messages have a passing signature, 1 some message has none, 2 it could not run or a file is unreadable.`;

/** Beside the program, as `build.mjs` puts it. */
const THREAD = new URL("./verify-thread.js", import.meta.url);

async function verifyFiles(paths: readonly string[], flags: VerifyFlags): Promise<number> {
  const table = tableShow(VERIFICATION_TITLES, rowsOfVerification);
  let without = 0;
  const exitCode = await judgeFiles<Verified>(paths, {
    judge: await verifyingBy(flags),
    thread: { url: THREAD, data: flags },
    show: (name, { passes, told }) => {
      if (!passes) without++;
      return typeof told === "string" ? told : table.show(name, told);
    },
    end: () => (flags.json ? "" : table.end()),
  });
  return exitCode === EXIT.done && without > 0 ? EXIT.notPassing : exitCode;
}
