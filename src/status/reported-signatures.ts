import type { MethodResult } from "../authentication-results/types.js";
import { parseSignature, SIGNATURE_FIELD } from "../dkim/signature.js";
import type { SignatureTags } from "../dkim/types.js";
import { domainOf, isAtOrBelow, selectorOf } from "../message/domain.js";
import type { Header } from "../message/header.js";

/** A DKIM-Signature field of the message. */
export interface PresentSignature {
  readonly tags: SignatureTags;
  /** Who signs; null if the field breaks a rule, so that another verifier may have read another d=. */
  readonly signer: string | null;
  /** It has an l=, readable or not. */
  readonly limitsBody: boolean;
}

/**
 * Which signer a result of another verifier is about, and which signatures of the message. RFC 8601 §2.7.1, RFC 6008
 */
export interface ReportedSigner {
  /** Lower-case A-labels; null if the signer cannot be named. */
  readonly domain: string | null;
  /** If the result has only header.i: the d= of the signatures that it may be about. */
  readonly vouchedBy: readonly string[];
  /** The result names no signer, but the message has only one signature. */
  readonly inferred: boolean;
  readonly fields: readonly PresentSignature[];
}

/** @returns the DKIM-Signature fields, topmost first */
export function presentSignatures(header: Header): PresentSignature[] {
  return (header.named.get(SIGNATURE_FIELD) ?? []).map((field) => {
    const { tags, reason } = parseSignature(field);
    return {
      tags,
      signer: reason === null ? tags.domain : null,
      limitsBody: LENGTH_TAG.test(field.value),
    };
  });
}

/** Finds l= even in a field that breaks a rule, which another verifier may not enforce. RFC 6376 §3.5 */
const LENGTH_TAG = /(?:^|;)[ \t\r\n]*l[ \t\r\n]*=/;

/**
 * Who signed: header.d; without it the domain of header.i, unless a matching signature has a d= that is not at or above
 * it; without both, the d= of the only signature.
 * @param present the message's signatures; empty if its header is not known
 */
export function reportedSigner(result: MethodResult, present: readonly PresentSignature[]): ReportedSigner {
  const told = valuesOf(result, "d");
  if (told.length > 0) {
    const domain = onlyDomainOf(told);
    const fields = matching(result, present, ({ tags }) => tags.domain === domain);
    return { domain, vouchedBy: [], inferred: false, fields };
  }
  const identities = valuesOf(result, "i");
  if (identities.length > 0) return signerOfIdentity(result, identities, present);
  const fields = matching(result, present, () => true);
  const isAnother = valuesOf(result, "b").length > 0 && bySignatureText(result, present).length === 0;
  const only = present.length === 1 && fields.length === 1 && !isAnother ? fields[0]!.signer : null;
  return { domain: only, vouchedBy: [], inferred: only !== null, fields };
}

function signerOfIdentity(
  result: MethodResult,
  identities: readonly string[],
  present: readonly PresentSignature[],
): ReportedSigner {
  const domain = onlyDomainOf(identities.map((identity) => identity.slice(identity.lastIndexOf("@") + 1)));
  const ofIdentity = matching(result, present, ({ tags }) => [domain, null].includes(tags.identityDomain));
  const fields = ofIdentity.length > 0 ? ofIdentity : matching(result, present, () => true);
  const signers = [...new Set(fields.map(({ signer }) => signer))];
  const outside = domain === null || signers.some((signer) => signer === null || !isAtOrBelow(domain, signer));
  const vouchedBy = signers.filter((signer) => signer !== null);
  return { domain: outside ? null : domain, vouchedBy, inferred: false, fields };
}

/** The signatures that a result may be about: by header.b if that finds any, else by `related` and header.s. */
function matching(
  result: MethodResult,
  present: readonly PresentSignature[],
  related: (signature: PresentSignature) => boolean,
): PresentSignature[] {
  const named = bySignatureText(result, present);
  if (named.length > 0) return named;
  const selectors = valuesOf(result, "s").map(selectorOf);
  return present.filter(
    (signature) => related(signature) && (selectors.length === 0 || selectors.includes(signature.tags.selector)),
  );
}

/** By header.b, the beginning of b=. RFC 6008 §4 */
function bySignatureText(result: MethodResult, present: readonly PresentSignature[]): PresentSignature[] {
  const starts = valuesOf(result, "b").map((value) => value.replace(/[ \t]/g, ""));
  return present.filter(({ tags }) => starts.some((start) => start !== "" && tags.signatureText?.startsWith(start)));
}

/** @returns the domain, if all texts are the same one; null if they differ or are not host names */
function onlyDomainOf(texts: readonly string[]): string | null {
  const domain = domainOf(texts[0]!);
  return texts.every((text, i) => i === 0 || domainOf(text) === domain) ? domain : null;
}

function valuesOf({ properties }: MethodResult, name: string): string[] {
  const values: string[] = [];
  for (const { ptype, property, value } of properties) {
    if (ptype === "header" && property === name) values.push(value);
  }
  return values;
}

/** Whether a result names rsa-sha1 (RFC 8301 §3.1) as its algorithm. */
export function namesWeakAlgorithm(result: MethodResult): boolean {
  return valuesOf(result, "a").some((value) => value.toLowerCase() === "rsa-sha1");
}
