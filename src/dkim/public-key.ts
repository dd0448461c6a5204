import type { PublicKeyMaterial } from "./crypto.js";
import { MAX_RSA_EXPONENT_OCTETS } from "./limits.js";

/** RFC 8032 §5.1: a public key of Ed25519. */
const ED25519_OCTETS = 32;
/** 2^255 - 19, the field of edwards25519. RFC 8032 §5.1 */
const FIELD_PRIME = 2n ** 255n - 19n;
/** The y coordinate of one pair of points of order 8; that of the other pair is its negative. */
const ORDER_8_Y = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
/**
 * The y coordinates of the eight points of small order: the identity, and those of order 2, 4 and 8. Anybody can make
 * signatures that verify with such a key, and neither node:crypto nor WebCrypto refuses it.
 */
const SMALL_ORDER_Y: ReadonlySet<bigint> = new Set([1n, FIELD_PRIME - 1n, 0n, ORDER_8_Y, FIELD_PRIME - ORDER_8_Y]);

/**
 * Whether the numbers can be a public key at all. Checked before anything is verified with it, so that the verdict does
 * not depend on the platform's own checks.
 */
export function isPublicKey(material: PublicKeyMaterial): boolean {
  return material.type === "rsa" ? isRsa(material) : isEd25519(material.octets);
}

/**
 * RFC 8017 §3.1: the modulus is a product of odd primes, the exponent is odd and at least 3; with 1 anybody can sign.
 * Both are given without leading zeros.
 */
function isRsa({ modulus, exponent }: { readonly modulus: Uint8Array; readonly exponent: Uint8Array }): boolean {
  const isOne = exponent.length === 1 && exponent[0] === 1;
  return isOdd(modulus) && isOdd(exponent) && !isOne && exponent.length <= MAX_RSA_EXPONENT_OCTETS;
}

function isOdd(integer: Uint8Array): boolean {
  return ((integer.at(-1) ?? 0) & 1) === 1;
}

/** RFC 8032 §5.1.3 and §5.1.7: y below the prime, and not of small order (which also excludes x = 0 with a sign). */
function isEd25519(octets: Uint8Array): boolean {
  if (octets.length !== ED25519_OCTETS) return false;
  const y = yCoordinate(octets);
  return y < FIELD_PRIME && !SMALL_ORDER_Y.has(y);
}

/** Little-endian, without the top bit, which is the sign of x. RFC 8032 §5.1.2 */
function yCoordinate(octets: Uint8Array): bigint {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const y =
    view.getBigUint64(0, true) |
    (view.getBigUint64(8, true) << 64n) |
    (view.getBigUint64(16, true) << 128n) |
    (view.getBigUint64(24, true) << 192n);
  return BigInt.asUintN(255, y);
}
