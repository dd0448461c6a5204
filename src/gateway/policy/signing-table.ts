import { asciiLowerCase, type Address } from "./address-pattern.js";

/** One line of OpenDKIM's SigningTable. */
export interface SigningTableEntry {
  readonly pattern: string;
  /** A name in the KeyTable; `%` alone is the author's domain. */
  readonly keyName: string;
  /** i=, with `%` for the author's domain; null: none. */
  readonly signer: string | null;
}

export interface SigningTableOptions {
  /** `refile:` lines are wildcard patterns, tried in order; `file:` lines are looked up in OpenDKIM's order. */
  readonly form: "refile" | "file";
  /** MultipleSignatures: all lines that match sign, not only the first. */
  readonly multiple: boolean;
}

/** OpenDKIM's table from authors to keys, in which the case of ASCII letters does not matter. opendkim.conf(5) */
export class SigningTable {
  /** By pattern in lower case, each in the order of the table. */
  readonly #byPattern = new Map<string, SigningTableEntry[]>();

  constructor(
    readonly entries: readonly SigningTableEntry[],
    private readonly options: SigningTableOptions,
  ) {
    for (const entry of entries) {
      const pattern = asciiLowerCase(entry.pattern);
      const same = this.#byPattern.get(pattern);
      if (same === undefined) this.#byPattern.set(pattern, [entry]);
      else same.push(entry);
    }
  }

  /** @returns the entries for an author, in the order in which OpenDKIM finds them */
  lookUp(author: Address): readonly SigningTableEntry[] {
    const found = this.options.form === "refile" ? this.#byWildcard(author) : this.#byLookup(author);
    return this.options.multiple ? found : found.slice(0, 1);
  }

  #byWildcard({ localPart, domain }: Address): SigningTableEntry[] {
    const address = asciiLowerCase(`${localPart}@${domain}`);
    return this.entries.filter(({ pattern }) => matchesWildcard(asciiLowerCase(pattern), address));
  }

  /** `user@host`, `host`, `user@.domain` and then `.domain` for each domain above the host, `user@*`, `*`. */
  #byLookup({ localPart, domain }: Address): SigningTableEntry[] {
    const user = asciiLowerCase(localPart);
    const labels = domain.split(".");
    const above = labels.slice(1).map((_, i) => "." + labels.slice(i + 1).join("."));
    const ofUser = above.map((parent) => `${user}@${parent}`);
    const keys = [`${user}@${domain}`, domain, ...ofUser, ...above, `${user}@*`, "*"];
    return keys.flatMap((key) => this.#byPattern.get(key) ?? []);
  }
}

/**
 * Whether a pattern in which only `*` is special matches the whole text. It takes at most time proportional to the
 * product of the lengths: only the last asterisk is ever retried.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let i = 0; i < text.length;) {
    if (pattern.charAt(at) === "*") {
      star = at++;
      resume = i;
    } else if (pattern.charAt(at) === text.charAt(i)) {
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
