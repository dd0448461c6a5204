import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { nodeCrypto } from "../../crypto/node.js";
import { sign, type SigningKey } from "../../index.js";
import { CliError, failureAt } from "../failure.js";
import { dateOf } from "../options/time.js";
import { printEdited } from "../print-edited.js";

interface Flags {
  readonly key: string[];
  readonly domain: string[];
  readonly selector: string[];
  readonly authservId?: string;
  readonly now?: Date;
}

export function register(program: Command): void {
  program
    .command("sign")
    .description("Sign one message and print it. --key, --domain and --selector belong together; several groups sign.")
    .argument("<file>", "one message, - for standard input")
    .requiredOption("--key <file>", "private key, PEM (repeatable)", collected)
    .requiredOption("--domain <domain>", "the domain that signs, d= (repeatable)", collected)
    .requiredOption("--selector <selector>", "the name of the key, s= (repeatable)", collected)
    .option("--authserv-id <id>", "also take out Authentication-Results fields that claim this id")
    .option("--now <iso-8601>", "the time of signing, t= (default: the present)", dateOf)
    .action(async (path: string, flags: Flags) => {
      const keys = await keysOf(flags);
      const authservIds = flags.authservId === undefined ? [] : [flags.authservId];
      await printEdited(path, (message) => sign(message, { keys, authservIds, ...(flags.now && { now: flags.now }) }));
    });
}

function collected(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}

/** The n-th of each belong together. */
async function keysOf({ key, domain, selector }: Flags): Promise<SigningKey[]> {
  if (key.length !== domain.length || key.length !== selector.length) {
    throw new CliError("each signature needs one --key, one --domain and one --selector (see dkimstatus sign --help)");
  }
  const keys: SigningKey[] = [];
  for (const [i, path] of key.entries()) {
    keys.push({ domain: domain[i]!, selector: selector[i]!, privateKey: await privateKeyOf(path) });
  }
  return keys;
}

async function privateKeyOf(path: string): Promise<SigningKey["privateKey"]> {
  try {
    return await nodeCrypto.importPrivateKey(await readFile(path, "utf8"));
  } catch (error) {
    throw failureAt(path, error);
  }
}
