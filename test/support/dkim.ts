import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { nodeCrypto } from "../../src/crypto/node.js";
import type { Resolver } from "../../src/dkim/resolver.js";
import { createSigner, type SignerOptions, type SigningKey } from "../../src/dkim/sign.js";
import type { SignatureVerification } from "../../src/dkim/types.js";
import { zoneResolver, type Zone } from "../../src/dns/zone.js";
import { createVerifier, type VerifierOptions } from "../../src/dkim/verify.js";
import { parseHeader } from "../../src/message/header.js";
import { octetsOf } from "../../src/message/octets.js";

/** A key pair of a selector, with its record. */
export interface TestKey {
  readonly key: SigningKey;
  readonly name: string;
  readonly record: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function makeKey(domain: string, selector: string, type: "rsa" | "ed25519" = "ed25519", bits = 2048): TestKey {
  const { privateKey, publicKey } =
    type === "rsa" ? generateKeyPairSync("rsa", { modulusLength: bits }) : generateKeyPairSync("ed25519");
  const der = publicKey.export({ type: "spki", format: "der" });
  const p = (type === "rsa" ? der : der.subarray(-32)).toString("base64");
  return {
    key: { domain, selector, privateKey: privateKey.export({ type: "pkcs8", format: "pem" }) as string },
    name: `${selector}._domainkey.${domain}`,
    record: `v=DKIM1; k=${type}; p=${p}`,
    privateKey,
    publicKey,
  };
}

export function zoneOf(...keys: TestKey[]): Zone {
  return Object.fromEntries(keys.map(({ name, record }) => [name, [record]]));
}

/** Answers from the zone, and notes the names that were asked. */
export function resolverOf(zone: Zone, asked: string[] = []): Resolver {
  const resolver = zoneResolver(zone);
  return {
    resolveTxt: (name, options) => {
      asked.push(name);
      return resolver.resolveTxt(name, options);
    },
  };
}

/** Signs a message given as a binary string. */
export async function signed(message: string, keys: TestKey[], options: Partial<SignerOptions> = {}): Promise<string> {
  const octets = octetsOf(message);
  const header = parseHeader(octets);
  const signer = createSigner(
    header,
    keys.map(({ key }) => key),
    { crypto: nodeCrypto, now: NOW, ...options },
  );
  signer.update(octets.subarray(header.bodyOffset));
  const fields = (await signer.finish()).join("");
  return (header.lineEnding === "\n" ? fields.replaceAll("\r\n", "\n") : fields) + message;
}

export const NOW = new Date("2026-11-24T12:00:00Z");

export async function verified(
  message: string | Uint8Array,
  resolver: Resolver,
  options: Partial<VerifierOptions> = {},
): Promise<SignatureVerification[]> {
  const octets = typeof message === "string" ? octetsOf(message) : message;
  const header = parseHeader(octets);
  const verifier = createVerifier(header, {
    crypto: nodeCrypto,
    resolver,
    receivedAt: NOW,
    authorDomain: null,
    ...options,
  });
  verifier.update(octets.subarray(header.bodyOffset));
  return verifier.finish();
}

/** What became of each signature: its reason, or `pass`. */
export async function outcomes(...args: Parameters<typeof verified>): Promise<string[]> {
  return (await verified(...args)).map(({ result, reason }) => reason ?? result);
}
