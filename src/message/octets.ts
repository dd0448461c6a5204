/**
 * Header text is kept as a "binary string": one UTF-16 code unit (0 to 255) per octet. Nothing is lost, string methods
 * are native and fast on both runtimes, and octets become characters only where a person reads them.
 */

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lossyUtf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const utf8 = new TextEncoder();

/** Octets turned into characters at once; String.fromCharCode takes them as arguments, and a stack has its limits. */
const CHUNK = 8192;

/** @returns the octets as a binary string */
export function binaryString(octets: Uint8Array): string {
  const text = lossyUtf8.decode(octets);
  // One character for each octet, and none in place of what is not UTF-8: it is ASCII, as nearly every header.
  if (text.length === octets.length && !text.includes("\ufffd")) return text;
  return binaryStringOfAny(octets);
}

/** As {@link binaryString}, where the octets are no text: faster for few of them. */
export function binaryStringOfAny(octets: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < octets.length; at += CHUNK) {
    binary += String.fromCharCode.apply(null, octets.subarray(at, at + CHUNK) as unknown as number[]);
  }
  return binary;
}

/** @returns the octets of a binary string; code units above 255 are the caller's fault and lose their high bits */
export function octetsOf(binary: string): Uint8Array<ArrayBuffer> {
  return writtenTo(new Uint8Array(binary.length), binary);
}

/** As {@link octetsOf}, in memory as {@link allocate} gives it. */
export function internalOctetsOf(binary: string): Uint8Array {
  return writtenTo(allocate(binary.length), binary);
}

function writtenTo<T extends Uint8Array>(octets: T, binary: string): T {
  // In UTF-8 only ASCII fits into as many octets.
  if (utf8.encodeInto(binary, octets).read === binary.length) return octets;
  for (let i = 0; i < binary.length; i++) octets[i] = binary.charCodeAt(i);
  return octets;
}

/**
 * @returns the text in memory of its own. An engine keeps all of what a text was cut from for as long as the part is kept:
 * the whole header, for a domain in an answer.
 */
export function detached(text: string): string {
  return (" " + text).slice(1); // what is cut from two is cut from a copy of both
}

/** Memory that small arrays are cut from: one of its own costs more than what is done with it. */
const SLAB_OCTETS = 16 * 1024;
const MAX_CUT_OCTETS = 2048;
let slab = new Uint8Array(SLAB_OCTETS);
let slabUsed = 0;

/**
 * @returns zeros to write to. Their `buffer` holds other arrays too: they are for what stays inside or is handed to a port,
 * and no part of an answer, nor of what is kept for long.
 */
export function allocate(length: number): Uint8Array {
  if (length > MAX_CUT_OCTETS) return new Uint8Array(length);
  // A slab that somebody has transferred has no octets any more.
  if (slabUsed + length > slab.length) {
    slab = new Uint8Array(SLAB_OCTETS);
    slabUsed = 0;
  }
  const start = slabUsed;
  slabUsed += length;
  return slab.subarray(start, slabUsed);
}

/** @returns the text that the octets are in UTF-8 (RFC 6532 §3.1), or null where they are not UTF-8 */
export function decodeUtf8(binary: string): string | null {
  if (isAscii(binary)) return binary;
  try {
    return strictUtf8.decode(octetsOf(binary));
  } catch {
    return null;
  }
}

/** @returns the text that the octets are in UTF-8, with U+FFFD for what is not; for display only */
export function decodeUtf8Lossy(binary: string): string {
  return isAscii(binary) ? binary : lossyUtf8.decode(octetsOf(binary));
}

/** @returns the UTF-8 octets of a text as a binary string */
export function encodeUtf8(text: string): string {
  return isAscii(text) ? text : binaryString(utf8.encode(text));
}

export function isAscii(text: string): boolean {
  return !/[^\x00-\x7f]/.test(text);
}
