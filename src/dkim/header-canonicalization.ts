import type { Header, HeaderField } from "../message/header.js";
import type { HeaderCanonicalization } from "./types.js";

/** The parts of a field that are signed. */
export type SignedField = Pick<HeaderField, "key" | "raw" | "value">;

/** A field in canonical form, as a binary string without the final CRLF. RFC 6376 §3.4.1 and §3.4.2 */
export function canonicalField({ key, raw, value }: SignedField, canonicalization: HeaderCanonicalization): string {
  return canonicalization === "simple" ? raw : `${key}:${relaxedValue(value)}`;
}

/** RFC 6376 §3.4.2: unfold, reduce each run of white space to one SP, and remove it at both ends. */
function relaxedValue(value: string): string {
  // Behind the CRLF of a folded field there is always white space: together they are one SP.
  const isSingle = !value.includes("\n") && !value.includes("\t") && !value.includes("  ");
  const single = isSingle ? value : value.replace(/(?:\r\n|[ \t])+/g, " ");
  return single.slice(single.startsWith(" ") ? 1 : 0, single.endsWith(" ") ? -1 : undefined);
}

/** A signature's own field, which is signed without the value of its b=. RFC 6376 §3.7 */
export interface OwnField {
  /** null while it is not in the header yet */
  readonly field: HeaderField | null;
  /** The field with an empty b=. */
  readonly unsigned: SignedField;
}

/**
 * The octets that a signature signs, as a binary string: the fields that h= names, each with CRLF, and the signature's
 * own field without. RFC 6376 §3.7
 *
 * Each name selects the lowest field of that name that is not selected yet; if there is none, it adds nothing. RFC 6376
 * §5.4.2. The signature's own field is passed over: it was not there when it was made.
 * @param signedNames h= in lower case
 */
export function signedData(
  { named }: Header,
  signedNames: readonly string[],
  canonicalization: HeaderCanonicalization,
  own: OwnField,
): string {
  const left = new Map<string, number>();
  let data = "";
  for (const name of signedNames) {
    const fields = named.get(name);
    if (fields === undefined) continue;
    let lowest = (left.get(name) ?? fields.length) - 1;
    if (fields[lowest] === own.field) lowest--;
    if (lowest >= 0) data += canonicalField(fields[lowest]!, canonicalization) + "\r\n";
    left.set(name, lowest);
  }
  return data + canonicalField(own.unsigned, canonicalization);
}

/** The field with the value of its b= removed, white space around it included. RFC 6376 §3.7 */
export function withoutSignature(
  { key, raw, value }: HeaderField,
  bTag: { readonly start: number; readonly end: number },
): SignedField {
  const unsigned = value.slice(0, bTag.start) + value.slice(bTag.end);
  return { key, raw: raw.slice(0, raw.length - value.length) + unsigned, value: unsigned };
}
