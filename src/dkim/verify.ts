import type { Header, HeaderField } from "../message/header.js";
import { isAtOrBelow } from "../message/domain.js";
import { internalOctetsOf } from "../message/octets.js";
import { BodyHasher, type BodyHash } from "./body-hash.js";
import type { Crypto } from "./crypto.js";
import { signedData, withoutSignature } from "./header-canonicalization.js";
import { KeyLookup } from "./key-lookup.js";
import type { KeyRecord, KeyRecordReading } from "./key-record.js";
import { LOOKUP_TIMEOUT, MAX_RSA_BITS, MAX_SIGNATURES, MIN_RSA_BITS } from "./limits.js";
import { after, allOf, isPromise, type MaybePromise } from "./maybe-promise.js";
import { resultOf, type ReasonCode } from "./reasons.js";
import type { Resolver } from "./resolver.js";
import { parseSignature, SIGNATURE_FIELD } from "./signature.js";
import type { Tag } from "./tag-list.js";
import type { SignatureTags, SignatureVerification } from "./types.js";

export interface VerifierOptions {
  readonly resolver: Resolver;
  readonly crypto: Crypto;
  /** x= is judged as of then. RFC 6376 §3.5 */
  readonly receivedAt: Date;
  /** Signatures of this domain, and of those above and below it, are tried first. Lower-case A-labels. */
  readonly authorDomain: string | null;
  readonly maxSignatures?: number | undefined;
  /** Milliseconds. */
  readonly lookupTimeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The verification of one message, made from its header: feed it the body, then ask for the verdicts. */
export interface Verifier {
  /** Takes the body, in order, in pieces of any size; the caller may reuse a piece after the call. */
  readonly update: (octets: Uint8Array) => void;
  /** One verdict for each DKIM-Signature field, topmost first; synchronous if both ports are. Never rejects. */
  readonly finish: () => MaybePromise<SignatureVerification[]>;
}

/**
 * Starts to verify a message. RFC 6376 §6.1. Every signature is judged on its own; keys are looked up while the body
 * arrives, and signatures that need the same body hash share it.
 */
export function createVerifier(header: Header, options: VerifierOptions): Verifier {
  const { crypto } = options;
  const lookup = new KeyLookup(options.resolver, options.lookupTimeout ?? LOOKUP_TIMEOUT, options.signal);
  const body = new BodyHasher(crypto, header.lineEnding);
  const signatures = (header.named.get(SIGNATURE_FIELD) ?? []).map(read);
  limitTrials(signatures, header, options);
  for (const signature of signatures) {
    signature.reason ??= earlyFault(signature.tags, options.receivedAt); // §6.1.1
    if (signature.reason !== null) continue;
    const { selector, domain, bodyCanonicalization, bodyLength } = signature.tags;
    signature.key = lookup.find(selector!, domain!); // §6.1.2
    signature.bodyHash = body.request(bodyCanonicalization!, bodyLength);
  }
  return {
    update: (octets) => {
      body.update(octets);
    },
    finish: () => {
      body.finish();
      // The body may have ended early, so that a verdict on it would be false.
      if (options.signal?.aborted) for (const signature of signatures) signature.reason ??= "cancelled";
      const verdicts = signatures.map((signature) => conclude(signature, header, crypto)); // §6.1.3
      return allOf(verdicts);
    },
  };
}

/** A signature on its way through the steps; the first step that it fails sets `reason`. */
interface Trial {
  readonly field: HeaderField;
  readonly tags: SignatureTags;
  readonly bTag: Tag | null;
  reason: ReasonCode | null;
  key: MaybePromise<KeyRecordReading> | null;
  bodyHash: (() => BodyHash) | null;
}

function read(field: HeaderField): Trial {
  return { field, ...parseSignature(field), key: null, bodyHash: null };
}

/** Limits come first: what exceeds them is not judged any further. */
function limitTrials(
  trials: Trial[],
  header: Header,
  { authorDomain, maxSignatures = MAX_SIGNATURES }: VerifierOptions,
) {
  if (header.truncated) {
    for (const trial of trials) trial.reason = "header-too-large";
    return;
  }
  if (trials.length <= maxSignatures) return;
  const rank = ({ tags: { domain } }: Trial): number => {
    if (domain === null || authorDomain === null) return 2;
    if (domain === authorDomain) return 0;
    return isAtOrBelow(domain, authorDomain) || isAtOrBelow(authorDomain, domain) ? 1 : 2;
  };
  const ranked = trials.map((trial) => ({ trial, rank: rank(trial) })).sort((a, b) => a.rank - b.rank);
  for (const { trial } of ranked.slice(maxSignatures)) trial.reason = "too-many-signatures";
}

/** What can be judged without key and body. RFC 6376 §6.1.1, RFC 8301 §3.1 */
function earlyFault(tags: SignatureTags, receivedAt: Date): ReasonCode | null {
  // Negated, so that an invalid Date does not make a signature valid for ever.
  if (tags.expiration !== null && !(receivedAt.getTime() <= tags.expiration * 1000)) return "signature-expired";
  return tags.algorithm === "rsa-sha1" ? "algorithm-rsa-sha1" : null;
}

function conclude(trial: Trial, header: Header, crypto: Crypto): MaybePromise<SignatureVerification> {
  const { tags, key, bodyHash } = trial;
  if (trial.reason !== null || key === null || bodyHash === null) return verdict(trial, null, trial.reason);
  return after(key, ({ record, reason }) => {
    if (record === null) return verdict(trial, null, reason);
    const fault = keyFault(record, tags) ?? bodyFault(bodyHash(), tags);
    if (fault !== null) return verdict(trial, record, fault);
    return after(signatureFault(record, trial, header, crypto), (fault) =>
      verdict(trial, record, fault ?? coverageFault(bodyHash(), tags)),
    );
  });
}

function verdict({ field, tags }: Trial, record: KeyRecord | null, reason: ReasonCode | null): SignatureVerification {
  return {
    field,
    tags,
    result: resultOf(reason),
    reason,
    keyBits: record?.bits ?? null,
    testing: record?.flags.includes("y") ?? false,
  };
}

/** Whether the key is for this signature. RFC 6376 §6.1.2, steps 6 and 8; §3.6.1, s= and t= */
function keyFault({ material, hashes, services, flags, bits }: KeyRecord, tags: SignatureTags): ReasonCode | null {
  if (!tags.algorithm!.startsWith(material.type + "-")) return "key-type-mismatch";
  if (hashes !== null && !hashes.includes("sha256")) return "key-hash-forbidden";
  if (!services.includes("*") && !services.includes("email")) return "key-not-for-email";
  if (flags.includes("s") && tags.identityDomain !== tags.domain) return "key-forbids-subdomain"; // §3.6.1, t=s
  if (material.type === "rsa" && bits < MIN_RSA_BITS) return "key-too-small"; // RFC 8301 §3.2
  return bits > MAX_RSA_BITS ? "key-too-large" : null;
}

/** RFC 6376 §6.1.3, steps 2 and 3 */
function bodyFault({ digest, bodyOctets }: BodyHash, tags: SignatureTags): ReasonCode | null {
  if (tags.bodyLength !== null && tags.bodyLength > bodyOctets) return "body-too-short";
  return equalOctets(digest, tags.bodyHash!) ? null : "body-hash-mismatch";
}

/** RFC 6376 §6.1.3, steps 1 and 4; RFC 8463 §3 */
function signatureFault(
  { material }: KeyRecord,
  { field, tags, bTag }: Trial,
  header: Header,
  crypto: Crypto,
): MaybePromise<ReasonCode | null> {
  const own = { field, unsigned: withoutSignature(field, bTag!) };
  const data = internalOctetsOf(signedData(header, tags.signedNames, tags.headerCanonicalization!, own));
  const importKey = () => crypto.importPublicKey(material);
  return answered(importKey, "key-malformed", (key) => {
    const verify = () => crypto.verify(key, material.type === "ed25519" ? crypto.sha256(data) : data, tags.signature!);
    return answered(verify, "internal-error", (isValid) => (isValid ? null : "signature-mismatch"));
  });
}

/** Goes on with what the port answers; if it throws or rejects, the fault is `failure`. */
function answered<T>(
  ask: () => MaybePromise<T>,
  failure: ReasonCode,
  next: (answer: T) => MaybePromise<ReasonCode | null>,
): MaybePromise<ReasonCode | null> {
  let answer;
  try {
    answer = ask();
  } catch {
    return failure;
  }
  return isPromise(answer) ? Promise.resolve(answer).then(next, () => failure) : next(answer);
}

/** Nobody vouches for what follows the signed part of a body. RFC 6376 §8.2 */
function coverageFault({ bodyOctets }: BodyHash, { bodyLength }: SignatureTags): ReasonCode | null {
  return bodyLength !== null && bodyLength < bodyOctets ? "body-partly-signed" : null;
}

function equalOctets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
