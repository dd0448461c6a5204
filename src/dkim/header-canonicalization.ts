import type { HeaderField } from "../message/header.js";
import type { HeaderCanonicalization } from "./types.js";

/**
 * A field in canonical form, as a binary string without the final CRLF. RFC 6376 §3.4.1 and §3.4.2
 * @param raw the whole field, inner line ends as CRLF
 * @param nameLength length of its name, without white space before the colon
 */
export function canonicalField(raw: string, nameLength: number, canonicalization: HeaderCanonicalization): string {
  if (canonicalization === "simple") return raw;
  const name = raw.slice(0, nameLength).toLowerCase();
  return name + ":" + relaxedValue(raw.slice(raw.indexOf(":", nameLength) + 1));
}

/** RFC 6376 §3.4.2: unfold, make white space one SP, and cut it off at both ends. */
function relaxedValue(value: string): string {
  const unfolded = value.includes("\n") ? value.replace(/\r\n/g, "") : value;
  const single = /\t| {2}/.test(unfolded) ? unfolded.replace(/[ \t]+/g, " ") : unfolded;
  const start = single.startsWith(" ") ? 1 : 0;
  const end = single.endsWith(" ") && single.length > start ? single.length - 1 : single.length;
  return single.slice(start, end);
}

/**
 * The octets that a signature signs, as a binary string: the fields that h= names, each with CRLF, and the signature's
 * own field with an empty b=, without. RFC 6376 §3.7
 * @param fields the header's fields, topmost first
 * @param signedNames h= in lower case
 * @param own the signature's field
 * @param unsigned its raw text with an empty b=
 */
export function signedData(
  fields: readonly HeaderField[],
  signedNames: readonly string[],
  canonicalization: HeaderCanonicalization,
  own: { readonly field: HeaderField | null; readonly unsigned: string; readonly nameLength: number },
): string {
  let data = "";
  for (const field of selectFields(fields, signedNames, own.field)) {
    data += canonicalField(field.raw, field.name.length, canonicalization) + "\r\n";
  }
  return data + canonicalField(own.unsigned, own.nameLength, canonicalization);
}

/**
 * Each name takes the lowest field of that name that no name before took; a name beyond the last takes none.
 * RFC 6376 §5.4.2. The signature's own field was not there when it was made.
 */
function selectFields(
  fields: readonly HeaderField[],
  names: readonly string[],
  own: HeaderField | null,
): HeaderField[] {
  const waiting = new Map<string, HeaderField[]>();
  for (const name of names) waiting.set(name, []);
  for (const field of fields) if (field !== own) waiting.get(field.key)?.push(field);
  const selected: HeaderField[] = [];
  for (const name of names) {
    const field = waiting.get(name)?.pop();
    if (field) selected.push(field);
  }
  return selected;
}

/** The field with the value of its b= removed, white space around it included. RFC 6376 §3.7 */
export function withoutSignature(field: HeaderField, bTag: { readonly start: number; readonly end: number }): string {
  const value = field.raw.length - field.value.length;
  return field.raw.slice(0, value + bTag.start) + field.raw.slice(value + bTag.end);
}
