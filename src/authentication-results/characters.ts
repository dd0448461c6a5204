/** Kinds of ASCII characters, one bit each. */
export const KEYWORD = 1; // RFC 5321 §4.1.2: letters, digits, hyphen
export const TOKEN = 2; // RFC 2045 §5.1
export const DIGIT = 4;
/** Characters of a token, and the two that are harmless in it: slash and colon. */
export const LOOSE_TOKEN = 8;
/** Characters that an unquoted value may have at first sight: of a token, a dot-atom, a URL, base64. */
export const WORD = 16;
/** All but upper-case letters. */
export const LOWER_CASE = 32;
/** What white space and comments begin with. RFC 5322 §3.2.2 */
export const CFWS_START = 64;
export const BEYOND_ASCII = 128;

const KINDS = kindsOfCharacters();

/** @returns the bits of all kinds, of those above, that the character with this code has */
export function kindsOf(code: number): number {
  return code < KINDS.length ? KINDS[code]! : BEYOND_ASCII;
}

/** Whether all characters of a text are of a kind; true for the empty text. */
export function consistsOf(text: string, kind: number): boolean {
  for (let i = 0; i < text.length; i++) if ((kindsOf(text.charCodeAt(i)) & kind) === 0) return false;
  return true;
}

/** Whether a text is a Keyword: letters, digits and hyphens, the last one not a hyphen. RFC 5321 §4.1.2 Ldh-str */
export function isKeyword(text: string): boolean {
  return text !== "" && !text.endsWith("-") && consistsOf(text, KEYWORD);
}

/** RFC 5322 §3.2.3 atext; RFC 6532 §3.2 adds all non-ASCII characters. */
const ATOM = "[A-Za-z0-9!#$%&'*+\\-/=?^_`{|}~\\u0080-\\uffff]+";
const DOT_ATOM = new RegExp(`^${ATOM}(?:\\.${ATOM})*$`);

/** Whether a text is dot-atom-text. RFC 5322 §3.2.3 */
export function isDotAtom(text: string): boolean {
  return DOT_ATOM.test(text);
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
  for (const c of " \t\r\n(") kinds[c.charCodeAt(0)] = CFWS_START;
  for (let code = 0x21; code < 0x7f; code++) {
    const c = String.fromCharCode(code);
    const isAlphanumeric = /[A-Za-z0-9]/.test(c);
    const isToken = !'()<>@,;:\\"/[]?='.includes(c);
    const isAtext = isAlphanumeric || "!#$%&'*+-/=?^_`{|}~".includes(c);
    kinds[code]! |=
      (isAlphanumeric || c === "-" ? KEYWORD : 0) |
      (isToken ? TOKEN : 0) |
      (/[0-9]/.test(c) ? DIGIT : 0) |
      (isToken || c === "/" || c === ":" ? LOOSE_TOKEN : 0) |
      (isToken || isAtext || c === ":" ? WORD : 0) |
      (/[A-Z]/.test(c) ? 0 : LOWER_CASE);
  }
  return kinds;
}
