import { binaryString } from "../message/octets.js";

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const WHITE_SPACE = 64;
const PADDING = 65;
const FOREIGN = 255;

/** What each octet is in base64: the value of a digit, or one of the above. */
const VALUES = new Uint8Array(256).fill(FOREIGN);
for (let value = 0; value < DIGITS.length; value++) VALUES[DIGITS.charCodeAt(value)] = value;
for (const octet of " \t\r\n") VALUES[octet.charCodeAt(0)] = WHITE_SPACE;
VALUES["=".charCodeAt(0)] = PADDING;

/**
 * Decodes base64 as DKIM writes it. RFC 6376 §2.10, with folding white space anywhere and padding optional, as its
 * grammar has it.
 * @returns null where the text is not base64
 */
export function decodeBase64(text: string): Uint8Array | null {
  const octets = new Uint8Array((text.length * 3) >> 2);
  let length = 0;
  let bits = 0;
  let digits = 0;
  let padding = 0;
  for (let i = 0; i < text.length; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? FOREIGN;
    if (value === WHITE_SPACE) continue;
    if (value === PADDING) {
      if (++padding > 2) return null;
      continue;
    }
    if (value === FOREIGN || padding > 0) return null;
    bits = (bits << 6) | value;
    digits++;
    // The second, third and fourth digit of each four complete an octet; 4, 2 and 0 bits are over.
    if (digits % 4 !== 1) octets[length++] = bits >> ((-2 * digits) & 6);
  }
  return digits === 0 || digits % 4 === 1 ? null : octets.subarray(0, length);
}

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
