import type { SignatureTags } from "../dkim/types.js";
import type { Header } from "../message/header.js";
import type { Concern, ConcernCode } from "./types.js";

/** Fields that a message has at most once: RFC 5322 §3.6 and, for the form of the body, RFC 2045 §3. */
const SINGLE_INSTANCE_FIELDS = [
  "from",
  "sender",
  "reply-to",
  "to",
  "cc",
  "bcc",
  "message-id",
  "in-reply-to",
  "references",
  "subject",
  "date",
  "mime-version",
  "content-type",
  "content-transfer-encoding",
] as const;

/** Fields that a reader acts on: if they are not signed, anybody on the way can change them. */
const FIELDS_TO_SIGN = ["subject", "reply-to", "content-type"] as const;

/** Clocks of mail servers differ: a signature may be dated this much later than the receipt of its message. */
const CLOCK_SKEW_SECONDS = 15 * 60;

/** What is known about a signature besides its tags. */
export interface SignatureFacts {
  /** Part of the body is not signed, or may not be. */
  readonly partlySigned: boolean;
  /** The key record's t=y. RFC 6376 §3.6.1 */
  readonly testing: boolean;
  readonly receivedAt: Date;
}

/** The fields of a message, by their names. */
export type NamedFields = Header["named"];

/** What is weak about a signature, as far as its tags and the header show. */
export function signatureConcerns(tags: SignatureTags, present: NamedFields, facts: SignatureFacts): ConcernCode[] {
  const latest = facts.receivedAt.getTime() / 1000 + CLOCK_SKEW_SECONDS;
  const concerns: ConcernCode[] = [];
  if (facts.partlySigned) concerns.push("partly-signed");
  concerns.push(...repeatedFields(tags.signedNames, present));
  if (facts.testing) concerns.push("testing-key");
  if (tags.algorithm === "rsa-sha1") concerns.push("weak-algorithm");
  for (const name of FIELDS_TO_SIGN) {
    if (present.has(name) && !tags.signedNames.includes(name)) concerns.push(`not-signed:${name}`);
  }
  if (tags.timestamp !== null && tags.timestamp > latest) concerns.push("future-timestamp");
  return concerns;
}

/**
 * Repeated fields: a reader may be shown one that the signature does not cover, for it covers the lowest. RFC 6376
 * §5.4.2
 */
export function repeatedFields(signedNames: readonly string[], present: NamedFields): ConcernCode[] {
  return SINGLE_INSTANCE_FIELDS.filter((name) => {
    const times = present.get(name)?.length ?? 0;
    return times >= 2 && times > signedNames.filter((signed) => signed === name).length;
  }).map((name) => `field-repeated:${name}` as const);
}

/** @param softened a known mailing list signed: foreign names and failing DMARC are normal there */
export function withLevels(codes: readonly ConcernCode[], softened: boolean): Concern[] {
  const different = codes.length < 2 ? codes : [...new Set(codes)];
  return different.map((code) => ({ code, level: levelOf(code, softened) }));
}

function levelOf(code: ConcernCode, softened: boolean): Concern["level"] {
  switch (code) {
    case "name-shows-other-address":
    case "dmarc-fail":
      return softened ? "note" : "warn";
    case "partly-signed":
    case "testing-key":
    case "weak-algorithm":
      return "warn";
    default:
      return code.startsWith("field-repeated:") ? "warn" : "note";
  }
}
