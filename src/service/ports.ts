import type { Crypto } from "../dkim/crypto.js";
import type { Resolver } from "../dkim/resolver.js";

/** The ports; the doors fill in the adapters that the caller does not give, because this row knows none. */
export interface Ports {
  readonly resolver: Resolver;
  readonly crypto: Crypto;
}
