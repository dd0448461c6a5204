import { MAX_HEADER_OCTETS } from "../../message/header.js";
import { readHeader } from "../../message/read-message.js";
import type { MessageSource } from "../../index.js";

/**
 * The start of a message, at least up to its body, for `statusOf` and `parseHeader`: if it is one octet over the limit,
 * they know that the header goes on.
 */
export async function headerOctets(message: MessageSource): Promise<Uint8Array> {
  if (message instanceof Uint8Array) return message.slice(0, MAX_HEADER_OCTETS + 1);
  const { header, octets, rest } = await readHeader(message);
  await rest.return?.();
  if (!header.truncated) return octets;
  const more = new Uint8Array(MAX_HEADER_OCTETS + 1);
  more.set(octets);
  return more;
}
