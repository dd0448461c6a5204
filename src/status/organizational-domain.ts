/**
 * Finds the organizational domain of a lower-case A-label domain: the label below its public suffix, by both sections
 * of the Public Suffix List; null for a public suffix itself. Instead of the function: `"pending"` while the list is
 * being loaded, `null` where it cannot be had.
 */
export type OrganizationalDomain = ((domain: string) => string | null) | "pending" | null;

/** Loads the Public Suffix List, which is large: a browser fetches it only when this is called. */
export async function loadPublicSuffixList(): Promise<((domain: string) => string | null) | null> {
  try {
    return (await import("./public-suffix-list.js")).organizationalDomainOf;
  } catch {
    return null; // its file could not be fetched
  }
}
