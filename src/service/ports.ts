import type { Crypto } from "../dkim/crypto.js";
import type { Resolver } from "../dkim/resolver.js";

/** What the doors put in where the caller gives nothing: this row knows no adapters. */
export interface Ports {
  readonly resolver: Resolver;
  readonly crypto: Crypto;
}
