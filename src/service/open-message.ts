import { parseHeader, type Header } from "../message/header.js";
import { readHeader } from "../message/read-message.js";
import type { MessageSource } from "./types.js";

/** A message of which the header is known; its body is read once. */
export interface OpenMessage {
  readonly header: Header;
  /**
   * Hands the body on, piece by piece; stops where the signal is aborted.
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
        update(source.subarray(header.bodyOffset));
        return Promise.resolve();
      },
    };
  }
  const { header, octets, rest } = await readHeader(source);
  return {
    header,
    readBody: async (update, signal) => {
      update(octets.subarray(header.bodyOffset));
      for await (const piece of rest) {
        if (signal?.aborted) break;
        update(piece);
      }
    },
  };
}
