import { parseHeader, type Header } from "../message/header.js";
import { readHeader } from "../message/read-message.js";
import type { MessageSource } from "./types.js";

/** A message of which the header is known; its body is read once. */
export interface OpenMessage {
  readonly header: Header;
  /**
   * Hands the body on, piece by piece. A header without end has no body: it decides everything, and nobody should have to
   * send the rest.
   * @throws what the source throws
   */
  readBody(update: (octets: Uint8Array) => void): Promise<void>;
}

/**
 * Reads the header of a message, whatever form the message has.
 * @param signal ends the message where it is: a header that was being read then has no end
 */
export async function openMessage(source: MessageSource, signal?: AbortSignal): Promise<OpenMessage> {
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
  const reading = await readHeader(signal === undefined ? source : untilAborted(source, signal));
  const { octets, rest } = reading;
  const header = signal?.aborted ? { ...reading.header, truncated: true } : reading.header;
  return {
    header,
    readBody: async (update) => {
      if (header.truncated) {
        await rest.return?.();
        return;
      }
      update(octets.subarray(header.bodyOffset));
      for await (const piece of rest) update(piece);
    },
  };
}

/** Ends with the signal, even where the source lets nobody know when it goes on. */
async function* untilAborted(source: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  const iterator = source[Symbol.asyncIterator]();
  const aborted = new Promise<null>((resolve) => {
    signal.addEventListener("abort", () => {
      resolve(null);
    });
  });
  try {
    while (!signal.aborted) {
      const step = await Promise.race([iterator.next(), aborted]);
      if (step === null || step.done === true) return;
      yield step.value;
    }
  } finally {
    void iterator.return?.(); // a source that waits closes when it wakes up
  }
}
