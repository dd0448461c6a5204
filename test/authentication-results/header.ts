import { parseHeaderText, type HeaderField } from "../../src/message/header.js";
import { encodeUtf8 } from "../../src/message/octets.js";

/** The fields of a header given as lines of characters, topmost first. */
export function headerOf(...lines: string[]): readonly HeaderField[] {
  return parseHeaderText(encodeUtf8(lines.map((line) => `${line}\r\n`).join("")) + "\r\n", false).fields;
}

/** An Authentication-Results field. */
export function ar(value: string): string {
  return `Authentication-Results: ${value}`;
}
