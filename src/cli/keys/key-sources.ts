import { resolve } from "node:path";
import type { PrivateKey } from "../../dkim/crypto.js";
import { loadGatewayConfig } from "../../gateway/config/load.js";
import { readKeyFolder, type KeyFile } from "../../gateway/keys/key-folder.js";
import { readPrivateKey } from "../../gateway/keys/private-key-file.js";
import { keyName, recordOf } from "../../gateway/keys/record.js";
import { domainOf, selectorOf } from "../../message/domain.js";
import type { DnsCommandFlags } from "../commands/dns.js";
import { CliError } from "../failure.js";

/** A private key, and where its public half should be in the DNS. */
export interface DnsKey {
  readonly file: KeyFile;
  readonly privateKey: PrivateKey;
  /** `SELECTOR._domainkey.DOMAIN` */
  readonly name: string;
  /** The record that should be there. */
  readonly record: string;
}

/**
 * The keys that the flags name; a folder's in each of their states. @throws {CliError} {@link KeyError} {@link
 * ConfigError}
 */
export async function keysOf(flags: DnsCommandFlags): Promise<DnsKey[]> {
  if (flags.config !== undefined) return configuredKeys(flags.config, flags.domain);
  const domain = flags.domain === undefined ? null : domainOf(flags.domain);
  if (domain === null) throw new CliError(`--domain: ${flags.domain ?? "nothing"} is no domain such as example.org`);
  if (flags.folder !== undefined && flags.key === undefined) {
    const keys: DnsKey[] = [];
    for (const file of await readKeyFolder(flags.folder))
      keys.push(dnsKey(file, domain, await readPrivateKey(file.path)));
    if (keys.length === 0) throw new CliError(`${flags.folder}: has no keys (SELECTOR.private); keygen makes some`);
    return keys;
  }
  const selector = selectorOf(flags.selector ?? "");
  if (flags.folder !== undefined || flags.key === undefined || selector === null) {
    throw new CliError("name the keys: --domain with --folder, --domain with --key and --selector, or --config");
  }
  return [dnsKey(signingFile(flags.key, selector), domain, await readPrivateKey(flags.key))];
}

/** Keys of OpenDKIM's tables that sign for any domain have no name of their own. */
async function configuredKeys(config: string, domain: string | undefined): Promise<DnsKey[]> {
  const { keys } = await loadGatewayConfig(config);
  const wanted = domain === undefined ? null : domainOf(domain);
  const found = keys.flatMap((key) =>
    key.domain === null || (wanted !== null && key.domain !== wanted)
      ? []
      : [dnsKey(signingFile(resolve(key.path), key.selector), key.domain, key.privateKey)],
  );
  if (found.length === 0) throw new CliError(`${config}: has no keys${domain === undefined ? "" : ` of ${domain}`}`);
  return found;
}

function signingFile(path: string, selector: string): KeyFile {
  return { path, selector, state: "private", modifiedAt: new Date(0) };
}

function dnsKey(file: KeyFile, domain: string, privateKey: PrivateKey): DnsKey {
  return { file, privateKey, name: keyName(file.selector, domain), record: recordOf(privateKey) };
}
