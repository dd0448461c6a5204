import type { ReasonCode } from "../dkim/reasons.js";
import type { AuthorFinding } from "../message/author.js";
import { settledAlignment, type AlignmentFinding } from "./alignment.js";
import { withLevels } from "./concerns.js";
import { intermediaryOf, type KnownIntermediary } from "./intermediaries.js";
import type { ConcernCode, Intermediary, Reason, Status, StatusReason } from "./types.js";

/** What is known of one signature, from our own verification or from a trusted field. */
export interface SignatureEvidence {
  /** A result of RFC 8601 §2.7.1, in lower case, or whatever another verifier wrote instead. */
  readonly result: string;
  /** Of our own verification; null if another verifier wrote the result, and for a pass. */
  readonly reason: ReasonCode | null;
  /** Lower-case A-labels; null if the signer cannot be named. */
  readonly signer: string | null;
  /** Of the signer to the author; null if one of them is not known. */
  readonly alignment: AlignmentFinding | null;
  /** The signature covers a List-Id of its own domain. */
  readonly ownList: boolean;
  /**
   * They matter only for a signature that passes, or fails only for its l=: no other makes a promise that could be
   * weak.
   */
  readonly concerns: readonly ConcernCode[];
}

/** All that decides a status. Results of methods other than DKIM are not part of it. */
export interface Evidence {
  readonly author: AuthorFinding;
  /** A verification is under way. */
  readonly pending: boolean;
  /** Why nothing trusted says anything about signatures; null if `signatures` has what was said. */
  readonly silence: StatusReason | null;
  /** Topmost first; empty for a message without signatures. */
  readonly signatures: readonly SignatureEvidence[];
  /** The message has a signature of the author's domain that no result is about. */
  readonly authorSignatureUnasked: boolean;
  /** The keys were looked up so long after receipt that a missing one proves nothing. */
  readonly keysMayBeGone: boolean;
  /** How domains that the author's display name shows relate to the author's own. */
  readonly shown: readonly AlignmentFinding[];
  /** Concerns of the message, whoever signed it, besides what its display name shows. */
  readonly concerns: readonly ConcernCode[];
}

/** The first row that applies decides. */
export function decide(evidence: Evidence): Status {
  return (
    checking(evidence) ??
    malformed(evidence) ??
    author(evidence) ??
    thirdParty(evidence) ??
    unknown(evidence) ??
    unsigned(evidence) ??
    invalid(evidence)
  );
}

/** The status if there is no evidence: nobody was asked, or nobody has answered (yet). */
export function undecided(state: "checking" | "unknown", reason: StatusReason): Status {
  return { state, ...NOBODY, reasons: [reason], concerns: [] };
}

function checking({ pending, signatures, shown }: Evidence): Status | null {
  if (pending) return undecided("checking", "verification-pending");
  // The Public Suffix List matters only for a pass; and a pass that is the author's already settles the state.
  const isAwaited =
    signatures.some(({ alignment }) => alignment === "pending") &&
    signatures.some(isNamedPass) &&
    !signatures.some((signature) => isNamedPass(signature) && isOfAuthor(signature));
  return isAwaited || shown.includes("pending") ? undecided("checking", "organization-pending") : null;
}

function malformed(evidence: Evidence): Status | null {
  const { author } = evidence;
  if (author.reason === null) return null;
  return {
    state: "malformed",
    ...NOBODY,
    reasons: [author.reason],
    concerns: withLevels(messageConcerns(evidence), false),
  };
}

function author(evidence: Evidence): Status | null {
  const best = firstPass(evidence, "exact") ?? firstPass(evidence, "organization");
  return best === undefined ? null : vouched("author", best, evidence, []);
}

function firstPass({ signatures }: Evidence, wanted: AlignmentFinding): NamedPass | undefined {
  const isWanted = (signature: SignatureEvidence): signature is NamedPass =>
    isNamedPass(signature) && signature.alignment === wanted;
  return signatures.find(isWanted);
}

function thirdParty(evidence: Evidence): Status | null {
  const passes = evidence.signatures.filter(isNamedPass);
  const best = passes.find(({ signer }) => intermediaryOf(signer) !== null) ?? passes[0];
  if (best === undefined) return null;
  const reasons: StatusReason[] = [];
  if (passes.some(({ alignment }) => alignment === "unknown")) reasons.push("organization-unknown");
  reasons.push(...fateOfAuthorSignature(evidence));
  if (best.ownList && intermediaryOf(best.signer) === null) reasons.push("list-declares-itself");
  return vouched("third-party", best, evidence, reasons);
}

