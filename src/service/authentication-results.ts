import { signaturePrefixes } from "../authentication-results/format.js";
import type { MethodResult, Property } from "../authentication-results/types.js";
import { resultOf, type ReasonCode } from "../dkim/reasons.js";
import type { SignatureVerification } from "../dkim/types.js";
import { TESTING_KEY } from "../status/types.js";

/**
 * Our verification as results of Authentication-Results: one for each signature, or `none` for an unsigned message. All
 * signatures beyond the limit share one result: readers limit what they take from a field, too.
 */
export function authenticationResultsOf(signatures: readonly SignatureVerification[]): MethodResult[] {
  if (signatures.length === 0) return [methodResult("none", null, [])];
  const prefixes = signaturePrefixes(signatures.map(({ tags }) => tags.signatureText ?? ""));
  const results: MethodResult[] = [];
  const isBeyond = ({ reason }: SignatureVerification) => reason === "too-many-signatures";
  signatures.forEach((signature, i) => {
    if (isBeyond(signature)) return;
    results.push(methodResult(signature.result, reasonOf(signature), propertiesOf(signature, prefixes[i]!)));
  });
  const beyond = signatures.find(isBeyond);
  if (beyond !== undefined) results.push(methodResult(beyond.result, beyond.reason, []));
  return results;
}

/** The result for a message whose header was not read to its end: there may be signatures in the rest. */
export function unreadResult(reason: ReasonCode): MethodResult {
  return methodResult(resultOf(reason), reason, []);
}

/** A pass by a testing key (t=y, RFC 6376 §3.6.1) says so as its reason: no result of RFC 8601 can express it. */
function reasonOf({ result, reason, testing }: SignatureVerification): string | null {
  return result === "pass" && testing ? TESTING_KEY : reason;
}

/** RFC 8601 §2.7.1, RFC 6008 §4 */
function propertiesOf({ tags }: SignatureVerification, b: string): Property[] {
  const properties: Property[] = [];
  const tell = (property: string, value: string | null) => {
    if (value !== null) properties.push({ ptype: "header", property, value });
  };
  tell("d", tags.domain);
  tell("i", tags.identity);
  tell("s", tags.selector);
  tell("a", tags.algorithm);
  tell("b", b === "" ? null : b);
  return properties;
}

function methodResult(result: string, reason: string | null, properties: Property[]): MethodResult {
  return { method: "dkim", methodVersion: 1, result, reason, properties };
}
