import type { AuthorReason } from "../message/author.js";
import { domainOf, isAtOrBelow, selectorOf } from "../message/domain.js";
import type { Header } from "../message/header.js";
import { encodeUtf8, internalOctetsOf } from "../message/octets.js";
import { encodeBase64 } from "./base64.js";
import { BodyHasher, type BodyHash } from "./body-hash.js";
import type { Crypto, PrivateKey } from "./crypto.js";
import { signedData } from "./header-canonicalization.js";
import { MIN_RSA_BITS } from "./limits.js";
import type { MaybePromise } from "./maybe-promise.js";
import { isOneIdentity, SIGNATURE_FIELD } from "./signature.js";
import { namesToSign } from "./signed-names.js";
import type { BodyCanonicalization, HeaderCanonicalization } from "./types.js";

/** A key to sign with. */
export interface SigningKey {
  /** d=, as A-labels or U-labels. */
  readonly domain: string;
  /** s= */
  readonly selector: string;
  /**
   * PEM (PKCS #8, or PKCS #1 for RSA), or a key that the crypto port has imported. Importing a PEM takes longer than
   * signing; it happens once for each `SigningKey` object.
   */
  readonly privateKey: string | PrivateKey;
  /** i=, as characters: `[local-part]@domain`, with d= or a domain below it. Default: no i=. */
  readonly identity?: string | undefined;
  /** These take precedence over those of {@link SignerOptions}. */
  readonly headerCanonicalization?: HeaderCanonicalization | undefined;
  readonly bodyCanonicalization?: BodyCanonicalization | undefined;
}

export interface SignerOptions {
  readonly crypto: Crypto;
  /** t= */
  readonly now: Date;
  /** Seconds from `now` to x=. Default: no x=. */
  readonly expiresAfter?: number | undefined;
  /** Default: relaxed. */
  readonly headerCanonicalization?: HeaderCanonicalization | undefined;
  /** Default: relaxed. */
  readonly bodyCanonicalization?: BodyCanonicalization | undefined;
  /** Names of fields to sign besides the default ones. */
  readonly alsoSign?: readonly string[] | undefined;
}

/** Why a message cannot be signed with these keys: a mistake of the caller, or a message without a clear author. */
export class SigningError extends Error {
  override readonly name = "SigningError";
  constructor(
    readonly code:
      | "domain-invalid"
      | "selector-invalid"
      | "identity-invalid"
      | "canonicalization-invalid"
      | "key-too-small"
      | "expiration-invalid"
      | AuthorReason,
    message: string,
  ) {
    super(message);
  }
}

/** The signing of one message, made from its header: feed it the body, then ask for the fields. */
export interface Signer {
  readonly update: (octets: Uint8Array) => void;
  /** @returns whole DKIM-Signature fields, topmost first, as binary strings with CRLF, the final one included */
  readonly finish: () => Promise<string[]>;
}

/**
 * Starts to sign a message with one or several keys side by side. RFC 6376 §5
 * @throws {SigningError} if a key cannot be used; so does `finish`
 */
export function createSigner(header: Header, keys: readonly SigningKey[], options: SignerOptions): Signer {
  const { crypto } = options;
  const body = new BodyHasher(crypto, header.lineEnding);
  const signings = keys.map((key) => signingWith(key, options, body));
  const times = timesOf(options);
  const names = namesToSign(header.fields, options.alsoSign);
  return {
    update: (octets) => {
      body.update(octets);
    },
    finish: async () => {
      body.finish();
      const fields: string[] = [];
      for (const signing of signings) {
        const privateKey = await signing.imported();
        checkLength(privateKey, signing.key);
        const unsigned = unsignedField(signing, `${privateKey.type}-sha256`, times, names);
        const value = unsigned.slice(FIELD_NAME.length + 1);
        const own = { field: null, unsigned: { key: SIGNATURE_FIELD, raw: unsigned, value } };
        const data = internalOctetsOf(signedData(header, names, signing.header, own));
        const signature = await crypto.sign(privateKey, privateKey.type === "ed25519" ? crypto.sha256(data) : data);
        fields.push(unsigned + folded(encodeBase64(signature), unsigned) + "\r\n");
      }
      return fields;
    },
  };
}

const FIELD_NAME = "DKIM-Signature";

/** Octets that a line should not exceed. RFC 5322 §2.1.1 */
const LINE_OCTETS = 78;

/** One signature in the making. */
interface Signing {
  readonly key: SigningKey;
  readonly header: HeaderCanonicalization;
  readonly body: BodyCanonicalization;
  /** i=, encoded */
  readonly identity: string | null;
  readonly imported: () => MaybePromise<PrivateKey>;
  readonly bodyHash: () => BodyHash;
}

function signingWith(given: SigningKey, options: SignerOptions, body: BodyHasher): Signing {
  const key = checkKey(given);
  const header = canonicalizationOf(key.headerCanonicalization ?? options.headerCanonicalization);
  const canonicalization = canonicalizationOf(key.bodyCanonicalization ?? options.bodyCanonicalization);
  return {
    key,
    header,
    body: canonicalization,
    identity: key.identity === undefined ? null : encodeQuotedPrintable(key.identity),
    imported: () => importedKey(given, options.crypto),
    bodyHash: body.request(canonicalization, null), // never l=
  };
}

