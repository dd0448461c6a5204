/** Bounds on the work that a message can cause. What exceeds one is not judged and never good; mostly `policy`. */

/**
 * Signatures that are tried; each costs a DNS lookup and a public-key operation. Mail through several lists and relays
 * has four or five. Those of the author's domain are tried first.
 */
export const MAX_SIGNATURES = 16;

/** Octets of one DKIM-Signature field. An 8192-bit signature with 100 names and copied fields (z=) takes less. */
export const MAX_SIGNATURE_OCTETS = 32 * 1024;

/** Names in h=; each costs a search among the header fields. The longest lists of real signers have about 40. */
export const MAX_SIGNED_NAMES = 256;

/** Octets of a key record: an 8192-bit key takes 1,400, and DNS answers over UDP and TCP rarely reach 4 KiB. */
export const MAX_KEY_RECORD_OCTETS = 16 * 1024;

/** RFC 8301 §3.2: verifiers MUST NOT consider shorter RSA keys valid. */
export const MIN_RSA_BITS = 1024;

/** The cost of an RSA verification grows with the square of this; RFC 8301 §3.2 demands 4096 at least. */
export const MAX_RSA_BITS = 8192;

/**
 * Octets of an RSA public exponent: 65537 takes three. The cost of a verification grows with its length, and BoringSSL
 * (Chromium) refuses longer ones: with this limit both runtimes say the same of a key.
 */
export const MAX_RSA_EXPONENT_OCTETS = 4;

/**
 * Milliseconds that one key lookup may take. SMTP clients wait minutes after DATA (RFC 5321 §4.5.3.2.6), people do not.
 */
export const LOOKUP_TIMEOUT = 10_000;
