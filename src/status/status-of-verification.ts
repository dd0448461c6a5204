import type { ReasonCode } from "../dkim/reasons.js";
import type { SignatureVerification } from "../dkim/types.js";
import type { AuthorFinding } from "../message/author.js";
import type { Header } from "../message/header.js";
import { alignmentOf, settledAlignment, shownAlignments } from "./alignment.js";
import { signatureConcerns } from "./concerns.js";
import { decide, type SignatureEvidence } from "./decide.js";
import { declaresOwnList, listIdOf } from "./list-id.js";
import type { OrganizationalDomain } from "./organizational-domain.js";
import type { Alignment, ConcernCode, Status } from "./types.js";

/** A finished verification of our own. */
export interface VerifiedMessage {
  readonly header: Header;
  readonly author: AuthorFinding;
  /** In the order of their fields, top down. */
  readonly signatures: readonly SignatureVerification[];
  /** When the keys were looked up. */
  readonly now: Date;
  readonly receivedAt: Date;
  readonly organizationalDomain: OrganizationalDomain;
}

/** What the status makes of one signature. */
export interface SignatureStanding {
  readonly alignment: Alignment;
  readonly concerns: readonly ConcernCode[];
}

/** Keys rotate: this long after receipt, a key that is gone or replaced says nothing about the message. */
const KEY_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

/** What the status makes of a verification. */
export interface JudgedVerification {
  readonly status: Status;
  /** One for each signature, in their order. */
  readonly signatures: readonly SignatureStanding[];
}

/** The status of a message by our own verification; Authentication-Results fields in it do not matter. */
export function statusOfVerification(message: VerifiedMessage): JudgedVerification {
  const { header, author, now, receivedAt, organizationalDomain } = message;
  const listId = listIdOf(header);
  const signatures = message.signatures.map((signature) => evidenceOf(signature, message, listId));
  const status = decide({
    author,
    pending: false,
    silence: null,
    signatures,
    authorSignatureUnasked: false,
    keysMayBeGone: now.getTime() - receivedAt.getTime() > KEY_LIFETIME_MS,
    shown: shownAlignments(author, organizationalDomain),
    concerns: [],
  });
  return {
    status,
    signatures: signatures.map(({ alignment, concerns }) => ({ alignment: settledAlignment(alignment), concerns })),
  };
}

function evidenceOf(
  signature: SignatureVerification,
  message: VerifiedMessage,
  listId: string | null,
): SignatureEvidence {
  const { header, author, receivedAt, organizationalDomain } = message;
  const { tags, result, reason, testing } = signature;
  const named = author.mailbox !== null && tags.domain !== null;
  return {
    result,
    reason,
    signer: tags.domain,
    alignment: named ? alignmentOf(author.mailbox.domain, tags.domain, organizationalDomain) : null,
    ownList: declaresOwnList(tags, listId),
    concerns: mightVerify(reason)
      ? signatureConcerns(tags, header.named, { partlySigned: reason === "body-partly-signed", testing, receivedAt })
      : [],
  };
}

/**
 * Whether a signature passes, or is refused only for its strength: what else is weak about it is then worth reporting.
 */
function mightVerify(reason: ReasonCode | null): boolean {
  return (
    reason === null || ["algorithm-rsa-sha1", "key-too-small", "key-too-large", "body-partly-signed"].includes(reason)
  );
}
