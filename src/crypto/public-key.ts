import type { PublicKeyMaterial } from "../dkim/crypto.js";
import { CryptoError } from "./errors.js";

/**
 * Exponents longer than 32 bits are in no real key, cost time without bound, and BoringSSL (Chromium) refuses them:
 * with this limit both runtimes say the same of a key.
 */
const MAX_EXPONENT_OCTETS = 4;

/** RFC 8032 §5.1: a public key of Ed25519. */
const ED25519_OCTETS = 32;
/** 2^255 - 19, the field of edwards25519. RFC 8032 §5.1 */
const FIELD_PRIME = 2n ** 255n - 19n;
/** Of one pair of points of order 8; the other pair's is its negative. */
const ORDER_8_Y = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
/**
 * The y coordinates of the eight points of small order: the identity, and those of order 2, 4 and 8. Anybody can make
 * signatures that verify with such a key, and neither node:crypto nor WebCrypto refuses it.
 */
const SMALL_ORDER_Y: ReadonlySet<bigint> = new Set([1n, FIELD_PRIME - 1n, 0n, ORDER_8_Y, FIELD_PRIME - ORDER_8_Y]);

/**
 * Refuses what is no public key by its numbers alone, so that the verdict does not depend on the platform's own checks.
 * @returns the material, an RSA modulus and exponent without leading zeros
 * @throws {CryptoError} `key-malformed`
 */
export function checkedMaterial(material: PublicKeyMaterial): PublicKeyMaterial {
  if (material.type === "ed25519") {
    checkEd25519(material.octets);
    return material;
  }
  const modulus = withoutLeadingZeros(material.modulus);
  const exponent = withoutLeadingZeros(material.exponent);
  checkRsa(modulus, exponent);
  return { type: "rsa", modulus, exponent };
}

/** RFC 8017 §3.1: the modulus is a product of odd primes, the exponent is odd and at least 3. */
function checkRsa(modulus: Uint8Array, exponent: Uint8Array): void {
  if (!isOdd(modulus)) throw malformed("the RSA modulus is even");
  if (!isOdd(exponent)) throw malformed("the RSA exponent is even");
  if (exponent.length === 1 && exponent[0] === 1) throw malformed("the RSA exponent is 1");
  if (exponent.length > MAX_EXPONENT_OCTETS) throw malformed("the RSA exponent is longer than 32 bits");
  if (exponent.length >= modulus.length) throw malformed("the RSA exponent is as long as the modulus");
}

/** RFC 8032 §5.1.3 and §5.1.7: y below the prime, and not of small order (which also excludes x = 0 with a sign). */
function checkEd25519(octets: Uint8Array): void {
  if (octets.length !== ED25519_OCTETS) throw malformed("the Ed25519 key is not 32 octets long");
  const y = yCoordinate(octets);
  if (y >= FIELD_PRIME) throw malformed("the Ed25519 key is not in its canonical form");
  if (SMALL_ORDER_Y.has(y)) throw malformed("the Ed25519 key is a point of small order");
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

function isOdd(integer: Uint8Array): boolean {
  return ((integer.at(-1) ?? 0) & 1) === 1;
}

function withoutLeadingZeros(integer: Uint8Array): Uint8Array {
  const first = integer.findIndex((octet) => octet !== 0);
  return integer.subarray(first === -1 ? integer.length : first);
}

function malformed(message: string): CryptoError {
  return new CryptoError("key-malformed", message);
}
