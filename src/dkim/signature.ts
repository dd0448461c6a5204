import { domainOf, isAtOrBelow, selectorOf } from "../message/domain.js";
import type { HeaderField } from "../message/header.js";
import { decodeUtf8, detached } from "../message/octets.js";
import { decodeBase64, decodeDense, withoutFws } from "./base64.js";
import { MAX_SIGNATURE_OCTETS, MAX_SIGNED_NAMES } from "./limits.js";
import type { ReasonCode } from "./reasons.js";
import { colonSeparated, parseTagList, type Tag, type TagList } from "./tag-list.js";
import type { BodyCanonicalization, HeaderCanonicalization, SignatureAlgorithm, SignatureTags } from "./types.js";

/** The name of the field that carries a DKIM signature, in lower case. */
export const SIGNATURE_FIELD = "dkim-signature";

/** What was read from a DKIM-Signature field. */
export interface SignatureReading {
  readonly tags: SignatureTags;
  /** Why it cannot be verified; null if its form allows it. */
  readonly reason: ReasonCode | null;
  /** Where b= is in the field's value: the field is signed without it. */
  readonly bTag: Tag | null;
}

/** Reads the tags of a DKIM-Signature field. RFC 6376 §3.5 and §6.1.1 */
export function parseSignature(field: HeaderField): SignatureReading {
  if (field.raw.length > MAX_SIGNATURE_OCTETS) return { tags: NO_TAGS, reason: "tag-list-too-large", bTag: null };
  const list = parseTagList(detached(field.value));
  const tags = tagsOf(list);
  return { tags, reason: faultOf(list, tags), bTag: list.tags.get("b") ?? null };
}

const NO_TAGS: SignatureTags = {
  algorithm: null,
  headerCanonicalization: null,
  bodyCanonicalization: null,
  domain: null,
  selector: null,
  identity: null,
  identityDomain: null,
  signedNames: [],
  signatureText: null,
  signature: null,
  bodyHash: null,
  bodyLength: null,
  timestamp: null,
  expiration: null,
};

const REQUIRED_TAGS = ["v", "a", "b", "bh", "d", "h", "s"] as const;

/** The first rule of RFC 6376 §6.1.1 that the field breaks. */
function faultOf(list: TagList, tags: SignatureTags): ReasonCode | null {
  const value = (name: string) => list.tags.get(name)?.value;
  if (tags.signedNames.length > MAX_SIGNED_NAMES) return "too-many-signed-names";
  if (list.error === "syntax") return "signature-syntax";
  if (list.error === "duplicate") return "tag-duplicate";
  if (REQUIRED_TAGS.some((name) => !value(name))) return "tag-missing";
  if (value("v") !== "1") return "version-unknown"; // compared as text: §3.5
  if (tags.algorithm === null) return "algorithm-unknown";
  if (tags.headerCanonicalization === null) return "canonicalization-unknown"; // the body's is null with it
  if (list.tags.has("q") && !colonSeparated(value("q")!).includes("dns/txt")) return "query-method-unknown";
  if (tags.domain === null) return "domain-invalid";
  if (tags.selector === null) return "selector-invalid";
  if (tags.identity === null) return "signature-syntax";
  if (tags.identityDomain === null || !isAtOrBelow(tags.identityDomain, tags.domain)) return "identity-outside-domain";
  if (tags.signature === null || tags.bodyHash === null) return "signature-syntax";
  if (!FIELD_NAMES.test(value("h")!)) return "signature-syntax";
  if (!tags.signedNames.includes("from")) return "from-not-signed"; // §5.4
  if (NUMBERS.some(([name, number]) => list.tags.has(name) && tags[number] === null)) return "signature-syntax";
  if (tags.timestamp !== null && tags.expiration !== null && tags.expiration <= tags.timestamp) {
    return "expiration-before-timestamp";
  }
  return null;
}

