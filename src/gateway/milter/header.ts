/** Converts between a header's form in packets and its octets in the message. */
import { parseHeader, unfold } from "../../message/header.js";
import { octetsOf } from "../../message/octets.js";
import type { Edit } from "../../service/types.js";
import { decodeHeader, encodeDeleteHeader, encodeInsertHeader } from "./commands.js";
import { ProtocolError } from "./framing.js";

export interface MilterField {
  readonly name: string;
  /** All that is between the colon and the final line end; lines end with CRLF. */
  readonly value: string;
}

/**
 * Folded lines come with LF; the octets that were signed had CRLF.
 * @param hasLeadingSpace without that step the MTA has removed one space after the colon, which nearly every field has
 * @throws {ProtocolError}
 */
export function fieldOf(data: Uint8Array, hasLeadingSpace: boolean): MilterField {
  const { name, value } = decodeHeader(data);
  const lines = value.replace(/(?<!\r)\n/g, "\r\n");
  return { name, value: hasLeadingSpace ? lines : " " + lines };
}

/** The length of a field in the message, with its colon and line end. */
export function octetsIn({ name, value }: MilterField): number {
  return name.length + value.length + 3;
}

/**
 * The header with its empty line. White space between a name and its colon is lost: no MTA shows it to a filter.
 * @throws {ProtocolError} if the MTA sent something that is not a field: we would then see other fields than the MTA
 */
export function headerOctets(fields: readonly MilterField[]): Uint8Array {
  let text = "";
  for (const { name, value } of fields) {
    if (!/^[^ \t:\n][^:\n]*$/.test(name) || unfold(value).includes("\n")) {
      throw new ProtocolError("a header field that is more or less than one field");
    }
    text += `${name}:${value}\r\n`;
  }
  return octetsOf(text + "\r\n");
}

/** The packets that change the header. Fields are removed first: insertions would shift the count. */
export function editReplies(fields: readonly MilterField[], edit: Edit, hasLeadingSpace: boolean): Uint8Array[] {
  return [...deletions(fields, edit.remove), ...insertions(edit.prepend, hasLeadingSpace)];
}

/**
 * From the last to the first, because the MTA counts the fields of one name anew after each deletion (CVE-2022-48521
 * was the other order).
 */
function deletions(fields: readonly MilterField[], remove: readonly number[]): Uint8Array[] {
  const counts = new Map<string, number>();
  const ordinals = fields.map(({ name }) => {
    const key = name.toLowerCase();
    const ordinal = (counts.get(key) ?? 0) + 1;
    counts.set(key, ordinal);
    return ordinal;
  });
  return [...remove].sort((a, b) => b - a).map((index) => encodeDeleteHeader(ordinals[index]!, fields[index]!.name));
}

/** Each is inserted at the very top, so that the last one is sent first. */
function insertions(prepend: Uint8Array, hasLeadingSpace: boolean): Uint8Array[] {
  return [...parseHeader(prepend).fields].reverse().map((field) => {
    const value = field.value.replaceAll("\r\n", "\n");
    return encodeInsertHeader(0, field.name, hasLeadingSpace ? value : value.replace(/^ /, ""));
  });
}
