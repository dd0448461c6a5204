import type { ElementStatus, StatusInput } from "../../../src/element/report.js";

/** Roundcube displays another author than the one that was judged. */
export const MALFORMED: StatusInput = {
  state: "malformed",
  signer: null,
  alignment: null,
  intermediary: null,
  reasons: ["from-unparsable"],
  concerns: [],
};

/** @param shown the address that Roundcube reads in the From that it displays; empty where it finds none */
export function isDisplayedAuthor(report: ElementStatus | null, shown: string): boolean {
  const author = report?.author ?? null;
  if (author === null) return true; // nothing was judged, or the author is unclear anyway
  return domainOf(shown) === author.domain;
}

/** Of the address, in lower-case A-labels, as a browser reads host names. */
function domainOf(address: string): string | null {
  const domain = address.slice(address.lastIndexOf("@") + 1);
  if (!address.includes("@") || /[\s/?#\\:@[\]%]/.test(domain)) return null;
  try {
    return new URL(`http://${domain}/`).hostname.replace(/\.$/, "");
  } catch {
    return null;
  }
}