/** The whole of h=: names (RFC 5322 §3.6.8 field-name, without the ";" that would end the tag) separated by colons. */
const FIELD_NAMES = /^[\x21-\x39\x3c-\x7e]+(?:[ \t\r\n]*:[ \t\r\n]*[\x21-\x39\x3c-\x7e]+)*$/;

const NUMBERS = [
  ["l", "bodyLength"],
  ["t", "timestamp"],
  ["x", "expiration"],
] as const;

function tagsOf({ tags }: TagList): SignatureTags {
  const value = (name: string): string | null => tags.get(name)?.value ?? null;
  const [header, body] = CANONICALIZATIONS.get(value("c") ?? "simple") ?? [null, null];
  // U-labels are written in UTF-8. RFC 8616 §5
  const domainText = decodeUtf8(value("d") ?? "");
  const domain = domainText === null ? null : domainOf(domainText);
  const ownIdentity = domainText === null ? null : `@${domainText}`;
  const identity = value("i") === null ? ownIdentity : identityOf(value("i")!);
  const identityDomain = identity === null ? null : identity.slice(identity.lastIndexOf("@") + 1);
  const selectorText = decodeUtf8(value("s") ?? "");
  const signatureText = value("b") === null ? null : withoutFws(value("b")!);
  return {
    algorithm: algorithmOf(value("a")),
    headerCanonicalization: header,
    bodyCanonicalization: body,
    domain,
    selector: selectorText === null ? null : selectorOf(selectorText),
    identity,
    identityDomain: identityDomain === null || identityDomain === domain ? identityDomain : domainOf(identityDomain),
    signedNames: value("h") === null ? [] : colonSeparated(value("h")!.toLowerCase()),
    signatureText,
    signature: decodeDense(signatureText ?? ""),
    bodyHash: decodeBase64(value("bh") ?? ""),
    bodyLength: numberOf(value("l"), 76),
    timestamp: numberOf(value("t"), 12),
    expiration: numberOf(value("x"), 12),
  };
}

function algorithmOf(value: string | null): SignatureAlgorithm | null {
  return value === "rsa-sha256" || value === "ed25519-sha256" || value === "rsa-sha1" ? value : null;
}

/** A single word is for the header; the body's canonicalization is then simple. RFC 6376 §3.5, c= */
const CANONICALIZATIONS: ReadonlyMap<string, readonly [HeaderCanonicalization, BodyCanonicalization]> = new Map([
  ["simple", ["simple", "simple"]],
  ["relaxed", ["relaxed", "simple"]],
  ["simple/simple", ["simple", "simple"]],
  ["simple/relaxed", ["simple", "relaxed"]],
  ["relaxed/simple", ["relaxed", "simple"]],
  ["relaxed/relaxed", ["relaxed", "relaxed"]],
]);

/** The user or agent as characters: `[local-part] "@" domain`. RFC 6376 §3.5, i= */
function identityOf(value: string): string | null {
  const octets = decodeQuotedPrintable(value);
  const identity = octets === null ? null : decodeUtf8(octets);
  return identity?.includes("@") && isOneIdentity(value) ? identity : null;
}

/**
 * Whether i=, as it is written, has at most one "@" outside a quoted local part: with two, readers do not agree whose
 * identity it is. RFC 5322 §3.4.1
 */
export function isOneIdentity(text: string): boolean {
  return /^(?:"(?:[^"\\]|\\.)*"|[^@]*)(?:@[^@]*)?$/s.test(text);
}

/** RFC 6376 §2.11: white space is ignored, `=` and two upper-case hexadecimal digits are an octet. */
function decodeQuotedPrintable(value: string): string | null {
  const dense = withoutFws(value);
  if (!dense.includes("=")) return dense;
  if (/=(?![0-9A-F]{2})/.test(dense)) return null;
  return dense.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

function numberOf(value: string | null, maxDigits: number): number | null {
  return value !== null && value.length <= maxDigits && /^[0-9]+$/.test(value) ? Number(value) : null;
}
