import type { PrivateKey } from "../../dkim/crypto.js";
import type { Door } from "../message.js";
import type { AddressPattern } from "./address-pattern.js";
import type { LoginPattern } from "./login-pattern.js";
import type { NetworkList } from "./network-list.js";
import type { SigningTable } from "./signing-table.js";

/** Who may sign as whom. All conditions of a rule must hold; null is no condition. */
export interface AllowRule {
  /** What the log and `explain` call it: `allow[0]`. */
  readonly name: string;
  readonly doors: readonly Door[] | null;
  readonly logins: readonly LoginPattern[] | null;
  readonly networks: NetworkList | null;
  /** Names of the MTA's services: the milter macro `{daemon_name}`. */
  readonly daemons: readonly string[] | null;
  /** The authors. */
  readonly from: readonly AddressPattern[];
}

/** Which keys sign for whom, if not those of the author's domain. */
export interface KeyRule {
  readonly name: string;
  readonly from: readonly AddressPattern[];
  /** Names of keys. */
  readonly keys: readonly string[];
}

/** A private key that has been loaded. */
export interface PolicyKey {
  /** Its name in rules and tables; by default its name in the DNS, `SELECTOR._domainkey.DOMAIN`. */
  readonly name: string;
  /** d=; null is the author's own domain (`%` in a KeyTable). */
  readonly domain: string | null;
  readonly selector: string;
  readonly privateKey: PrivateKey;
  /** Whether it signs for its domain and all below it, unless a rule says otherwise. */
  readonly signsByDomain: boolean;
}

/** All that decides the policy. */
export interface PolicyRules {
  readonly keys: readonly PolicyKey[];
  /** In order; the first that applies. */
  readonly allow: readonly AllowRule[];
  /** In order; the first that applies, before the signing table. */
  readonly keyRules: readonly KeyRule[];
  readonly signingTable: SigningTable | null;
  /** Clients that are known to send as our domains unsigned; this is logged as expected (ExternalIgnoreList). */
  readonly ignored: NetworkList | null;
}
