import { isAtOrBelow } from "../../message/domain.js";
import { NetworkList } from "../policy/network-list.js";
import type { AllowRule, KeyRule, PolicyKey, PolicyRules } from "../policy/rules.js";
import { SigningTable, type SigningTableEntry } from "../policy/signing-table.js";
import type { Findings } from "./findings.js";
import type { ConfigFile } from "./schema.js";

/** The contents of the files that a configuration names. */
export interface NamedFiles {
  readonly signingTable: readonly SigningTableEntry[];
  /** The addresses and networks of a file of hosts, by its path as the configuration has it. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
}

/** The rules of the signing policy; what is wrong with them goes to the findings. */
export function rulesOf(
  file: ConfigFile,
  keys: readonly PolicyKey[],
  { signingTable, hosts }: NamedFiles,
  findings: Findings,
): PolicyRules {
  const { opendkim } = file;
  const form = opendkim?.signing_table.startsWith("refile:") === true ? "refile" : "file";
  const rules: PolicyRules = {
    keys,
    allow: file.allow.map((rule, i) => allowRule(rule, `allow[${i}]`, hosts)),
    keyRules: file.key_rules.map((rule, i) => ({ name: `key_rules[${i}]`, ...rule })),
    signingTable: opendkim ? new SigningTable(signingTable, { form, multiple: opendkim.multiple_signatures }) : null,
    ignored: opendkim?.external_ignore_list ? new NetworkList(hosts.get(opendkim.external_ignore_list) ?? []) : null,
  };
  for (const rule of rules.allow) checkAllow(rule, findings);
  for (const rule of rules.keyRules) checkKeyRule(rule, keys, findings);
  checkTable(signingTable, keys, findings);
  if (keys.length > 0 && rules.allow.length === 0) {
    findings.warnings.push("allow: nobody may sign; there are keys, but no [[allow]] rule");
  }
  return rules;
}

function allowRule(rule: ConfigFile["allow"][number], name: string, hosts: NamedFiles["hosts"]): AllowRule {
  const { networks, networks_file: file } = rule;
  const listed = [...(networks ?? []), ...(file === undefined ? [] : (hosts.get(file) ?? []))];
  return {
    name,
    doors: rule.doors ?? null,
    logins: rule.logins ?? null,
    networks: networks === undefined && file === undefined ? null : new NetworkList(listed),
    daemons: rule.daemons ?? null,
    from: rule.from,
  };
}

/** A rule that covers strangers would sign their forgeries. */
function checkAllow({ name, doors, logins, networks, daemons, from }: AllowRule, findings: Findings): void {
  const isOutgoing = doors?.every((door) => door === "proxy-out") === true; // Postfix decides who gets there
  if (logins === null && networks === null && daemons === null && !isOutgoing) {
    findings.problems.push(
      `${name}: says nobody's name, so that every stranger could sign; ` +
        `give logins, networks, networks_file, daemons, or doors = ["proxy-out"]`,
    );
  }
  const isAnyAuthor = from.some(({ kind }) => kind === "any");
  if (isAnyAuthor && logins?.some(({ kind }) => kind === "any") === true) {
    findings.warnings.push(`${name}: whoever logs in may write as every author that there is a key for`);
  }
  if (from.some(({ kind }) => kind === "login" || kind === "login-domain") && logins === null) {
    findings.warnings.push(`${name}: $login in from fits nobody who has not logged in; the rule asks for no login`);
  }
}

function checkKeyRule(rule: KeyRule, keys: readonly PolicyKey[], { problems, warnings }: Findings): void {
  for (const name of rule.keys) {
    const key = keys.find((candidate) => candidate.name === name);
    if (key === undefined) {
      problems.push(`${rule.name}.keys: there is no key with the name ${JSON.stringify(name)}; ${namesOf(keys)}`);
      continue;
    }
    for (const pattern of rule.from) {
      if (!("domain" in pattern) || key.domain === null || isAtOrBelow(pattern.domain, key.domain)) continue;
      warnings.push(
        `${rule.name}: ${name} does not vouch for authors of ${pattern.domain}, for receivers it is another's`,
      );
    }
  }
}

function checkTable(entries: readonly SigningTableEntry[], keys: readonly PolicyKey[], { problems }: Findings): void {
  const names = new Set(keys.map(({ name }) => name));
  for (const { pattern, keyName } of entries) {
    if (keyName !== "%" && !names.has(keyName)) {
      problems.push(`opendkim.signing_table: ${pattern} names the key ${JSON.stringify(keyName)}; ${namesOf(keys)}`);
    }
  }
}

/** Names that a message lists. */
const MAX_NAMES = 10;

function namesOf(keys: readonly PolicyKey[]): string {
  const names = keys.map(({ name }) => name);
  if (names.length === 0) return "there are no keys that could be read";
  return `there are ${names.slice(0, MAX_NAMES).join(", ")}${names.length > MAX_NAMES ? ", …" : ""}`;
}
