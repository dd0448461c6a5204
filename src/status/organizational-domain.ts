/**
 * Finds the organizational domain of a lower-case A-label domain: the label below its public suffix, by both sections
 * of the Public Suffix List; null for a public suffix itself. Instead of the function: `"pending"` while the list is
 * being loaded, `null` where it cannot be had.
 */
export type OrganizationalDomain = ((domain: string) => string | null) | "pending" | null;
