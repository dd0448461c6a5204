import type { Testimony } from "../authentication-results/trust.js";
import { REASON_CODES, resultOf, type ReasonCode } from "../dkim/reasons.js";
import type { MethodResult } from "../authentication-results/types.js";
import { SIGNATURE_FIELD } from "../dkim/signature.js";
import { hidesField, type AuthorFinding } from "../message/author.js";
import type { Header } from "../message/header.js";
import { alignmentOf, settledAlignment, type AlignmentFinding } from "./alignment.js";
import { repeatedFields, signatureConcerns } from "./concerns.js";
import type { Evidence, SignatureEvidence } from "./decide.js";
import { declaresOwnList, listIdOf } from "./list-id.js";
import type { OrganizationalDomain } from "./organizational-domain.js";
import {
  namesWeakAlgorithm,
  presentSignatures,
  reportedSigner,
  type PresentSignature,
  type ReportedSigner,
} from "./reported-signatures.js";
import { TESTING_KEY, type ConcernCode } from "./types.js";

export type ReportedEvidence = Pick<Evidence, "signatures" | "authorSignatureUnasked">;

export interface ReportContext {
  /** null if only the values of some fields are available */
  readonly header: Header | null;
  readonly author: AuthorFinding;
  readonly receivedAt: Date;
  readonly organizationalDomain: OrganizationalDomain;
}

/** What a trusted field says about the signatures, together with what the signatures themselves show. */
export function evidenceOfTestimony(testimony: Testimony, context: ReportContext): ReportedEvidence {
  const { header } = context;
  const present = header === null ? [] : presentSignatures(header);
  const concerns = concernsOfSignatures(header, context.receivedAt);
  const listId = header === null ? null : listIdOf(header);
  const mayInfer = testimony.dkim.length === 1 && (header === null || !hidesField(header, SIGNATURE_FIELD));
  // Filters from before RFC 5451 also verify DomainKeys, and do not say which signature passed.
  const hasDomainKeys = header?.named.has("domainkey-signature") === true;
  const candidates = testimony.legacy && hasDomainKeys ? [] : present;
  const signatures: SignatureEvidence[] = [];
  const asked: (readonly PresentSignature[])[] = [];
  for (const result of testimony.dkim) {
    const about = signerOf(result, testimony, candidates, mayInfer, context);
    const { signer, alignment } = standing(about, context);
    signatures.push({
      result: result.result,
      reason: ownReasonOf(result),
      signer,
      alignment,
      ownList: about.fields.length > 0 && about.fields.every(({ tags }) => declaresOwnList(tags, listId)),
      concerns: concernsOf(result, about, concerns),
    });
    asked.push(about.fields);
  }
  return { signatures, authorSignatureUnasked: leavesUnasked(asked, present, context) };
}

function signerOf(
  result: MethodResult,
  { authorDomainPasses }: Testimony,
  present: readonly PresentSignature[],
  mayInfer: boolean,
  { author }: ReportContext,
): ReportedSigner {
  if (authorDomainPasses) {
    const fields = present.filter(({ tags }) => tags.domain === author.mailbox?.domain);
    const domain = fields[0]?.tags.domain ?? null;
    return { domain, vouchedBy: [], inferred: true, fields };
  }
  // DomainKeys (RFC 4870) has a signature field of its own: the DKIM-Signature fields say nothing about it.
  const signer = reportedSigner(result, result.method === "dkim" ? present : []);
  // With several results, or if the verifier may have seen a field that we do not, nobody knows which signature passed.
  return signer.inferred && !mayInfer ? { ...signer, domain: null, inferred: false } : signer;
}

function standing(
  { domain, vouchedBy }: ReportedSigner,
  context: ReportContext,
): Pick<SignatureEvidence, "signer" | "alignment"> {
  if (domain === null) return { signer: null, alignment: null };
  // If d= is a public suffix, it does not vouch for an i= below it.
  const vouching = vouchedBy.map((d) => alignmentOf(domain, d, context.organizationalDomain));
  const signer = vouching.includes("none") ? null : domain;
  const alignment = alignmentWithAuthor(signer, context);
  return { signer, alignment: alignment !== null && vouching.includes("pending") ? "pending" : alignment };
}

/** If this project wrote the field, its reason is one of our codes. */
function ownReasonOf({ result, reason }: MethodResult): ReasonCode | null {
  const code = REASON_CODES.find((known) => known === reason) ?? null;
  return resultOf(code) === result ? code : null;
}

/** Adds up the concerns of all signatures that the result may be about; without any, nothing is known to be signed. */
function concernsOf(
  result: MethodResult,
  { inferred, fields }: ReportedSigner,
  of: (signature: PresentSignature | null) => readonly ConcernCode[],
): ConcernCode[] {
  const concerns = fields.length === 0 ? [...of(null)] : [...new Set(fields.flatMap(of))];
  if (result.reason === TESTING_KEY) concerns.push("testing-key");
  if (namesWeakAlgorithm(result)) concerns.push("weak-algorithm");
  if (inferred) concerns.push("signer-inferred");
  return concerns;
}

/** Judges each signature only once: each of a hundred results may be about thousands of fields. */
function concernsOfSignatures(
  header: Header | null,
  receivedAt: Date,
): (signature: PresentSignature | null) => readonly ConcernCode[] {
  if (header === null) return () => [];
  const present = header.named;
  const known = new Map<PresentSignature | null, readonly ConcernCode[]>();
  const look = (signature: PresentSignature | null) =>
    signature === null
      ? repeatedFields([], present)
      : signatureConcerns(signature.tags, present, { partlySigned: signature.limitsBody, testing: false, receivedAt });
  return (signature) => {
    const concerns = known.get(signature) ?? look(signature);
    known.set(signature, concerns);
    return concerns;
  };
}

/** Whether the message has a signature of the author's domain that no result is about. */
function leavesUnasked(
  asked: readonly (readonly PresentSignature[])[],
  present: readonly PresentSignature[],
  context: ReportContext,
): boolean {
  const known = new Set(asked.flat());
  const isOfAuthor = ({ tags }: PresentSignature) =>
    settledAlignment(alignmentWithAuthor(tags.domain, context)) !== "none";
  return present.some((signature) => !known.has(signature) && isOfAuthor(signature));
}

function alignmentWithAuthor(
  signer: string | null,
  { author, organizationalDomain }: ReportContext,
): AlignmentFinding | null {
  const { mailbox } = author;
  return signer === null || mailbox === null ? null : alignmentOf(mailbox.domain, signer, organizationalDomain);
}