/** For callers without types: any other word would make a signature that nobody can verify. */
function canonicalizationOf<Name extends HeaderCanonicalization | BodyCanonicalization>(
  given: Name | "relaxed" = "relaxed",
): Name | "relaxed" {
  if (given === "simple" || given === "relaxed") return given;
  throw new SigningError("canonicalization-invalid", `${String(given)} is neither simple nor relaxed`);
}

function checkKey(key: SigningKey): SigningKey {
  const domain = typeof key.domain === "string" ? domainOf(key.domain) : null;
  const selector = typeof key.selector === "string" ? selectorOf(key.selector) : null;
  if (domain === null) throw new SigningError("domain-invalid", `${key.domain} is no domain to sign for`);
  if (selector === null) throw new SigningError("selector-invalid", `${key.selector} is no selector`);
  if (key.identity !== undefined && !isIdentityOf(domain, key.identity)) {
    throw new SigningError("identity-invalid", `${key.identity} is no identity of ${domain}`);
  }
  return { ...key, domain, selector };
}

/** Whether a signature of the domain may have this i=. RFC 6376 §3.5 */
export function isIdentityOf(domain: string, identity: string): boolean {
  if (typeof identity !== "string") return false;
  const at = identity.lastIndexOf("@");
  const own = at >= 0 && isOneIdentity(identity) ? domainOf(identity.slice(at + 1)) : null;
  return own !== null && isAtOrBelow(own, domain);
}

/** RFC 6376 §2.11 */
function encodeQuotedPrintable(text: string): string {
  const encoded = (octet: string) => "=" + octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0");
  return encodeUtf8(text).replace(/[^\x21-\x3a\x3c\x3e-\x7e]/g, encoded);
}

/** Imported keys by the caller's objects, with what they were made from: that may change. */
const importedKeys = new WeakMap<SigningKey, { from: string; crypto: Crypto; key: MaybePromise<PrivateKey> }>();

function importedKey(signingKey: SigningKey, crypto: Crypto): MaybePromise<PrivateKey> {
  const from = signingKey.privateKey;
  if (typeof from !== "string") return from;
  const known = importedKeys.get(signingKey);
  if (known?.from === from && known.crypto === crypto) return known.key;
  const key = crypto.importPrivateKey(from);
  importedKeys.set(signingKey, { from, crypto, key });
  return key;
}

/** RFC 8301 §3.2: signers MUST use at least 1024 bits. */
function checkLength({ type, bits }: PrivateKey, { domain, selector }: SigningKey): void {
  if (type !== "rsa" || bits >= MIN_RSA_BITS) return;
  throw new SigningError("key-too-small", `the key of ${selector}._domainkey.${domain} has ${bits} bits only`);
}

/** The largest time that the 12 digits of x= can express. RFC 6376 §3.5 */
const MAX_TIME = 999_999_999_999;

/** t= and x=. RFC 6376 §3.5 */
function timesOf({ now, expiresAfter }: SignerOptions): string[] {
  const seconds = Math.floor(now.getTime() / 1000);
  if (expiresAfter === undefined) return [`t=${seconds}`];
  if (!Number.isInteger(expiresAfter) || expiresAfter <= 0 || seconds + expiresAfter > MAX_TIME) {
    throw new SigningError("expiration-invalid", "a signature expires a whole number of seconds after it was made");
  }
  return [`t=${seconds}`, `x=${seconds + expiresAfter}`];
}

/** The field with an empty b= at its end, as it is signed: without the final CRLF. */
function unsignedField(
  { key: { domain, selector }, header, body, identity, bodyHash }: Signing,
  algorithm: string,
  times: readonly string[],
  names: readonly string[],
): string {
  const short = ["v=1", `a=${algorithm}`, `c=${header}/${body}`, `d=${domain}`, `s=${selector}`, ...times];
  if (identity !== null) short.push(`i=${identity}`);
  const words = [
    ...short.map((tag) => ` ${tag};`),
    ...names.map((name, i) => `${i === 0 ? " h=" : ""}${name}${i === names.length - 1 ? ";" : ":"}`),
    ` bh=${encodeBase64(bodyHash().digest)};`,
    " b=",
  ];
  let field = FIELD_NAME + ":";
  let column = field.length;
  for (const word of words) {
    if (column + word.length > LINE_OCTETS) {
      field += "\r\n\t";
      column = 1;
      const trimmed = word.trimStart();
      field += trimmed;
      column += trimmed.length;
    } else {
      field += word;
      column += word.length;
    }
  }
  return field;
}

/** The base64 that continues the last line of a field, folded wherever a line is full. RFC 6376 §2.10 */
function folded(base64: string, before: string): string {
  const lines: string[] = [];
  let room = LINE_OCTETS - (before.length - before.lastIndexOf("\n") - 1);
  for (let at = 0; at < base64.length;) {
    lines.push(base64.slice(at, at + Math.max(room, 0)));
    at += Math.max(room, 0);
    room = LINE_OCTETS - 1;
  }
  return lines.join("\r\n\t");
}
