import { KeyError } from "../../gateway/keys/errors.js";
import { defaultSelector, generateKey, type KeyType } from "../../gateway/keys/generate.js";
import { readKeyFolder, type KeyFile } from "../../gateway/keys/key-folder.js";
import { readPrivateKey } from "../../gateway/keys/private-key-file.js";
import { formatRecord } from "../../gateway/keys/record-form.js";
import { keyName, recordOf } from "../../gateway/keys/record.js";
import { shellWord } from "../../gateway/keys/shell-word.js";
import { domainOf } from "../../message/domain.js";
import type { KeygenFlags } from "../commands/keygen.js";
import { CliError } from "../failure.js";
import { print } from "../terminal/output.js";

const TYPES: readonly KeyType[] = ["rsa", "ed25519"];

/** The command `keygen`. Its output can go into a zone file as it is. */
export async function runKeygen(flags: KeygenFlags, now: Date): Promise<void> {
  const domain = domainOf(flags.domain);
  if (domain === null) throw new CliError(`--domain: ${flags.domain} is no domain such as example.org`);
  const types = [...new Set(flags.type ?? TYPES)];
  if (flags.selector !== undefined && types.length > 1) {
    throw new CliError("--selector: a selector is the name of one key; say which with --type");
  }
  const { folder, bits } = flags;
  const state = flags.next ? "next" : "private";
  const files = await readKeyFolder(folder).catch(noFiles);
  if (state === "private") await checkNoneSigns(files, types);
  const taken = new Map(files.map(({ selector, path }) => [selector, path]));
  for (const type of types) {
    const selector = flags.selector ?? defaultSelector(type, now, taken);
    // A new key of the same selector would replace the record of one that is still needed.
    const rival = taken.get(selector);
    if (rival) throw new CliError(`${rival}: exists already, and is not overwritten; --selector names another`);
    const { path } = await generateKey({ folder, selector, type, bits, state });
    const record = recordOf(await readPrivateKey(path));
    const comment = `; ${path}: ${type === "rsa" ? `rsa, ${bits} bits` : type}, mode 0600${flags.next ? ", does not sign yet" : ""}\n`;
    await print(comment + formatRecord({ name: keyName(selector, domain), record }, flags.form, flags.ttl));
  }
  await print(nextStep(domain, folder, flags.next === true));
}

/** Only a folder that is not there yet has no keys: one that cannot be read may have some. */
function noFiles(error: unknown): KeyFile[] {
  if (error instanceof KeyError && error.code === "folder-missing") return [];
  throw error;
}

/** A second `.private` key would sign from the gateway's next start on, before its record is published. */
async function checkNoneSigns(files: readonly KeyFile[], types: readonly KeyType[]): Promise<void> {
  for (const { path } of files.filter(({ state }) => state === "private")) {
    const { type } = await readPrivateKey(path);
    if (types.includes(type)) throw new CliError(`${path}: signs already; --next makes a key beside it (${type})`);
  }
}

function nextStep(domain: string, folder: string, isNext: boolean): string {
  const where = `--domain ${domain} --folder ${shellWord(folder)}`;
  return isNext
    ? `; When it is published, this lets it sign: dkimstatus dns --check --switch ${where}\n`
    : `; Publish, then see whether it is right: dkimstatus dns --check ${where}\n`;
}
