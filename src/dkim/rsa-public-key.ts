import type { PublicKeyMaterial } from "./crypto.js";

type RsaPublicKey = PublicKeyMaterial & { readonly type: "rsa" };

/**
 * Reads an RSA public key in the two encodings found in p=: SubjectPublicKeyInfo (RFC 5280 §4.1), which signers
 * publish, and RSAPublicKey (RFC 8017 §A.1.1), as RFC 6376 §3.6.1 literally says (erratum 3017).
 * @returns unsigned big-endian integers without leading zeros, or null if it is neither
 */
export function parseRsaPublicKey(der: Uint8Array): RsaPublicKey | null {
  const outer = element(der, 0, SEQUENCE);
  if (outer?.end !== der.length) return null;
  const algorithm = element(der, outer.start, SEQUENCE);
  if (algorithm === null) return integers(der, outer);
  if (!hasOid(der.subarray(algorithm.start, algorithm.end))) return null;
  const bits = element(der, algorithm.end, BIT_STRING);
  if (bits?.end !== outer.end || der[bits.start] !== 0) return null;
  const key = element(der, bits.start + 1, SEQUENCE);
  return key?.end === bits.end ? integers(der, key) : null;
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const BIT_STRING = 0x03;

/** rsaEncryption, 1.2.840.113549.1.1.1, as an OBJECT IDENTIFIER element. RFC 8017 §A.1 */
const RSA_ENCRYPTION = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

interface Span {
  readonly start: number;
  readonly end: number;
}

function hasOid(algorithm: Uint8Array): boolean {
  return RSA_ENCRYPTION.every((octet, i) => algorithm[i] === octet);
}

function integers(der: Uint8Array, key: Span): RsaPublicKey | null {
  const modulus = element(der, key.start, INTEGER);
  const exponent = modulus && element(der, modulus.end, INTEGER);
  if (modulus === null || exponent?.end !== key.end) return null;
  return { type: "rsa", modulus: unsigned(der, modulus), exponent: unsigned(der, exponent) };
}

function unsigned(der: Uint8Array, { start, end }: Span): Uint8Array {
  while (der[start] === 0) start++;
  return der.subarray(start, end);
}

/** The content of the DER element at `at`, if it has that tag and lies within the octets. ITU-T X.690 §8.1 */
function element(der: Uint8Array, at: number, tag: number): Span | null {
  if (der[at] !== tag) return null;
  let start = at + 2;
  let length = der[at + 1]!; // past the end it becomes NaN, and the last comparison false
  if (length >= 0x80) {
    const count = length - 0x80;
    if (count < 1 || count > 3) return null; // no indefinite form in DER; no key has 16 MiB
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + der[start + i]!;
    start += count;
  }
  return start + length <= der.length ? { start, end: start + length } : null;
}
