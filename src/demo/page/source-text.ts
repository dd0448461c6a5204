import { parseHeaderText } from "../../message/header.js";
import { decodeUtf8, encodeUtf8 } from "../../message/octets.js";

/** Octets that an edit field is given: beyond, typing is no fun. */
const MAX_EDITED = 256 * 1024;

/** The octets of a message as text with plain line ends, as an edit field holds it. */
export interface SourceText {
  readonly text: string;
  /** Whether the text can be turned back into the very octets. */
  readonly isEditable: boolean;
}

export function sourceTextOf(octets: string): SourceText {
  const head = octets.slice(0, MAX_EDITED);
  const text = (decodeUtf8(head) ?? head).replaceAll("\r\n", "\n");
  return { text, isEditable: head.length === octets.length && octetsOfSource(text, octets) === octets };
}

/** @param like the message whose line ends are used; @returns octets as a binary string */
export function octetsOfSource(text: string, like: string): string {
  const encoded = encodeUtf8(text);
  return lineEndingOf(like) === "\n" ? encoded : encoded.replaceAll("\n", "\r\n");
}

/** What a letter of the source becomes. */
export interface LetterChange {
  readonly at: number;
  readonly letter: string;
}

/** The first digit of the body becomes the next one, or else its first letter another. Null where it has neither. */
export function changeOneLetter(text: string): LetterChange | null {
  const body = text.indexOf("\n\n") + 2;
  if (body === 1) return null;
  const at = [/[0-9]/, /[a-z]/i].map((kind) => text.slice(body).search(kind)).find((found) => found >= 0);
  if (at === undefined) return null;
  return { at: body + at, letter: otherThan(text.charAt(body + at)) };
}

function otherThan(letter: string): string {
  if (/[0-9]/.test(letter)) return String((Number(letter) + 1) % 10);
  return letter === "e" ? "a" : "e";
}

/** @returns the header block, for what reads fields only */
export function headerBlockOf(octets: string): string {
  return octets.slice(0, parseHeaderText(octets, false).bodyOffset);
}

/** @returns the number of the first line that differs, from 1; null where none does */
export function firstChangedLine(before: string, after: string): number | null {
  const lines = before.split("\n");
  const at = after.split("\n").findIndex((line, i) => line !== lines[i]);
  return at < 0 ? (before === after ? null : lines.length) : at + 1;
}

function lineEndingOf(octets: string): "\r\n" | "\n" {
  return parseHeaderText(octets, false).lineEnding;
}
