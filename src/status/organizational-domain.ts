/**
 * Finds the organizational domain of a lower-case A-label domain: its public suffix, by both sections of the Public
 * Suffix List, and one label more; null for a public suffix itself. In place of the function: `"pending"` while the
 * list is being loaded, `null` if it is not available.
 */
export type OrganizationalDomain = ((domain: string) => string | null) | "pending" | null;

/**
 * Loads the Public Suffix List, which is large: a browser fetches it only when this is called.
 * @returns null if it could not be loaded
 */
export async function loadPublicSuffixList(): Promise<((domain: string) => string | null) | null> {
  try {
    return (await import("./public-suffix-list.js")).organizationalDomainOf;
  } catch {
    return null; // its file could not be fetched
  }
}
