import punycode from "punycode/punycode.js";

/**
 * @returns the domain with its A-labels decoded
 * @throws {RangeError} where one of them is no Punycode
 */
export function toUnicode(domain: string): string {
  return punycode.toUnicode(domain);
}
