import { hostname } from "node:os";
import type { Command } from "commander";
import { annotate } from "../../index.js";
import { printEdited } from "../print-edited.js";
import { addDnsOptions, resolverOf, type DnsFlags } from "../options/dns.js";
import { addTimeOptions, timesOf, type TimeFlags } from "../options/time.js";

interface Flags extends DnsFlags, TimeFlags {
  readonly authservId: string;
}

export function register(program: Command): void {
  const command = program
    .command("annotate")
    .description("Verify one message and print it with an Authentication-Results field on top, forged ones taken out.")
    .argument("<file>", "one message, - for standard input")
    .option("--authserv-id <id>", "who verifies: the id of the field", hostname())
    .action(async (path: string, flags: Flags) => {
      const options = { resolver: await resolverOf(flags), authservId: flags.authservId, ...timesOf(flags) };
      await printEdited(path, (message) => annotate(message, options));
    });
  addTimeOptions(addDnsOptions(command));
}
