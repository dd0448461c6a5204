/** Kinds of ASCII characters, one bit each. */
export const KEYWORD = 1; // RFC 5321 §4.1.2: letters, digits, hyphen
export const TOKEN = 2; // RFC 2045 §5.1
export const ATEXT = 4; // RFC 5322 §3.2.3
export const DIGIT = 8;
/** A token with the two characters that are harmless in it. */
export const LOOSE_TOKEN = 16;
/** What an unquoted value may be made of before it is looked at closely: a token, a dot-atom, a URL, base64. */
export const WORD = 32;

const KINDS = kindsOfCharacters();

/** Whether the character with this code is ASCII and of the kind. */
export function isOfKind(code: number, kind: number): boolean {
  return ((KINDS[code] ?? 0) & kind) !== 0;
}

/** Whether a text is made of ASCII characters of a kind and nothing else; true for the empty text. */
export function consistsOf(text: string, kind: number): boolean {
  for (let i = 0; i < text.length; i++) if (!isOfKind(text.charCodeAt(i), kind)) return false;
  return true;
}

/** Whether a text is a Keyword: letters, digits and hyphens, the last no hyphen. RFC 5321 §4.1.2 Ldh-str */
export function isKeyword(text: string): boolean {
  return text !== "" && !text.endsWith("-") && consistsOf(text, KEYWORD);
}

/** Whether a text is dot-atom-text. RFC 5322 §3.2.3, and RFC 6532 §3.2 for non-ASCII characters */
export function isDotAtom(text: string): boolean {
  return text.split(".").every((atom) => atom !== "" && consistsOf(atom.replace(/[^\x00-\x7f]/g, ""), ATEXT));
}

/** RFC 5321 §4.1.2 sub-domain; RFC 6531 §3.3 adds U-labels. */
const SUB_DOMAIN = "[A-Za-z0-9\\u0080-\\uffff](?:[A-Za-z0-9\\u0080-\\uffff-]*[A-Za-z0-9\\u0080-\\uffff])?";
const DOMAIN_NAME = new RegExp(`^${SUB_DOMAIN}(?:\\.${SUB_DOMAIN})*$`);

/** Whether a text has the form of a domain name. One label is enough: internal hosts are named like that. */
export function isDomainName(text: string): boolean {
  return DOMAIN_NAME.test(text);
}

function kindsOfCharacters(): Uint8Array {
  const kinds = new Uint8Array(128);
  for (let code = 0x21; code < 0x7f; code++) {
    const c = String.fromCharCode(code);
    const isAlphanumeric = /[A-Za-z0-9]/.test(c);
    const isToken = !'()<>@,;:\\"/[]?='.includes(c);
    const isAtext = isAlphanumeric || "!#$%&'*+-/=?^_`{|}~".includes(c);
    kinds[code] =
      (isAlphanumeric || c === "-" ? KEYWORD : 0) |
      (isToken ? TOKEN : 0) |
      (isAtext ? ATEXT : 0) |
      (/[0-9]/.test(c) ? DIGIT : 0) |
      (isToken || c === "/" || c === ":" ? LOOSE_TOKEN : 0) |
      (isToken || isAtext || c === ":" ? WORD : 0);
  }
  return kinds;
}
