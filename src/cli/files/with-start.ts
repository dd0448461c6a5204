import type { MessageSource } from "../../index.js";
import { MAX_HEADER_OCTETS } from "../../message/header.js";

/** A message on its way to one reader, while its start is kept for another. */
export interface WithStart {
  readonly octets: MessageSource;
  /**
   * What the first reader has read, up to one octet over the limit of a header: so `parseHeader` knows that it goes on.
   */
  readonly start: () => Uint8Array;
}

export function withStart(message: MessageSource): WithStart {
  if (message instanceof Uint8Array) {
    const start = message.slice(0, MAX_HEADER_OCTETS + 1);
    return { octets: message, start: () => start };
  }
  const pieces: Uint8Array[] = [];
  let room = MAX_HEADER_OCTETS + 1;
  async function* noted(pieced: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const piece of pieced) {
      if (room > 0) pieces.push(new Uint8Array(piece.subarray(0, room)));
      room -= Math.min(room, piece.length);
      yield piece;
    }
  }
  return { octets: noted(message), start: () => Buffer.concat(pieces) };
}
