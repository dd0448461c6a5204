import { getDomain } from "tldts";

/** Both sections of the list: one tenant of `github.io` is not related to another. */
const OPTIONS = { allowPrivateDomains: true, extractHostname: false } as const;

/** @returns the organizational domain by the Public Suffix List; null for a public suffix and for an IP address */
export function organizationalDomainOf(domain: string): string | null {
  return getDomain(domain, OPTIONS);
}
