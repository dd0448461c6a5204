/** The library on Node. The same names as in a browser (`browser.ts`), with Node's adapters as defaults. */
import { nodeCrypto } from "./crypto/node.js";
import { cache } from "./dns/cache.js";
import { nodeResolver } from "./dns/node.js";
import { createLibrary } from "./service/library.js";

export const { verify, annotate, sign } = createLibrary({
  crypto: nodeCrypto,
  resolver: cache({ resolver: nodeResolver() }),
});
export { CryptoError, type CryptoErrorCode } from "./crypto/errors.js";
export * from "./service/public.js";
