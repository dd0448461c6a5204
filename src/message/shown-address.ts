import { domainAtStartOf } from "./domain.js";

/** Characters of a name that are looked at: more than any mail program shows. */
export const MAX_SHOWN_NAME = 16 * 1024;

/** What a reader does not see between the characters of an address: invisible ones, and the thinnest spaces. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2006\u2008-\u200a\u202f]/gu;

/** Makes the following text run from right to left: `moc.knab@oec` is then seen as ceo@bank.com. */
const RIGHT_TO_LEFT_OVERRIDE = "\u202e";

/** What a reader may take for a domain after an "@"; marks, spaces and dots between them are skipped. */
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

/** @returns the texts that a reader may see in place of the name; none if it cannot show an address */
function waysToRead(name: string): readonly string[] {
  // Nearly every name: it hides nothing, and is its own compatibility form.
  if (PRINTABLE_ASCII.test(name)) return name.includes("@") ? [name] : [];
  const text = name.replace(UNSEEN, "").normalize("NFKC").replaceAll("\u3002", ".");
  return name.includes(RIGHT_TO_LEFT_OVERRIDE) ? [text, Array.from(text).reverse().join("")] : [text];
}

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
