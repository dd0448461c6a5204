import { readHeader } from "../message/read-message.js";
import { parseHeader, type Header } from "../message/header.js";
import type { Edit, MessageSource } from "./types.js";

/**
 * Applies an edit to a message; every octet that the edit does not name stays as it is.
 * @param message the message that the edit was made for, once more from its start
 * @throws what reading the message throws
 */
export async function* applyEdit(message: MessageSource, edit: Edit): AsyncGenerator<Uint8Array, void> {
  yield edit.prepend;
  if (message instanceof Uint8Array) {
    yield* kept(message, parseHeader(message), edit);
    return;
  }
  const { header, octets, rest } = await readHeader(message);
  yield* kept(octets, header, edit);
  yield* rest;
}

/** The octets without the fields that are removed. */
function* kept(octets: Uint8Array, header: Header, { remove }: Edit): Generator<Uint8Array, void> {
  let start = 0;
  for (const index of [...remove].sort((a, b) => a - b)) {
    const field = header.fields[index]!;
    if (field.start > start) yield octets.subarray(start, field.start);
    start = field.end;
  }
  yield octets.subarray(start);
}
