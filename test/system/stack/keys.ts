import { generateKeyPairSync } from "node:crypto";
import type { Bind } from "./bind.js";
import type { Machine } from "./machine.js";

/** A key pair whose public half is in the DNS. */
export interface PublishedKey {
  readonly domain: string;
  readonly selector: string;
  readonly type: "rsa" | "ed25519";
  /** Where the private half is, PEM (PKCS #8). */
  readonly file: string;
  readonly privateKey: string;
}

export function publishKey(
  machine: Machine,
  bind: Bind,
  { domain, selector, type }: Pick<PublishedKey, "domain" | "selector" | "type">,
): PublishedKey {
  const { privateKey, record } = createKey(type);
  bind.addTxt(`${selector}._domainkey.${domain}`, record);
  const file = machine.write(`keys/${selector}.${domain}.pem`, privateKey, 0o600);
  return { domain, selector, type, file, privateKey };
}

/** A fresh key, and the record that publishes it. RFC 6376 §3.6.1, RFC 8463 §4 */
function createKey(type: PublishedKey["type"]): { privateKey: string; record: string } {
  const pair = type === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ed25519");
  const der = pair.publicKey.export({ type: "spki", format: "der" });
  const octets = type === "rsa" ? der : der.subarray(-32);
  return {
    privateKey: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    record: `v=DKIM1; k=${type}; p=${octets.toString("base64")}`,
  };
}
