import { checkAuthservId, formatOwnResults } from "../authentication-results/format.js";
import type { MethodResult } from "../authentication-results/types.js";
import { after, type MaybePromise } from "../dkim/maybe-promise.js";
import { createVerifier } from "../dkim/verify.js";
import type { SignatureVerification } from "../dkim/types.js";
import { authorOf, authorTold, type AuthorFinding } from "../message/author.js";
import { needsOrganizationalDomain } from "../status/alignment.js";
import { undecided } from "../status/decide.js";
import { loadPublicSuffixList, type OrganizationalDomain } from "../status/organizational-domain.js";
import {
  statusOfVerification,
  type JudgedVerification,
  type SignatureStanding,
} from "../status/status-of-verification.js";
import { checkVerifyOptions } from "./arguments.js";
import { authenticationResultsOf, unreadResult } from "./authentication-results.js";
import { openMessage, type OpenMessage } from "./open-message.js";
import type { Ports } from "./ports.js";
import type { MessageSource, SignatureReport, Verification, VerifyOptions } from "./types.js";

/**
 * Verifies the DKIM signatures of a message. A verdict is returned, never thrown.
 * @param message whole, or in pieces: takes memory for the header, and a constant amount for the body
 * @throws what reading the message throws, and what {@link checkVerifyOptions} and {@link checkAuthservId} do
 */
export function verify(message: MessageSource, options: VerifyOptions & Ports): MaybePromise<Verification> {
  if (options.authservId !== undefined) checkAuthservId(options.authservId);
  checkVerifyOptions(options);
  return after(openMessage(message, options.signal), (open) => verifyOpen(open, options));
}

/** As {@link verify}, for a message that is already open; synchronous if there is nothing to wait for. */
export function verifyOpen(message: OpenMessage, options: VerifyOptions & Ports): MaybePromise<Verification> {
  const { header } = message;
  const { now = new Date(), signal, authservId, policy } = options;
  const receivedAt = options.receivedAt ?? now;
  const author = authorOf(header);
  const verifier = createVerifier(header, {
    resolver: options.resolver,
    crypto: options.crypto,
    receivedAt,
    authorDomain: author.mailbox?.domain ?? null,
    signal,
    maxSignatures: policy?.maxSignatures,
    lookupTimeout: policy?.lookupTimeout,
  });
  return after(after(message.readBody(verifier.update), verifier.finish), (signatures) => {
    if (header.truncated && signal?.aborted) return cancelled(authservId);
    return after(organizationalDomainFor(author, signatures, options.organizationalDomain), (organizationalDomain) => {
      const judged = statusOfVerification({ header, author, signatures, now, receivedAt, organizationalDomain });
      const results = header.truncated ? [unreadResult("header-too-large")] : authenticationResultsOf(signatures);
      return verificationOf(author, signatures, judged, fieldOf(authservId, results));
    });
  });
}

/** For a message whose header had not ended: its author and its signatures are not known. */
function cancelled(authservId: string | undefined): Verification {
  return {
    author: null,
    signatures: [],
    status: undecided("unknown", "temporary-error"),
    authenticationResults: fieldOf(authservId, [unreadResult("cancelled")]),
  };
}

/** The Public Suffix List is large: it is loaded only if a decision depends on it. */
function organizationalDomainFor(
  author: AuthorFinding,
  signatures: readonly SignatureVerification[],
  given: OrganizationalDomain | undefined,
): MaybePromise<OrganizationalDomain> {
  if (given !== undefined) return given;
  const signers = signatures.map(({ tags }) => tags.domain);
  return needsOrganizationalDomain(author, signers) ? loadPublicSuffixList() : null;
}

function verificationOf(
  author: AuthorFinding,
  signatures: readonly SignatureVerification[],
  judged: JudgedVerification,
  authenticationResults: string | null,
): Verification {
  return {
    author: authorTold(author),
    signatures: signatures.map((signature, i) => reportOf(signature, judged.signatures[i]!)),
    status: judged.status,
    authenticationResults,
  };
}

function fieldOf(authservId: string | undefined, results: readonly MethodResult[]): string | null {
  return authservId === undefined ? null : formatOwnResults({ authservId, results });
}

function reportOf(
  { tags, result, reason, keyBits }: SignatureVerification,
  standing: SignatureStanding,
): SignatureReport {
  const { headerCanonicalization, bodyCanonicalization } = tags;
  return {
    result,
    reason,
    domain: tags.domain,
    selector: tags.selector,
    identity: tags.identity,
    algorithm: tags.algorithm,
    canonicalization: headerCanonicalization && `${headerCanonicalization}/${bodyCanonicalization!}`, // both or neither
    keyBits,
    bodyLength: tags.bodyLength,
    ...standing,
  };
}
