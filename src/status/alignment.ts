import { ArgumentError } from "../message/argument-error.js";
import type { AuthorFinding } from "../message/author.js";
import { isAtOrBelow } from "../message/domain.js";
import { shownAddressDomains } from "../message/shown-address.js";
import { platformDomainOf } from "./intermediaries.js";
import type { OrganizationalDomain } from "./organizational-domain.js";
import type { Alignment } from "./types.js";

/** An alignment, or: the Public Suffix List is needed and being loaded (`pending`) or not available (`unknown`). */
export type AlignmentFinding = Alignment | "pending" | "unknown";

/**
 * How the domain of a signer relates to the author's. Equal domains do not need the Public Suffix List, and unrelated
 * ones mostly do not.
 * @param authorDomain lower-case A-labels, as is `signerDomain`
 */
export function alignmentOf(
  authorDomain: string,
  signerDomain: string,
  organizationalDomain: OrganizationalDomain,
): AlignmentFinding {
  if (authorDomain === signerDomain) return "exact";
  if (commonDomain(authorDomain, signerDomain) === null) return "none";
  const platform = platformDomainOf(authorDomain);
  if (platform !== null) return sameTenant(authorDomain, signerDomain, platform) ? "organization" : "none";
  if (organizationalDomain === "pending") return "pending";
  if (organizationalDomain === null) return "unknown";
  const organization = organizationalDomain(authorDomain);
  // A public suffix has no organizational domain and vouches only for its equal. A page's own function may return
  // `undefined` for both domains: that does not make them related.
  if (typeof organization !== "string") return "none";
  return organization === organizationalDomain(signerDomain) ? "organization" : "none";
}

/**
 * How domains that the author's display name shows relate to the author's own; just `unknown` if it may show one that
 * we cannot decode.
 */
export function shownAlignments(author: AuthorFinding, organizationalDomain: OrganizationalDomain): AlignmentFinding[] {
  if (author.mailbox === null) return [];
  if (author.illegible) return ["unknown"];
  const { domain } = author.mailbox;
  return shownDomainsOf(author).map((shown) => alignmentOf(domain, shown, organizationalDomain));
}

/**
 * Whether the Public Suffix List is needed to say how the signers, and the domains that the author's display name
 * shows, relate to the author.
 * @param signers lower-case A-labels; null for a signer that cannot be named
 */
export function needsOrganizationalDomain(author: AuthorFinding, signers: readonly (string | null)[]): boolean {
  const { mailbox } = author;
  if (mailbox === null) return false;
  const hangsOn = (domain: string | null) =>
    domain !== null && alignmentOf(mailbox.domain, domain, "pending") === "pending";
  return signers.some(hangsOn) || shownDomainsOf(author).some(hangsOn);
}

/** @throws {ArgumentError} `organizational-domain-invalid` */
export function checkOrganizationalDomain(given: OrganizationalDomain | undefined): void {
  if (given === undefined || given === null || given === "pending" || typeof given === "function") return;
  throw new ArgumentError("organizational-domain-invalid", "organizationalDomain is no function, null or pending");
}

/** @returns the alignment as it is reported: as long as it is not known, there is none */
export function settledAlignment(finding: AlignmentFinding | null): Alignment {
  return finding === "exact" || finding === "organization" ? finding : "none";
}

/**
 * @returns the longest domain that both are at or below; null if they share fewer than two labels and cannot be related
 */
export function commonDomain(a: string, b: string): string | null {
  const left = a.split(".");
  const right = b.split(".");
  let shared = 0;
  while (shared < left.length && left.at(-1 - shared) === right.at(-1 - shared)) shared++;
  return shared < 2 ? null : left.slice(-shared).join(".");
}

/**
 * Platforms put labels of their own between their domain and the tenant's (`tenant.mail.onmicrosoft.com`,
 * `tenant.20230601.gappssmtp.com`), so that siblings at any depth may be strangers: one must be at or below the other.
 */
function sameTenant(a: string, b: string, platform: string): boolean {
  return a !== platform && b !== platform && (isAtOrBelow(a, b) || isAtOrBelow(b, a));
}

/**
 * The domains of all addresses that a From may show to a reader: in the name, and in whatever else readers show of the
 * field: comments, a group's name, a quoted local part.
 */
export function shownDomainsOf(author: AuthorFinding): readonly string[] {
  if (author.mailbox === null) return [];
  const inName = shownAddressDomains(author.mailbox.displayName ?? "");
  return author.text === undefined ? inName : [...new Set([...inName, ...shownAddressDomains(author.text)])];
}
