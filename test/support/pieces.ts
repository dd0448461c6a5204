import { octetsOf } from "../../src/message/octets.js";

/** A message as a stream, in pieces of `size` octets. */
export async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const shared = new Uint8Array(size); // one buffer for all pieces, as the contract allows
  for (let at = 0; at < text.length; at += size) {
    const piece = octetsOf(text.slice(at, at + size));
    shared.set(piece);
    yield shared.subarray(0, piece.length);
    await Promise.resolve();
    shared.fill(0x21);
  }
}

/** All octets of a stream, as a binary string. */
export async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let all = "";
  for await (const chunk of chunks) all += Buffer.from(chunk).toString("latin1");
  return all;
}
