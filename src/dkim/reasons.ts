/** RFC 8601 §2.7.1. */
export type DkimResult = "none" | "pass" | "fail" | "policy" | "neutral" | "temperror" | "permerror";

/**
 * Why a signature does not pass: the one table from reason to result. Grouped by the steps of RFC 6376 §6.1, of which
 * the first that fails decides (`verify.ts`).
 */
const RESULT_OF = {
  // limits of ours
  "too-many-signatures": "policy",
  "header-too-large": "policy",
  "tag-list-too-large": "policy",
  "too-many-signed-names": "policy",
  // RFC 6376 §6.1.1, the signature header field
  "signature-syntax": "permerror",
  "tag-duplicate": "permerror",
  "tag-missing": "permerror",
  "version-unknown": "permerror",
  "algorithm-unknown": "permerror",
  "canonicalization-unknown": "permerror",
  "query-method-unknown": "permerror",
  "domain-invalid": "permerror",
  "selector-invalid": "permerror",
  "identity-outside-domain": "permerror",
  "from-not-signed": "permerror",
  "expiration-before-timestamp": "permerror",
  "signature-expired": "permerror",
  "algorithm-rsa-sha1": "policy", // RFC 8301 §3.1
  // RFC 6376 §6.1.2, the public key
  "key-lookup-failed": "temperror",
  cancelled: "temperror",
  "key-not-found": "permerror",
  "key-ambiguous": "permerror",
  "key-malformed": "permerror",
  "key-revoked": "permerror",
  "key-type-mismatch": "permerror",
  "key-hash-forbidden": "permerror",
  "key-not-for-email": "permerror",
  "key-forbids-subdomain": "permerror", // t=s
  "key-too-small": "policy", // RFC 8301 §3.2
  "key-too-large": "policy",
  // RFC 6376 §6.1.3, the verification
  "body-too-short": "permerror", // l= beyond the body
  "body-hash-mismatch": "fail",
  "signature-mismatch": "fail",
  "internal-error": "temperror",
  "body-partly-signed": "policy", // l=, RFC 6376 §8.2
} as const satisfies Record<string, DkimResult>;

/** Why a signature does not pass. A closed set: texts for people are looked up by it. */
export type ReasonCode = keyof typeof RESULT_OF;

export const REASON_CODES = Object.keys(RESULT_OF) as readonly ReasonCode[];

/** @returns the RFC 8601 §2.7.1 result for a reason; null means that the signature verifies */
export function resultOf(reason: ReasonCode | null): DkimResult {
  return reason === null ? "pass" : RESULT_OF[reason];
}