function unknown(evidence: Evidence): Status | null {
  const { silence, signatures } = evidence;
  const reasons: StatusReason[] = silence === null ? [] : [silence];
  const signed = signatures.filter(({ result }) => result !== "none");
  if (signed.some(({ result }) => result === "pass")) reasons.push("signer-unnamed"); // a named one has decided
  if (signed.some(({ result }) => result === "temperror")) reasons.push("temporary-error");
  if (signed.some((signature) => isTooLate(signature, evidence))) reasons.push("too-old-to-check");
  if (signed.length > 0 && signed.every(({ result }) => !RESULTS.has(result))) reasons.push("result-word-unknown");
  if (reasons.length === 0) return null;
  return { state: "unknown", ...NOBODY, reasons, concerns: withLevels(messageConcerns(evidence), false) };
}

function unsigned(evidence: Evidence): Status | null {
  if (evidence.signatures.some(({ result }) => result !== "none")) return null;
  return { state: "unsigned", ...NOBODY, reasons: [], concerns: withLevels(messageConcerns(evidence), false) };
}

function invalid(evidence: Evidence): Status {
  const { signatures } = evidence;
  const ranked = [...signatures.filter(isOfAuthor), ...signatures];
  const reasons = ranked.map(reasonOf).filter((reason) => reason !== null);
  // Such a signature does verify: its concerns tell the reader more than a mismatch would.
  const partly = ranked.find(({ reason }) => reason === "body-partly-signed");
  const concerns = [...messageConcerns(evidence), ...(partly?.concerns ?? [])];
  return { state: "invalid", ...NOBODY, reasons: [...new Set(reasons)], concerns: withLevels(concerns, false) };
}

const NOBODY = { signer: null, alignment: null, intermediary: null } as const;

/** The words of RFC 8601 §2.7.1. */
const RESULTS: ReadonlySet<string> = new Set(["none", "pass", "fail", "policy", "neutral", "temperror", "permerror"]);

type NamedPass = SignatureEvidence & { readonly signer: string };

function isNamedPass(signature: SignatureEvidence): signature is NamedPass {
  return signature.result === "pass" && signature.signer !== null;
}

function isOfAuthor({ alignment }: SignatureEvidence): boolean {
  return settledAlignment(alignment) !== "none";
}

/** The status that a passing signature gives: its signer and alignment, its concerns and those of the message. */
function vouched(
  state: "author" | "third-party",
  { signer, alignment, ownList, concerns }: NamedPass,
  evidence: Evidence,
  reasons: readonly Reason[],
): Status {
  const known = intermediaryOf(signer);
  return {
    state,
    signer,
    alignment: settledAlignment(alignment),
    intermediary: state === "author" ? null : toldOf(known, ownList),
    reasons,
    concerns: withLevels([...messageConcerns(evidence), ...concerns], known?.kind === "mailing-list"),
  };
}

function toldOf(known: KnownIntermediary | null, ownList: boolean): Intermediary | null {
  if (known !== null) return { id: known.id, kind: known.kind };
  return ownList ? { id: null, kind: "mailing-list" } : null;
}

/** If it cannot be said whether a shown domain is related, the reader is warned. */
function messageConcerns({ shown, concerns }: Evidence): readonly ConcernCode[] {
  const foreign = shown.some((alignment) => settledAlignment(alignment) === "none");
  return foreign ? ["name-shows-other-address", ...concerns] : concerns;
}

/** What became of the author's own signature, if only a third party's passes. */
function fateOfAuthorSignature(evidence: Evidence): StatusReason[] {
  const own = evidence.signatures.filter(isOfAuthor);
  const failed = own.some((signature) => isRefusal(signature.result) && !isTooLate(signature, evidence));
  if (failed) return ["author-signature-failed"];
  return own.length > 0 || evidence.authorSignatureUnasked ? ["author-signature-unchecked"] : [];
}

function isRefusal(result: string): boolean {
  return result === "fail" || result === "policy" || result === "permerror";
}

/** What a key that is gone, revoked or replaced leads to. A body hash mismatch has nothing to do with keys. */
const KEY_REASONS: ReadonlySet<ReasonCode | null> = new Set<ReasonCode>([
  "key-not-found",
  "key-ambiguous",
  "key-malformed",
  "key-revoked",
  "key-type-mismatch",
  "signature-mismatch",
]);

function isTooLate({ reason }: SignatureEvidence, { keysMayBeGone }: Evidence): boolean {
  return keysMayBeGone && KEY_REASONS.has(reason);
}

/** Another verifier gives no reason code of ours, but `fail` has only one meaning. RFC 8601 §2.7.1 */
function reasonOf({ result, reason }: SignatureEvidence): Reason | null {
  if (reason !== null) return reason;
  if (result === "fail") return "signature-mismatch";
  return result === "neutral" ? "result-neutral" : null;
}
