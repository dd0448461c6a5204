import type { HeaderField } from "../message/header.js";
import type { DkimResult, ReasonCode } from "./reasons.js";

/** RFC 6376 §3.4. A type of its own for each, because a header's is not a body's. */
export type HeaderCanonicalization = "simple" | "relaxed";
export type BodyCanonicalization = "simple" | "relaxed";

/** rsa-sha1 is recognised to be refused. RFC 8301 §3.1 */
export type SignatureAlgorithm = "rsa-sha256" | "ed25519-sha256" | "rsa-sha1";

/**
 * The tags of one DKIM-Signature field (RFC 6376 §3.5) as far as they could be read: a field that is refused still
 * tells whose it claims to be. All are there where `parseSignature` gives no reason.
 */
export interface SignatureTags {
  readonly algorithm: SignatureAlgorithm | null;
  readonly headerCanonicalization: HeaderCanonicalization | null;
  readonly bodyCanonicalization: BodyCanonicalization | null;
  /** d= as lower-case A-labels. */
  readonly domain: string | null;
  /** s= as lower-case A-labels. */
  readonly selector: string | null;
  /** i= as characters, decoded from its quoted-printable form; `@` and d= where it is absent. */
  readonly identity: string | null;
  /** The domain of i= as lower-case A-labels. */
  readonly identityDomain: string | null;
  /** h= in lower case, in its order, repeated names repeated. */
  readonly signedNames: readonly string[];
  /** b= without white space, still base64. */
  readonly signatureText: string | null;
  readonly signature: Uint8Array | null;
  readonly bodyHash: Uint8Array | null;
  /** l= in octets of the canonical body. */
  readonly bodyLength: number | null;
  /** t= and x= in seconds since 1970. */
  readonly timestamp: number | null;
  readonly expiration: number | null;
}

/** The verdict on one DKIM-Signature field. */
export interface SignatureVerification {
  readonly field: HeaderField;
  readonly tags: SignatureTags;
  readonly result: DkimResult;
  /** null exactly where `result` is `pass` */
  readonly reason: ReasonCode | null;
  /** Length of the RSA modulus, or 256; null where no key was read. */
  readonly keyBits: number | null;
  /** The key record's t=y: the domain is testing. RFC 6376 §3.6.1 */
  readonly testing: boolean;
}
