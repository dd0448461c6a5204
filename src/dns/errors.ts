/** What is wrong with the caller's configuration: a zone file, a server's address. Never about an answer of the DNS. */
export type DnsConfigurationErrorCode = "zone-unreadable" | "server-invalid";

export class DnsConfigurationError extends Error {
  override readonly name = "DnsConfigurationError";
  constructor(
    readonly code: DnsConfigurationErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
