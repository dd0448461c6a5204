/**
 * A name's TXT records. Each is one binary string (one code unit per octet), its character-strings joined
 * (RFC 6376 §3.6.2.2).
 */
export type TxtAnswer =
  readonly string[] | { readonly records: readonly string[]; /** seconds */ readonly ttl: number };

/** The DNS port; adapters are in src/dns/. */
export interface Resolver {
  /**
   * Looks up the TXT records of a name.
   * @param name lower-case A-labels without final dot
   * @throws {DnsError} (or rejects with it) if there are no records, or no answer
   */
  resolveTxt(name: string, options?: { readonly signal?: AbortSignal | undefined }): TxtAnswer | Promise<TxtAnswer>;
}

/**
 * Why there are no records: `not-found` is an answer of the DNS (NXDOMAIN, NODATA), `temporary` the lack of one
 * (SERVFAIL, timeout, refused, cancelled).
 */
export class DnsError extends Error {
  override readonly name = "DnsError";
  constructor(
    readonly code: "not-found" | "temporary",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Whether an error, of any resolver, is the DNS' answer that there is no record: only its code `not-found` says so. */
export function isNotFound(error: unknown): boolean {
  return typeof error === "object" && error !== null && (error as { code?: unknown }).code === "not-found";
}
