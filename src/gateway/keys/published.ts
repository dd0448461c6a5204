import { isNotFound, type Resolver } from "../../dkim/resolver.js";
import { parseKeyRecord, type KeyRecord } from "../../dkim/key-record.js";
import type { PublicKeyMaterial } from "../../dkim/crypto.js";

/** How what the DNS has differs from what the private key needs there. */
export type PublicationFinding =
  | "published"
  | "no-answer"
  | "absent"
  | "several-records"
  | "strings-as-records" // each string of the record has become a record of its own
  | "quotes-inside" // quotes or backslashes of a zone file have become part of the record
  | "strings-out-of-order"
  | "truncated"
  | "revoked"
  | "type-missing" // an Ed25519 key without k=ed25519 is taken for RSA
  | "other-key"
  | "malformed"
  | "testing" // t=y
  | "not-for-email" // s=
  | "hash-forbidden"; // h=

/**
 * Looks up a key record and compares it with the one that should be there.
 * @param expected the record as `recordOf` makes it
 * @returns what was found, just `published` if nothing is wrong; never rejects
 */
export async function checkPublished(
  resolver: Resolver,
  name: string,
  expected: string,
): Promise<readonly PublicationFinding[]> {
  try {
    const answer = await resolver.resolveTxt(name);
    return comparePublished("records" in answer ? answer.records : answer, expected);
  } catch (error) {
    return [isNotFound(error) ? "absent" : "no-answer"];
  }
}

/** As {@link checkPublished}, for given records; binary strings. */
export function comparePublished(records: readonly string[], expected: string): readonly PublicationFinding[] {
  const [record, ...others] = records;
  if (record === undefined) return ["absent"];
  if (others.length > 0) return [arePieces(records, expected) ? "strings-as-records" : "several-records"];
  const wanted = parseKeyRecord(expected).record!;
  const { record: found, reason } = parseKeyRecord(record);
  if (found === null) return [reason === "key-revoked" ? "revoked" : whatBroke(record, expected)];
  if (!isSameKey(found.material, wanted.material)) return ["other-key"];
  const faults = restrictions(found);
  return faults.length === 0 ? ["published"] : faults;
}

function isSameKey(one: PublicKeyMaterial, other: PublicKeyMaterial): boolean {
  if (one.type === "ed25519") return other.type === "ed25519" && isEqual(one.octets, other.octets);
  return other.type === "rsa" && isEqual(one.modulus, other.modulus) && isEqual(one.exponent, other.exponent);
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((octet, i) => octet === other[i]);
}

/** RFC 6376 §3.6.1; t=s does not matter, because we sign without i=. */
function restrictions({ flags, services, hashes }: KeyRecord): PublicationFinding[] {
  return [
    ...(flags.includes("y") ? ["testing" as const] : []),
    ...(services.includes("*") || services.includes("email") ? [] : ["not-for-email" as const]),
    ...(hashes === null || hashes.includes("sha256") ? [] : ["hash-forbidden" as const]),
  ];
}

function whatBroke(record: string, expected: string): PublicationFinding {
  const bare = withoutMarks(record);
  const wanted = withoutMarks(expected);
  const key = keyOf(wanted);
  const found = keyOf(bare);
  if (/["\\]/.test(record) && found === key) return "quotes-inside";
  if (found === key && wanted.includes("k=ed25519") && !bare.includes("k=ed25519")) return "type-missing";
  if (sortedCharacters(bare) === sortedCharacters(wanted)) return "strings-out-of-order";
  if (found !== "" && found.length < key.length && (key.startsWith(found) || lacksMiddle(found, key)))
    return "truncated";
  return "malformed";
}

/** Whether each record is a part of the expected one: some web forms make a record of each quoted string. */
function arePieces(records: readonly string[], expected: string): boolean {
  const wanted = withoutMarks(expected);
  return records.every((record) => {
    const piece = withoutMarks(record);
    return piece !== "" && piece.length < wanted.length && wanted.includes(piece);
  });
}

/** A text without what a zone file or a web form may have added: quotes, backslashes, parentheses, white space. */
function withoutMarks(text: string): string {
  return text.replace(/["\\()\s]+/g, "");
}

/** p= of a record without white space, as far as it is base64. */
function keyOf(bare: string): string {
  return /(?:^|;)p=([A-Za-z0-9+/=]*)/.exec(bare)?.[1] ?? "";
}

/** Equal ends mean the same key with a part missing; not equal starts, because all RSA keys start alike. */
const TELLING_CHARACTERS = 40;

function lacksMiddle(found: string, key: string): boolean {
  return found.length > TELLING_CHARACTERS && key.endsWith(found.slice(-TELLING_CHARACTERS));
}

function sortedCharacters(text: string): string {
  return Array.from(text).sort().join("");
}
