import { asciiLowerCase, type Address } from "./address-pattern.js";

/** One line of OpenDKIM's SigningTable. */
export interface SigningTableEntry {
  readonly pattern: string;
  /** A name in the KeyTable; `%` alone is the author's domain. */
  readonly keyName: string;
}

/** OpenDKIM's table from authors to keys. opendkim.conf(5) */
export interface SigningTable {
  readonly entries: readonly SigningTableEntry[];
  /** `refile:` lines are wildcard patterns, tried in their order; `file:` lines are looked up in OpenDKIM's order. */
  readonly form: "refile" | "file";
  /** MultipleSignatures: all that match sign, not the first only. */
  readonly multiple: boolean;
}

/** @returns the entries for an author, in the order in which OpenDKIM finds them */
export function lookUpAuthor(table: SigningTable, author: Address): readonly SigningTableEntry[] {
  const found = table.form === "refile" ? byWildcard(table.entries, author) : byLookup(table.entries, author);
  return table.multiple ? found : found.slice(0, 1);
}

function byWildcard(entries: readonly SigningTableEntry[], author: Address): SigningTableEntry[] {
  const address = asciiLowerCase(`${author.localPart}@${author.domain}`);
  return entries.filter(({ pattern }) => matchesWildcard(asciiLowerCase(pattern), address));
}

/** `user@host`, `host`, `user@.domain` and `.domain` for the host and each domain above it, `user@*`, `*`. */
function byLookup(entries: readonly SigningTableEntry[], { localPart, domain }: Address): SigningTableEntry[] {
  const user = asciiLowerCase(localPart);
  const labels = domain.split(".");
  const above = labels.map((_, i) => "." + labels.slice(i).join("."));
  const keys = [`${user}@${domain}`, domain, ...above.map((parent) => user + "@" + parent), ...above, `${user}@*`, "*"];
  return keys.flatMap((key) => entries.filter(({ pattern }) => asciiLowerCase(pattern) === key));
}

/**
 * Whether a pattern in which only `*` is special matches the whole text. Linear in their product at worst: the last
 * asterisk is the only one that is ever tried again.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let i = 0; i < text.length;) {
    if (pattern.charAt(at) === "*") {
      star = at++;
      resume = i;
    } else if (at < pattern.length && pattern.charAt(at) === text.charAt(i)) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++resume;
    } else return false;
  }
  while (pattern.charAt(at) === "*") at++;
  return at === pattern.length;
}
