/** The proxy's own replies; all others are the next hop's. RFC 5321 §4.2, RFC 3463 */
import { GatewayError, type GatewayErrorCode } from "../errors.js";
import { NextHopError, SmugglingError } from "./errors.js";

export const REPLIES = {
  notImplemented: "502 5.5.1 Command not implemented",
  lineTooLong: "500 5.5.2 Line too long",
  lineMalformed: "500 5.5.2 Lines end with CRLF and hold neither CR, LF nor NUL",
  smuggling: "554 5.5.2 A line of a single dot must have CRLF on both sides",
} as const;

/** Permanent refusals, by what happened to a message; any other failure is temporary. */
const REFUSALS: Partial<Record<GatewayErrorCode, string>> = {
  "header-too-large": "552 5.3.4 Message header exceeds the limit",
  "message-too-large": "552 5.3.4 Message exceeds the size limit",
  "spool-failed": "452 4.3.1 Insufficient system storage",
};
const TEMPORARY_FAILURE = "451 4.3.0 The message cannot be worked on now";

/** @param why in words; the connection is closed. RFC 5321 §3.8 */
export function tryLater(hostname: string, why: string): string {
  return `421 4.3.2 ${hostname} Service not available: ${why}`;
}

/** @returns the reply for a message that was not passed on */
export function refusalOf(error: unknown, hostname: string): string {
  if (error instanceof SmugglingError) return REPLIES.smuggling;
  if (error instanceof NextHopError) return tryLater(hostname, "the next hop is away");
  return (error instanceof GatewayError ? REFUSALS[error.code] : undefined) ?? TEMPORARY_FAILURE;
}
