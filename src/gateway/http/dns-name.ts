import { domainOf, selectorOf } from "../../message/domain.js";

const DOMAINKEY = "._domainkey.";
const DMARC = "_dmarc.";

/**
 * Whether a name is one that a verifier in a browser has to ask for: `*._domainkey.*` or `_dmarc.*`, lower-case
 * A-labels. We do not resolve anything else.
 */
export function mayBeAsked(name: string): boolean {
  const at = name.indexOf(DOMAINKEY);
  if (at > 0) return isSelector(name.slice(0, at)) && isDomain(name.slice(at + DOMAINKEY.length));
  return name.startsWith(DMARC) && isDomain(name.slice(DMARC.length));
}

function isSelector(text: string): boolean {
  return selectorOf(text) === text;
}

function isDomain(text: string): boolean {
  return domainOf(text) === text;
}
