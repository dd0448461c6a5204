import { decodeBase64 } from "./base64.js";
import type { PublicKeyMaterial } from "./crypto.js";
import { MAX_KEY_RECORD_OCTETS } from "./limits.js";
import { isPublicKey } from "./public-key.js";
import type { ReasonCode } from "./reasons.js";
import { parseRsaPublicKey } from "./rsa-public-key.js";
import { colonSeparated, parseTagList } from "./tag-list.js";

/** A key record. RFC 6376 §3.6.1 */
export interface KeyRecord {
  readonly material: PublicKeyMaterial;
  /** Length of the RSA modulus in bits; 256 for Ed25519. */
  readonly bits: number;
  /** h=, or null if every hash is acceptable. */
  readonly hashes: readonly string[] | null;
  /** s= */
  readonly services: readonly string[];
  /** t= */
  readonly flags: readonly string[];
}

/** A key record, or why the text is not a usable one. */
export type KeyRecordReading =
  { readonly record: KeyRecord; readonly reason: null } | { readonly record: null; readonly reason: ReasonCode };

/**
 * Parsed records that are kept: few keys sign most of a server's mail. Each takes a few kilobytes, and its imported key
 * as much again.
 */
const MAX_KEPT_RECORDS = 512;

/** Octets of a record that is kept: an RSA key of 8192 bits fits, but not a record made to fill our memory. */
const MAX_KEPT_OCTETS = 2048;

/** By their text: the ones used lately, and the ones used before those, which are dropped when `recent` is full. */
let recent = new Map<string, KeyRecordReading>();
let older = new Map<string, KeyRecordReading>();

/** As {@link parseKeyRecord}, with a cache: a text that was read lately gives the same objects again. */
export function readKeyRecord(text: string): KeyRecordReading {
  const known = recent.get(text);
  if (known !== undefined) return known;
  const reading = older.get(text) ?? parseKeyRecord(text);
  if (text.length > MAX_KEPT_OCTETS) return reading;
  if (recent.size >= MAX_KEPT_RECORDS / 2) {
    older = recent;
    recent = new Map();
  }
  recent.set(text, reading);
  return reading;
}

/**
 * Parses a key record. `g=` (RFC 4871) is ignored, as unknown tags are; `v=` may be missing, but otherwise comes first.
 * @param text the TXT record, its character-strings joined, as a binary string
 */
export function parseKeyRecord(text: string): KeyRecordReading {
  if (text.length > MAX_KEY_RECORD_OCTETS) return unusable("key-malformed");
  const { tags, error } = parseTagList(text);
  if (error !== null) return unusable("key-malformed");
  const value = (name: string) => tags.get(name)?.value;
  if (tags.has("v") && (value("v") !== "DKIM1" || tags.keys().next().value !== "v")) return unusable("key-malformed");
  const p = value("p");
  if (p === undefined) return unusable("key-malformed");
  if (p === "") return unusable("key-revoked");
  const type = value("k") ?? "rsa";
  if (type !== "rsa" && type !== "ed25519") return unusable("key-type-mismatch");
  const material = materialOf(type, p);
  if (material === null) return unusable("key-malformed");
  return {
    record: {
      material,
      bits: material.type === "rsa" ? bitLength(material.modulus) : 256,
      hashes: tags.has("h") ? colonSeparated(value("h")!) : null,
      services: colonSeparated(value("s") ?? "*"),
      flags: colonSeparated(value("t") ?? ""),
    },
    reason: null,
  };
}

function unusable(reason: ReasonCode): KeyRecordReading {
  return { record: null, reason };
}

function materialOf(type: "rsa" | "ed25519", p: string): PublicKeyMaterial | null {
  const octets = decodeBase64(p)?.slice(); // a copy: the record is kept for longer than the memory that it shares
  if (octets === undefined) return null;
  const material = type === "ed25519" ? ({ type, octets } as const) : parseRsaPublicKey(octets); // RFC 8463 §4
  return material !== null && isPublicKey(material) ? material : null;
}

/** @param integer without leading zeros, and not 0 */
function bitLength(integer: Uint8Array): number {
  return integer.length * 8 - (Math.clz32(integer[0]!) - 24);
}
