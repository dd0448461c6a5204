import type { ConcernCode } from "../../index.js";
import type { Text } from "./text.js";

/** A concern without what it is about: `not-signed:subject` is of the kind `not-signed`. */
export type ConcernKind = ConcernCode extends infer Code
  ? Code extends `${infer Kind}:${string}`
    ? Kind
    : Code
  : never;

/** What weakens a signature or a message. */
export const CONCERN_TEXTS: Readonly<Record<ConcernKind, Text>> = {
  "name-shows-other-address": {
    why: "The author's name shows an address of a domain that is not the author's; many programs show the name only.",
    cure: "The author has to write a name into From, and no address.",
  },
  "partly-signed": {
    why: "Only the beginning of the body is signed (l=), or that cannot be excluded.",
    cure: "The signer has to leave out l= (RFC 6376 §8.2).",
  },
  "field-repeated": {
    why: "{field} occurs more often than it is signed, and some programs show the one that is not.",
    cure: "The signer has to name {field} in h= once more than it occurs, so that none can be added.",
  },
  "testing-key": {
    why: "{signer} says that it only tests DKIM (t=y in the key record).",
    cure: "The owner of {signer} has to take y out of t= when the tests are over.",
  },
  "weak-algorithm": {
    why: "The signature uses rsa-sha1, which can be forged.",
    cure: "The signer has to use rsa-sha256; the key can stay.",
  },
  "dmarc-fail": {
    why: "The trusted server notes that the message failed what {author} asks for (DMARC).",
    cure: "Mail of {author} has to be signed by {author}, or sent from its own servers.",
  },
  "not-signed": {
    why: "{field} is not signed: anybody on the way could have changed it.",
    cure: "The signer has to add {field} to h=.",
  },
  "signer-inferred": {
    why: "The trusted server did not note who signed; the message has this one signature only.",
    cure: "The receiving server has to write header.d into its field.",
  },
  "legacy-field": {
    why: "The result was read from a field of an older form, which has no id to tell it by.",
    cure: "The receiving server has to write Authentication-Results.",
  },
  "future-timestamp": {
    why: "The signature is dated later than the message arrived.",
    cure: "The signer has to set its clock; or --received-at is wrong.",
  },
};

/** @returns the kind of a concern, and the field that it is about */
export function concernParts(code: ConcernCode): { readonly kind: ConcernKind; readonly field: string | null } {
  const [kind, field] = code.split(":");
  return { kind: kind as ConcernKind, field: field ?? null };
}
