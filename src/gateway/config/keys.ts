import type { PrivateKey } from "../../dkim/crypto.js";
import { readKeyFolder } from "../keys/key-folder.js";
import { readPrivateKey } from "../keys/private-key-file.js";
import { keyName } from "../keys/record.js";
import type { PolicyKey } from "../policy/rules.js";
import type { Findings } from "./findings.js";
import type { KeyTableEntry } from "./opendkim.js";
import type { ConfigFile } from "./schema.js";
import { besides } from "./settings.js";

/** A key of the configuration, and where it is. */
export interface LoadedKey extends PolicyKey {
  readonly path: string;
}

/** Where a key is to be read from. */
type KeySource = Omit<LoadedKey, "privateKey"> & { readonly where: string };

/** RFC 8301 §3.2: signers SHOULD use at least 2048 bits. */
const ADVISED_RSA_BITS = 2048;

/** Reads all private keys that a configuration names, each file once; what is wrong goes to the findings. */
export async function loadKeys(
  file: ConfigFile,
  path: string,
  keyTable: readonly KeyTableEntry[],
  findings: Findings,
): Promise<LoadedKey[]> {
  const sources = [...(await configured(file, path, findings)), ...fromTable(file, path, keyTable)];
  const read = new Map<string, PrivateKey | null>();
  const keys: LoadedKey[] = [];
  for (const { where, ...source } of sources) {
    let privateKey = read.get(source.path);
    if (privateKey === undefined) {
      privateKey = await findings.attempt(where, () => readPrivateKey(source.path));
      read.set(source.path, privateKey);
    }
    if (privateKey !== null) keys.push({ ...source, privateKey });
  }
  check(keys, findings);
  return keys;
}

async function configured(file: ConfigFile, path: string, findings: Findings): Promise<KeySource[]> {
  const sources: KeySource[] = [];
  for (const [i, { domain, folder, selector, file: keyFile, name }] of file.keys.entries()) {
    const where = `keys[${i}]`;
    if (keyFile !== undefined && selector !== undefined && folder === undefined) {
      const names = { name: name ?? keyName(selector, domain), domain, selector };
      sources.push({ ...names, path: besides(path, keyFile), where, signsByDomain: true });
    } else if (folder !== undefined && selector === undefined && keyFile === undefined && name === undefined) {
      const files = (await findings.attempt(where, () => readKeyFolder(besides(path, folder)))) ?? [];
      const signing = files.filter(({ state }) => state === "private");
      if (signing.length === 0) findings.warnings.push(`${where}: ${folder} has no key that signs (SELECTOR.private)`);
      for (const key of signing) {
        const names = { name: keyName(key.selector, domain), domain, selector: key.selector };
        sources.push({ ...names, path: key.path, where, signsByDomain: true });
      }
    } else findings.problems.push(`${where}: a key has either a folder, or a selector and a file`);
  }
  return sources;
}

function fromTable(file: ConfigFile, path: string, keyTable: readonly KeyTableEntry[]): KeySource[] {
  if (file.opendkim === undefined) return [];
  const table = besides(path, file.opendkim.key_table);
  return keyTable.map(({ file: keyFile, ...names }) => ({
    ...names,
    path: besides(table, keyFile),
    where: "opendkim.key_table",
    signsByDomain: false,
  }));
}

function check(keys: readonly LoadedKey[], { problems, warnings }: Findings): void {
  const names = new Set<string>();
  for (const { name, path, privateKey } of keys) {
    if (names.has(name)) problems.push(`${path}: there are two keys with the name ${name}; names tell keys apart`);
    names.add(name);
    if (privateKey.type === "rsa" && privateKey.bits < ADVISED_RSA_BITS) {
      warnings.push(`${path}: an RSA key should have 2048 bits, this one has ${privateKey.bits}`);
    }
  }
  const kinds = keys.filter(({ signsByDomain }) => signsByDomain).map((key) => `${key.privateKey.type} ${key.domain!}`);
  const twice = new Set(kinds.filter((kind, i) => kinds.indexOf(kind) !== i));
  for (const kind of twice) warnings.push(`keys: several keys of one kind sign side by side: ${kind}`);
}
