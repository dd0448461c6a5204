import type { HeaderField } from "../message/header.js";
import type { DkimResult, ReasonCode } from "./reasons.js";

/** RFC 6376 §3.4. Header and body have separate types, so that they cannot be mixed up. */
export type HeaderCanonicalization = "simple" | "relaxed";
export type BodyCanonicalization = "simple" | "relaxed";

/** rsa-sha1 is recognised only to be refused. RFC 8301 §3.1 */
export type SignatureAlgorithm = "rsa-sha256" | "ed25519-sha256" | "rsa-sha1";

/**
 * The tags of one DKIM-Signature field (RFC 6376 §3.5), as far as they could be read: even a refused field says whose
 * it claims to be. If `parseSignature` gives no reason, all required ones are there.
 */
export interface SignatureTags {
  readonly algorithm: SignatureAlgorithm | null;
  readonly headerCanonicalization: HeaderCanonicalization | null;
  readonly bodyCanonicalization: BodyCanonicalization | null;
  /** d= as lower-case A-labels. */
  readonly domain: string | null;
  /** s= as lower-case A-labels. */
  readonly selector: string | null;
  /** i= as characters, decoded from its quoted-printable form; `@` and d= if it is absent. */
  readonly identity: string | null;
  /** The domain of i= as lower-case A-labels. */
  readonly identityDomain: string | null;
  /** h= in lower case, in its order, repetitions included. */
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
  /** null exactly if `result` is `pass` */
  readonly reason: ReasonCode | null;
  /** Length of the RSA modulus, or 256 for Ed25519; null if no key was read. */
  readonly keyBits: number | null;
  /** The key record's t=y: the domain is testing. RFC 6376 §3.6.1 */
  readonly testing: boolean;
}
