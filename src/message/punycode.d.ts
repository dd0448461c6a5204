declare module "punycode/punycode.js" {
  const punycode: {
    /** RFC 3492 §6.3, without the prefix `xn--`. */
    encode(label: string): string;
  };
  export default punycode;
}
