/**
 * Header text is kept as a "binary string": one UTF-16 code unit (0 to 255) per octet. No octet is lost, string methods
 * are fast on both runtimes, and octets become characters only where a person reads them.
 */

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lossyUtf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const utf8 = new TextEncoder();

/** Octets converted at once: String.fromCharCode takes them as arguments, and the stack is limited. */
const CHUNK = 8192;

/** @returns the octets as a binary string */
export function binaryString(octets: Uint8Array): string {
  const text = lossyUtf8.decode(octets);
  // As many characters as octets, and no replacement character: it is ASCII, as nearly every header.
  if (text.length === octets.length && !text.includes("\ufffd")) return text;
  return binaryStringOfAny(octets);
}

/** As {@link binaryString}, for octets that are not text; faster for short ones. */
export function binaryStringOfAny(octets: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < octets.length; at += CHUNK) {
    binary += String.fromCharCode.apply(null, octets.subarray(at, at + CHUNK) as unknown as number[]);
  }
  return binary;
}

/** @returns the octets of a binary string; code units above 255, a caller's mistake, lose their high bits */
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
 * @returns a copy of the text, in memory of its own. A substring keeps the string that it was cut from in memory: a
 * domain in a result would keep the whole header.
 */
export function detached(text: string): string {
  return (" " + text).slice(1); // joining makes a copy, and the slice refers to that
}

/** Memory that small arrays are cut from: to allocate each costs more than what is done with it. */
const SLAB_OCTETS = 16 * 1024;
const MAX_CUT_OCTETS = 2048;
let slab = new Uint8Array(SLAB_OCTETS);
let slabUsed = 0;

/**
 * @returns an array of zeros to write to. Its `buffer` is shared with other arrays: it is for internal use or for a
 * port, never a part of a result, nor of what is kept for long.
 */
export function allocate(length: number): Uint8Array {
  if (length > MAX_CUT_OCTETS) return new Uint8Array(length);
  // Also true of a slab that somebody has transferred: its length is 0.
  if (slabUsed + length > slab.length) {
    slab = new Uint8Array(SLAB_OCTETS);
    slabUsed = 0;
  }
  const start = slabUsed;
  slabUsed += length;
  return slab.subarray(start, slabUsed);
}

/** @returns the octets decoded as UTF-8 (RFC 6532 §3.1), or null if they are not UTF-8 */
export function decodeUtf8(binary: string): string | null {
  if (isAscii(binary)) return binary;
  try {
    return strictUtf8.decode(octetsOf(binary));
  } catch {
    return null;
  }
}

/** @returns the octets decoded as UTF-8, with U+FFFD for what is not; for display only */
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
