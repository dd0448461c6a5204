/** The little DER (ITU-T X.690 §10) that private keys need on a platform that reads only PKCS #8. */

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;

/** `INTEGER 0`: the version of PrivateKeyInfo. RFC 5208 §5 */
const VERSION = Uint8Array.of(INTEGER, 1, 0);
/** AlgorithmIdentifier: rsaEncryption with parameters NULL. RFC 8017 §A.1 */
const RSA_IDENTIFIER = Uint8Array.of(SEQUENCE, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0);

/** Puts an RSAPrivateKey (RFC 8017 §A.1.2, "PKCS #1") into a PrivateKeyInfo ("PKCS #8"). */
export function wrapPkcs1(key: Uint8Array): Uint8Array<ArrayBuffer> {
  return element(SEQUENCE, VERSION, RSA_IDENTIFIER, element(OCTET_STRING, key));
}

/**
 * @returns the object identifier of a PrivateKeyInfo's algorithm in hexadecimal, or null if it is not a PrivateKeyInfo
 */
export function pkcs8Algorithm(key: Uint8Array): string | null {
  const info = contentOf(key, SEQUENCE);
  const version = info && contentOf(info, INTEGER);
  const identifier = version && contentOf(info.subarray(version.length + 2), SEQUENCE);
  const algorithm = identifier && contentOf(identifier, OBJECT_IDENTIFIER);
  return algorithm && Array.from(algorithm, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const octets = [tag, ...lengthOctets(length)];
  const whole = new Uint8Array(octets.length + length);
  whole.set(octets);
  let at = octets.length;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) octets.unshift(rest & 0xff);
  return [0x80 | octets.length, ...octets];
}

/** @returns the content of the element at the start of the octets, or null if it has another tag or is cut short */
function contentOf(octets: Uint8Array, tag: number): Uint8Array | null {
  if (octets[0] !== tag) return null;
  let length = octets[1] ?? 0;
  let start = 2;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count === 0 || count > 3) return null; // longer than any key
    length = 0;
    for (start = 2; start < 2 + count; start++) length = length * 256 + (octets[start] ?? 0);
  }
  return start + length <= octets.length ? octets.subarray(start, start + length) : null;
}
