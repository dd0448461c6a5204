import { encodeUtf8 } from "../../src/message/octets.js";

const utf8 = new TextEncoder();

/** The UTF-8 octets of a text. */
export function octets(text: string): Uint8Array<ArrayBuffer> {
  return utf8.encode(text);
}

/** A text's UTF-8 as a binary string. */
export const binary = encodeUtf8;
