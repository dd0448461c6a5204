/** RFC 3492; the part of the package that is used. */
declare module "punycode/punycode.js" {
  const punycode: {
    /** @throws {RangeError} where a label is too long for the algorithm */
    encode(label: string): string;
    /** @throws {RangeError} where the label is no Punycode */
    decode(label: string): string;
    toUnicode(domain: string): string;
  };
  export default punycode;
}
