import { parseHeader, type Header } from "../message/header.js";
import { readHeader } from "../message/read-message.js";
import type { MessageSource } from "./types.js";

/** A message of which the header is known; its body is read once. */
export interface OpenMessage {
  readonly header: Header;
  /**
   * Hands the body on, piece by piece; stops where the signal is aborted. A header without end has no body: it decides
   * everything, and nobody should have to send the rest.
   * @throws what the source throws
   */
  readBody(update: (octets: Uint8Array) => void, signal?: AbortSignal): Promise<void>;
}

/** Reads the header of a message, whatever form the message has. */
export async function openMessage(source: MessageSource): Promise<OpenMessage> {
  if (source instanceof Uint8Array) {
    const header = parseHeader(source);
    return {
      header,
      readBody: (update) => {
        if (!header.truncated) update(source.subarray(header.bodyOffset));
        return Promise.resolve();
      },
    };
  }
  const { header, octets, rest } = await readHeader(source);
  return {
    header,
    readBody: async (update, signal) => {
      if (header.truncated) {
        await rest.return?.();
        return;
      }
      update(octets.subarray(header.bodyOffset));
      for await (const piece of rest) {
        if (signal?.aborted) break;
        update(piece);
      }
    },
  };
}
