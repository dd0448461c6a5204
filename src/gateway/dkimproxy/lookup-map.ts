/** sender_map and listid_map: from addresses and lists to signatures. */
import { parseSignatureSpecs, SpecError, type SignatureSpec } from "./signature-spec.js";

export interface MapEntry {
  readonly key: string;
  readonly specs: readonly SignatureSpec[];
  /** As messages name it: `FILE line 3`. */
  readonly place: string;
}

export interface MapReading {
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly problems: readonly string[];
  readonly notices: readonly string[];
}

/** The key that everything matches. */
export const CATCH_ALL = ".";

/**
 * Reads `KEY SIGNATURES` lines; `#` and `;` begin comment lines, and of two lines with the same key the last counts.
 * @param file what messages call it
 */
export function parseMap(text: string, file: string): MapReading {
  const entries = new Map<string, MapEntry>();
  const problems: string[] = [];
  const notices: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const plain = line.trim();
    const space = plain.search(/[ \t]/);
    if (plain === "" || plain.startsWith("#") || plain.startsWith(";")) continue;
    const place = `${file} line ${index + 1}`;
    const key = space < 0 ? plain : plain.slice(0, space);
    if (space < 0) notices.push(`${place}: ${key} has no signatures, and is passed over`);
    else if (key !== key.toLowerCase()) notices.push(`${place}: ${key} is never found: keys are written in lower case`);
    else {
      try {
        entries.set(key, { key, specs: parseSignatureSpecs(plain.slice(space), place), place });
      } catch (error) {
        if (!(error instanceof SpecError)) throw error;
        problems.push(`${place}: ${error.message}`);
      }
    }
  }
  return { entries, problems, notices };
}

/** @returns the entry of the first of these keys that has one */
export function lookUp<T>(entries: ReadonlyMap<string, T>, keys: readonly string[]): T | null {
  for (const key of keys) {
    const entry = entries.get(key);
    if (entry !== undefined) return entry;
  }
  return null;
}

/** The address, the address without its extension, the domain, each domain above it, `.` */
export function senderKeys(localPart: string, domain: string): string[] {
  const user = localPart.toLowerCase();
  const plus = user.indexOf("+");
  const plain = plus > 0 ? [`${user.slice(0, plus)}@${domain}`] : [];
  return [`${user}@${domain}`, ...plain, ...domainKeys(domain)];
}

/** The name, each name above it, `.` */
export function domainKeys(domain: string): string[] {
  const labels = domain.split(".");
  return [...labels.map((_, i) => labels.slice(i).join(".")), CATCH_ALL];
}
