import { MAX_HEADER_OCTETS } from "../../message/header.js";
import { readHeader } from "../../message/read-message.js";

/**
 * The start of a message, up to its body at least, as `statusOf` and `parseHeader` take it: one octet over the limit tells
 * them that a header goes on.
 */
export async function headerOctets(message: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const { header, octets, rest } = await readHeader(message);
  await rest.return?.();
  if (!header.truncated) return octets;
  const more = new Uint8Array(MAX_HEADER_OCTETS + 1);
  more.set(octets);
  return more;
}
