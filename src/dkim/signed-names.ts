import type { HeaderField } from "../message/header.js";

/**
 * Signed once more often than they occur, present or not, so that another one cannot be added. They decide who a
 * message seems to come from, whom it goes to and what it is about. RFC 6376 §5.4 and §8.15
 */
const OVERSIGNED = ["from", "subject", "to", "cc", "reply-to"];

/**
 * The same, but only if they occur: servers on the way may add missing ones (RFC 6409 §8), which must not break the
 * signature.
 */
const OVERSIGNED_IF_PRESENT = ["date", "message-id", "content-type", "mime-version"];

/**
 * Signed as often as they occur. RFC 6376 §5.4.1; RFC 8058 §4 and large receivers require the List-Unsubscribe fields.
 */
const SIGNED_IF_PRESENT = new Set([
  "sender",
  "in-reply-to",
  "references",
  "content-transfer-encoding",
  "resent-date",
  "resent-from",
  "resent-sender",
  "resent-to",
  "resent-cc",
  "resent-message-id",
  "list-id",
  "list-help",
  "list-unsubscribe",
  "list-unsubscribe-post",
  "list-subscribe",
  "list-post",
  "list-owner",
  "list-archive",
]);

/** Never signed: servers on the way add or remove them. RFC 6376 §5.4 */
const NEVER_SIGNED = new Set(["received", "return-path", "authentication-results", "dkim-signature"]);

/**
 * The names for h=, in lower case, repeated as they are to be signed.
 * @param also further names of the caller's, signed as often as they occur
 */
export function namesToSign(fields: readonly HeaderField[], also: readonly string[] = []): string[] {
  const extra = new Set(also.map((name) => name.toLowerCase()).filter((name) => !NEVER_SIGNED.has(name)));
  const names: string[] = [];
  for (const { key } of fields) {
    const isOversigned = OVERSIGNED.includes(key) || OVERSIGNED_IF_PRESENT.includes(key);
    if (isOversigned || SIGNED_IF_PRESENT.has(key) || extra.has(key)) names.push(key);
  }
  const present = OVERSIGNED_IF_PRESENT.filter((name) => names.includes(name));
  return [...names, ...OVERSIGNED, ...present];
}
