/** The library in a browser. The same names as on Node (`index.ts`), with the browser's adapters as defaults. */
import { webCrypto } from "./crypto/web.js";
import { cache } from "./dns/cache.js";
import { dohResolver } from "./dns/doh.js";
import { createLibrary } from "./service/library.js";

/** Used if the page names no resolver: DNS over HTTPS (RFC 8484) of a public operator, who sees the names looked up. */
const DEFAULT_DOH_URL = "https://cloudflare-dns.com/dns-query";

export const { verify, annotate, sign } = createLibrary({
  crypto: webCrypto,
  resolver: cache({ resolver: dohResolver({ url: DEFAULT_DOH_URL }) }),
});
export { CryptoError, type CryptoErrorCode } from "./crypto/errors.js";
export * from "./service/public.js";
