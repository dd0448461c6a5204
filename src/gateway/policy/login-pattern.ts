import { domainOf } from "../../message/domain.js";
import { asciiLowerCase, parseAddress } from "./address-pattern.js";

/** Which logins match: `*` is any, `*@DOMAIN` any of a domain, everything else one login. */
export type LoginPattern =
  | { readonly kind: "any" }
  | { readonly kind: "domain"; readonly domain: string }
  | { readonly kind: "login"; readonly login: string };

/** @returns the pattern, or null for an asterisk anywhere else */
export function parseLoginPattern(text: string): LoginPattern | null {
  if (text === "*") return { kind: "any" };
  if (text.startsWith("*@")) {
    const domain = domainOf(text.slice(2));
    return domain === null ? null : { kind: "domain", domain };
  }
  return text === "" || text.includes("*") ? null : { kind: "login", login: comparable(text) };
}

export function matchesLogin(pattern: LoginPattern, login: string): boolean {
  switch (pattern.kind) {
    case "any":
      return true;
    case "domain":
      return parseAddress(login)?.domain === pattern.domain;
    case "login":
      return pattern.login === comparable(login);
  }
}

/** ASCII letters in lower case, and a domain as A-labels. */
function comparable(login: string): string {
  const address = parseAddress(login);
  return address === null ? asciiLowerCase(login) : `${asciiLowerCase(address.localPart)}@${address.domain}`;
}
