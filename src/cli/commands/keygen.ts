import { InvalidArgumentError, Option, type Command } from "commander";
import type { KeyType } from "../../gateway/keys/generate.js";
import { addRecordOptions, type RecordFlags } from "../options/record.js";

export interface KeygenFlags extends RecordFlags {
  readonly domain: string;
  readonly folder: string;
  readonly type?: readonly KeyType[];
  readonly selector?: string;
  readonly bits: number;
  readonly next?: true;
}

export function register(program: Command): void {
  const command = program
    .command("keygen")
    .description("Make private keys, mode 0600, and print the records to publish. Nothing is ever overwritten.")
    .requiredOption("--domain <domain>", "the domain that signs, d=")
    .option("--folder <folder>", "where the domain's keys are, as SELECTOR.private", ".")
    .addOption(
      new Option("--type <type>", "rsa or ed25519 (repeatable; default: both)").argParser(
        (value, previous: readonly KeyType[] | undefined) => [...(previous ?? []), typeOf(value)],
      ),
    )
    .option("--selector <selector>", "the key's name, s= (default: its type and the date)")
    .option("--bits <n>", "length of an RSA key: 2048, 3072 or 4096", bitsOf, 2048)
    .option("--next", "beside the keys that sign: it signs when `dns --check --switch` finds it published")
    .action(async (flags: KeygenFlags) => {
      const { runKeygen } = await import("../keys/run-keygen.js");
      await runKeygen(flags, new Date());
    });
  addRecordOptions(command);
}

function typeOf(text: string): KeyType {
  if (text === "rsa" || text === "ed25519") return text;
  throw new InvalidArgumentError("Allowed: rsa, ed25519.");
}

/** Longer keys do not fit into a DNS answer over UDP, and receivers need not accept them (RFC 8301 §3.2). */
function bitsOf(text: string): number {
  if (!/^(?:2048|3072|4096)$/.test(text)) throw new InvalidArgumentError("Allowed: 2048, 3072, 4096.");
  return Number(text);
}
