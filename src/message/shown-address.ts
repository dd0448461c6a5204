import { domainAtStartOf } from "./domain.js";

/** Characters of a name that are looked at: more than any program shows of one. */
export const MAX_SHOWN_NAME = 16 * 1024;

/** What a reader does not see, between the characters of an address as anywhere. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** What stands behind an "@" and may be a domain in a reader's eyes; marks, spaces and dots in front are passed over. */
const SHOWN_DOMAIN = /@[\s\p{M}.]*([\p{L}\p{N}][\p{L}\p{M}\p{N}.-]*)/gu;

/**
 * Finds what a reader may take for addresses in a display name: `"a <x@evil.net>" <ceo@bank.com>`, also with fullwidth
 * or small forms (U+FF20, U+FE6B), ideographic full stops, invisible characters, or space around the "@".
 * @param displayName the decoded name, as characters
 * @returns their domains as lower-case A-labels, each once, in the order of the name
 */
export function shownAddressDomains(displayName: string): readonly string[] {
  const text = displayName.slice(0, MAX_SHOWN_NAME).replace(UNSEEN, "").normalize("NFKC").replaceAll("\u3002", ".");
  const domains = new Set<string>();
  for (const [, shown = ""] of text.matchAll(SHOWN_DOMAIN)) {
    // `ceo@bank.com.` and `ceo@bank.com.-x` show bank.com.
    const domain = domainAtStartOf(shown);
    if (domain !== null) domains.add(domain);
  }
  return [...domains];
}
