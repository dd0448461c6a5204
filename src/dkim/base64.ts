import { binaryString, octetsOf } from "../message/octets.js";

/**
 * Decodes base64 as DKIM writes it. RFC 6376 §2.10, with folding white space anywhere and padding optional, as its
 * grammar has it.
 * @returns null where the text is not base64
 */
export function decodeBase64(text: string): Uint8Array | null {
  const dense = withoutFws(text);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(dense)) return null;
  const digits = dense.endsWith("=") ? dense.slice(0, dense.indexOf("=")) : dense;
  return digits.length % 4 === 1 ? null : octetsOf(atob(digits));
}

export function encodeBase64(octets: Uint8Array): string {
  return btoa(binaryString(octets));
}

/** Removes folding white space. RFC 6376 §2.8 */
export function withoutFws(text: string): string {
  return /[ \t\r\n]/.test(text) ? text.replace(/[ \t\r\n]+/g, "") : text;
}
