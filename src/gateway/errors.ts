export type GatewayErrorCode =
  | "header-too-large" // no mail for people has such a header; it will not be shorter next time
  | "message-too-large"
  | "deadline" // the message took too long to arrive, or to be worked on
  | "aborted" // the peer has given up
  | "spool-failed" // the disk is full, or the spool's folder cannot be written
  | "address-invalid" // an address to listen on
  | "listen-failed";

/** What a door cannot do, and why. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  constructor(
    readonly code: GatewayErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
