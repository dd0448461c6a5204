import { domainAtStartOf } from "./domain.js";

/** Characters of a name that are looked at: more than any program shows of one. */
export const MAX_SHOWN_NAME = 16 * 1024;

/** What a reader does not see between the characters of an address: invisible ones, and the thinnest spaces. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2006\u2008-\u200a\u202f]/gu;

/** Makes what follows run from right to left: behind it `moc.knab@oec` is seen as ceo@bank.com. */
const RIGHT_TO_LEFT_OVERRIDE = "\u202e";

/** What stands behind an "@" and may be a domain in a reader's eyes; marks, spaces and dots in front are passed over. */
const SHOWN_DOMAIN = /@[\s\p{M}.]*([\p{L}\p{N}][\p{L}\p{M}\p{N}.-]*)/gu;

/**
 * Finds what a reader may take for addresses in a display name: `"a <x@evil.net>" <ceo@bank.com>`, also with fullwidth
 * or small forms (U+FF20, U+FE6B), ideographic full stops, invisible characters, or space around the "@".
 * @param displayName the decoded name, as characters
 * @returns their domains as lower-case A-labels, each once, in the order of the name
 */
export function shownAddressDomains(displayName: string): readonly string[] {
  const name = displayName.slice(0, MAX_SHOWN_NAME);
  const ways = waysToRead(name);
  if (ways.length === 0) return [];
  const domains = new Set<string>();
  for (const text of ways) {
    for (const [, shown = ""] of text.matchAll(SHOWN_DOMAIN)) {
      // `ceo@bank.com.` and `ceo@bank.com.-x` show bank.com.
      const domain = domainAtStartOf(shown);
      if (domain !== null) domains.add(domain);
    }
  }
  return [...domains];
}

/** @returns the texts that a reader may see a name as, of those that can show an address */
function waysToRead(name: string): readonly string[] {
  // As nearly every name: it hides nothing, and is its own compatibility form.
  if (PRINTABLE_ASCII.test(name)) return name.includes("@") ? [name] : [];
  const text = name.replace(UNSEEN, "").normalize("NFKC").replaceAll("\u3002", ".");
  return name.includes(RIGHT_TO_LEFT_OVERRIDE) ? [text, Array.from(text).reverse().join("")] : [text];
}

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
