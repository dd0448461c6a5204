import { createHash } from "node:crypto";
import { domainOf } from "../../../src/message/domain.js";
import { craft, type Signer } from "../../support/craft.js";
import { makeKey, signed, type TestKey } from "../../support/dkim.js";
import { ATTACKER, VICTIM } from "./attack.js";

/** The victim's keys: a good one of each type, and what domains publish by mistake. */
export const VICTIM_KEY = makeKey(VICTIM, "s1", "rsa");
export const VICTIM_ED25519 = makeKey(VICTIM, "ed");
/** Short enough to be factored: the attacker has its private half. */
export const FACTORED = makeKey(VICTIM, "short", "rsa", 512);
/** For rsa-sha1, and revoked. */
export const REVOKED = makeKey(VICTIM, "old", "rsa");

/** The attacker's. */
export const ATTACKER_KEY = makeKey(ATTACKER, "m", "rsa");
export const FORWARDER_KEY = makeKey("forwarder.example", "f", "rsa");

/** b\u0430nk.example: its second letter is Cyrillic. */
export const HOMOGRAPH = domainOf("b\u0430nk.example")!;
export const HOMOGRAPH_KEY = makeKey(HOMOGRAPH, "m", "rsa");
export const BELOW_KEY = makeKey(`${VICTIM}.${ATTACKER}`, "m", "rsa");
export const SUFFIX_KEY = makeKey(`not${VICTIM}`, "m", "rsa");

const KEYS = [
  ...[VICTIM_KEY, VICTIM_ED25519, FACTORED, ATTACKER_KEY, FORWARDER_KEY, HOMOGRAPH_KEY, BELOW_KEY, SUFFIX_KEY],
];

/** All TXT records of the DNS. */
export const RECORDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(KEYS.map(({ name, record }) => [name, record])),
  [REVOKED.name]: "v=DKIM1; p=",
  // Ed25519 keys of small order, RSA keys with the exponent 1: anybody can sign with them.
  [`small._domainkey.${VICTIM}`]: `v=DKIM1; k=ed25519; p=${Buffer.from([1, ...Array<number>(31).fill(0)]).toString("base64")}`,
  [`one._domainkey.${VICTIM}`]: `v=DKIM1; k=rsa; p=${exponentOne(VICTIM_KEY)}`,
  // Where a resolver comes that takes a NUL for the end of a name, or another character for one that ends it.
  [`key.${ATTACKER}`]: ATTACKER_KEY.record,
  [`_domainkey.${ATTACKER}`]: ATTACKER_KEY.record,
};

/** Signed as a well-made signer does: the attacker, who wants a pass for himself. */
export function byAttacker(message: string, key: TestKey = ATTACKER_KEY): Promise<string> {
  return signed(message, [key], { now: new Date() });
}

/** The victim's own message: signed by it with that key, and sent by it. */
export function byVictim(message: string): Promise<string> {
  return signed(message, [VICTIM_KEY], { now: new Date() });
}

/** The victim's own message, with the names signed that are there and no more, as most signers do. */
export function bySimpleVictim(message: string, tags = "", bodyHash = "$bh"): string {
  const names = "From:To:Subject:Date";
  return craft(`v=1; a=rsa-sha256; d=${VICTIM}; s=s1; h=${names}; ${tags} bh=${bodyHash};`, VICTIM_KEY, message);
}

/** With tags of a forger's own choice. */
export function withTags(tags: string, message: string, by: TestKey | Signer = ATTACKER_KEY): string {
  return craft(`v=1; ${tags} h=From:To:Subject:Date; bh=$bh;`, by, message);
}

/** R is the neutral point and S is 0: what verifies under a key of small order, whatever was signed. RFC 8032 §5.1.7 */
export const smallOrderSignature: Signer = () => Buffer.from([1, ...Array<number>(63).fill(0)]);

/** With the exponent 1 the padded hash is its own signature. RFC 8017 §9.2 */
export const exponentOneSignature: Signer = (data) => {
  const prefix = Buffer.from("3031300d060960864801650304020105000420", "hex");
  const digest = Buffer.concat([prefix, createHash("sha256").update(data).digest()]);
  return Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(256 - 3 - digest.length, 0xff), Buffer.from([0]), digest]);
};

/** The key's record, with 1 for 65537. */
function exponentOne({ publicKey }: TestKey): string {
  const der = publicKey.export({ type: "pkcs1", format: "der" });
  const changed = Buffer.concat([der.subarray(0, -5), Buffer.from([2, 1, 1])]);
  changed.writeUInt16BE(changed.length - 4, 2);
  return changed.toString("base64");
}
