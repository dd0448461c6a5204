import { domainOf, isAtOrBelow } from "../../message/domain.js";

/** The part of an author that patterns are matched against; the domain as lower-case A-labels. */
export interface Address {
  readonly localPart: string;
  readonly domain: string;
}

/** Which authors' addresses, or logins, match. */
export type AddressPattern =
  | { readonly kind: "any" }
  | { readonly kind: "domain"; readonly domain: string }
  /** Every domain below it, but not the domain itself. */
  | { readonly kind: "below"; readonly domain: string }
  | { readonly kind: "address"; readonly localPart: string; readonly domain: string }
  /** The login itself, which must be an address. */
  | { readonly kind: "login" }
  /** Any address of the login's domain. */
  | { readonly kind: "login-domain" };

export const PATTERN_FORMS =
  "ADDRESS, DOMAIN or *@DOMAIN (exactly it), *.DOMAIN (all below it), $login, $login_domain, or * for all";

/** @returns the pattern, or null if the text has none of the {@link PATTERN_FORMS} */
export function parseAddressPattern(text: string): AddressPattern | null {
  if (text === "*") return { kind: "any" };
  if (text === "$login") return { kind: "login" };
  if (text === "$login_domain") return { kind: "login-domain" };
  if (text.includes("@")) {
    const address = parseAddress(text);
    if (address?.localPart === "*") return { kind: "domain", domain: address.domain };
    // An address may contain an asterisk, but here it is more likely meant as a wildcard.
    return address === null || address.localPart.includes("*") ? null : { kind: "address", ...address };
  }
  const isBelow = text.startsWith("*.");
  const domain = domainOf(isBelow ? text.slice(2) : text);
  return domain === null ? null : { kind: isBelow ? "below" : "domain", domain };
}

/** Whether the author matches the pattern; `login` is who submitted the message, if anybody. */
export function matchesAddress(pattern: AddressPattern, author: Address, login: string | null): boolean {
  switch (pattern.kind) {
    case "any":
      return true;
    case "domain":
      return author.domain === pattern.domain;
    case "below":
      return author.domain !== pattern.domain && isAtOrBelow(author.domain, pattern.domain);
    case "address":
      return isSameAddress(author, pattern);
    case "login": {
      const own = login === null ? null : parseAddress(login);
      return own !== null && isSameAddress(author, own);
    }
    case "login-domain":
      return login !== null && parseAddress(login)?.domain === author.domain;
  }
}

/** @returns an address as a configuration or a login has it: unquoted, the domain after the last at sign */
export function parseAddress(text: string): Address | null {
  const at = text.lastIndexOf("@");
  const domain = at > 0 ? domainOf(text.slice(at + 1)) : null;
  return domain === null ? null : { localPart: text.slice(0, at), domain };
}

/** In practice, local parts that differ only in the case of ASCII letters are the same mailbox. RFC 5321 §2.4 */
function isSameAddress(one: Address, other: Address): boolean {
  return one.domain === other.domain && asciiLowerCase(one.localPart) === asciiLowerCase(other.localPart);
}

/** Not `toLowerCase`: that turns some other characters, such as the Kelvin sign, into ASCII letters. */
export function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
