import { binaryString } from "../message/octets.js";

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Above the value of every digit. */
const FOREIGN = 64;

/** The value of each octet that is a digit. */
const VALUES = new Uint8Array(256).fill(FOREIGN);
for (let value = 0; value < DIGITS.length; value++) VALUES[DIGITS.charCodeAt(value)] = value;

/** For text as octets, which are found faster than the characters of a string; as large as any tag that is read. */
let scratch = new Uint8Array(32 * 1024);

/**
 * Decodes base64 as DKIM writes it. RFC 6376 §2.10, with folding white space anywhere and padding optional, as its
 * grammar has it.
 * @returns null where the text is not base64
 */
export function decodeBase64(text: string): Uint8Array | null {
  const dense = withoutFws(text);
  const length = dense.length - (dense.endsWith("==") ? 2 : dense.endsWith("=") ? 1 : 0);
  if (length === 0 || length % 4 === 1) return null;
  if (scratch.length < dense.length) scratch = new Uint8Array(dense.length);
  const digits = scratch;
  if (encoder.encodeInto(dense, digits).written !== dense.length) return null;
  const octets = new Uint8Array((length * 3) >> 2);
  let seen = 0;
  let to = 0;
  for (let at = 0; at < length; at += 4) {
    const a = VALUES[digits[at]!]!;
    const b = VALUES[digits[at + 1]!]!;
    const c = at + 2 < length ? VALUES[digits[at + 2]!]! : 0;
    const d = at + 3 < length ? VALUES[digits[at + 3]!]! : 0;
    seen |= a | b | c | d;
    // What is written behind the end is dropped.
    octets[to++] = (a << 2) | (b >> 4);
    octets[to++] = (b << 4) | (c >> 2);
    octets[to++] = (c << 6) | d;
  }
  return seen < FOREIGN ? octets : null;
}

const encoder = new TextEncoder();

export function encodeBase64(octets: Uint8Array): string {
  return btoa(binaryString(octets));
}

/** RFC 4648 §5, without padding. */
export function encodeBase64Url(octets: Uint8Array): string {
  return encodeBase64(octets).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Removes folding white space. RFC 6376 §2.8 */
export function withoutFws(text: string): string {
  return /[ \t\r\n]/.test(text) ? text.replace(/[ \t\r\n]+/g, "") : text;
}
