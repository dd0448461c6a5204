/**
 * The DNS port. What a name's TXT records are, each record's character-strings joined (RFC 6376 §3.6.2.2), one octet of
 * the record per code unit (a binary string).
 */
export type TxtAnswer =
  readonly string[] | { readonly records: readonly string[]; /** seconds */ readonly ttl: number };

export interface Resolver {
  /**
   * @param name lower-case A-labels without final dot
   * @throws {DnsError} (or rejects with it) where there is no answer with records
   */
  resolveTxt(name: string, options?: { readonly signal?: AbortSignal | undefined }): TxtAnswer | Promise<TxtAnswer>;
}

/**
 * Why there is no record: `not-found` is the DNS' answer (NXDOMAIN, NODATA), `temporary` is the lack of one (SERVFAIL,
 * timeout, refused, cancelled).
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

/** Whatever a resolver of somebody else throws: only the code `not-found` is believed to be an answer. */
export function isNotFound(error: unknown): boolean {
  return typeof error === "object" && error !== null && (error as { code?: unknown }).code === "not-found";
}
