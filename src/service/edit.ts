import { ArgumentError } from "../message/argument-error.js";
import { parseHeader, type Header, type HeaderField } from "../message/header.js";
import { readHeader } from "../message/read-message.js";
import { checkPieces } from "./open-message.js";
import type { Edit, MessageSource } from "./types.js";

/**
 * Applies an edit, such as `annotate` and `sign` return, to a message. Every octet that the edit does not name stays as
 * it is.
 * @param message the message that the edit was made for; if it comes in pieces, once more from its start
 * @returns the edited message in pieces of octets
 * @throws {ArgumentError} `edit-invalid` if the edit removes a field that the message does not have; `message-invalid`
 * @throws what reading the message throws
 */
export async function* applyEdit(message: MessageSource, edit: Edit): AsyncGenerator<Uint8Array, void> {
  if (message instanceof Uint8Array) {
    yield* edited(message, parseHeader(message), edit);
    return;
  }
  checkPieces(message);
  const { header, octets, rest } = await readHeader(message);
  try {
    yield* edited(octets, header, edit);
    yield* rest;
  } finally {
    await rest.return?.(); // whoever stops early closes the source, as with any iterator
  }
}

function* edited(octets: Uint8Array, header: Header, { prepend, remove }: Edit): Generator<Uint8Array, void> {
  const removed = [...remove].sort((a, b) => a - b).map((index) => fieldAt(header, index));
  yield prepend;
  let start = 0;
  for (const field of removed) {
    if (field.start > start) yield octets.subarray(start, field.start);
    start = field.end;
  }
  yield octets.subarray(start);
}

function fieldAt({ fields }: Header, index: number): HeaderField {
  const field = fields[index];
  if (field === undefined) throw new ArgumentError("edit-invalid", `the message has no header field ${index}`);
  return field;
}
