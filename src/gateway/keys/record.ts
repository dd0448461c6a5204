import { createPublicKey, KeyObject } from "node:crypto";
import type { PrivateKey } from "../../dkim/crypto.js";

/** Where the DNS has a key. RFC 6376 §3.6.2.1 */
export function keyName(selector: string, domain: string): string {
  return `${selector}._domainkey.${domain}`;
}

/** The key record of a private key's public half. RFC 6376 §3.6.1, RFC 8463 §4 */
export function recordOf({ type, handle }: PrivateKey): string {
  if (!(handle instanceof KeyObject)) throw new TypeError("the key is of another cryptography adapter");
  const spki = createPublicKey(handle).export({ type: "spki", format: "der" });
  const p = type === "rsa" ? spki : spki.subarray(-ED25519_OCTETS);
  return `v=DKIM1; k=${type}; p=${p.toString("base64")}`;
}

/** The last octets of Ed25519's SubjectPublicKeyInfo are the key. RFC 8410 §4 */
const ED25519_OCTETS = 32;

/** The record that withdraws a key. RFC 6376 §3.6.1 */
export function revokedRecord(type: PrivateKey["type"]): string {
  return `v=DKIM1; k=${type}; p=`;
}
