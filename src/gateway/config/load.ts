import { resolve } from "node:path";
import { isLocal, formatAddress } from "../address.js";
import { RulePolicy } from "../policy/policy.js";
import { ConfigError } from "./errors.js";
import { Findings } from "./findings.js";
import { loadKeys, type LoadedKey } from "./keys.js";
import { parseHostList, parseKeyTable, parseSigningTable, type Reading } from "./opendkim.js";
import { readConfigFile, textOf } from "./read-file.js";
import { rulesOf } from "./rules.js";
import type { ConfigFile } from "./schema.js";
import { besides, settingsOf, type GatewaySettings } from "./settings.js";

/** A gateway's configuration with all that it names, read and checked. */
export interface GatewayConfig {
  readonly settings: GatewaySettings;
  readonly policy: RulePolicy;
  readonly keys: readonly LoadedKey[];
  /** What does not stop the gateway, but should be reported at its start. */
  readonly warnings: readonly string[];
}

/**
 * Reads a configuration file, and the keys, tables and lists that it names. The same at the start and at a reload.
 * @throws {ConfigError} with all that is wrong
 */
export async function loadGatewayConfig(path: string): Promise<GatewayConfig> {
  const file = await readConfigFile(path);
  const findings = new Findings();
  const settings = settingsOf(file, resolve(path));
  checkHttp(settings, findings);
  const tables = await readTables(file, path, findings);
  const keys = await loadKeys(file, resolve(path), tables.keyTable, findings);
  const rules = rulesOf(file, keys, tables, findings);
  if (findings.problems.length > 0) throw new ConfigError(path, findings.problems);
  return { settings, policy: new RulePolicy(rules), keys, warnings: findings.warnings };
}

/** The door would refuse this itself, but only when it opens. */
function checkHttp({ http }: GatewaySettings, { problems }: Findings): void {
  if (http === null || http.tokenFile !== undefined) return;
  for (const address of http.listen) {
    if (isLocal(address)) continue;
    problems.push(`http.listen: others than this machine can reach ${formatAddress(address)}; that needs a token_file`);
  }
}

async function readTables(file: ConfigFile, path: string, findings: Findings) {
  const { opendkim } = file;
  const read = async <T>(
    where: string,
    name: string,
    parse: (text: string, file: string) => Reading<T>,
  ): Promise<readonly T[]> => {
    const place = besides(path, name.replace(/^(?:re)?file:/, ""));
    const text = await findings.attempt(where, () => textOf(place, path));
    if (text === null) return [];
    const { entries, problems, warnings } = parse(text, place);
    findings.problems.push(...problems);
    findings.warnings.push(...warnings);
    return entries;
  };
  const hosts = new Map<string, readonly string[]>();
  const ignored = { where: "opendkim.external_ignore_list", list: opendkim?.external_ignore_list };
  const lists = file.allow.map((rule, i) => ({ where: `allow[${i}].networks_file`, list: rule.networks_file }));
  for (const { where, list } of [ignored, ...lists]) {
    if (list !== undefined && !hosts.has(list)) hosts.set(list, await read(where, list, parseHostList));
  }
  return {
    keyTable: opendkim ? await read("opendkim.key_table", opendkim.key_table, parseKeyTable) : [],
    signingTable: opendkim ? await read("opendkim.signing_table", opendkim.signing_table, parseSigningTable) : [],
    hosts,
  };
}
