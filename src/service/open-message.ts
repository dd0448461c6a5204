import type { MaybePromise } from "../dkim/maybe-promise.js";
import { ArgumentError } from "../message/argument-error.js";
import { parseHeader, type Header } from "../message/header.js";
import { octetsIn, readHeader } from "../message/read-message.js";
import type { MessageSource } from "./types.js";

/** A message whose header has been read; its body can be read once. */
export interface OpenMessage {
  readonly header: Header;
  /**
   * Hands the body on, piece by piece. If the header was cut off there is no body: the verdict is certain, and nobody
   * should have to send the rest.
   * @throws what the source throws
   */
  readBody(update: (octets: Uint8Array) => void): MaybePromise<void>;
}

/**
 * Reads the header of a message: of a `Uint8Array` synchronously.
 * @param signal ends the message where it is: a header that was still being read then counts as cut off
 * @throws {ArgumentError} `message-invalid`
 */
export function openMessage(source: MessageSource, signal?: AbortSignal): MaybePromise<OpenMessage> {
  return source instanceof Uint8Array ? openOctets(source) : openStream(source, signal);
}

function openOctets(octets: Uint8Array): OpenMessage {
  const header = parseHeader(octets);
  return {
    header,
    readBody: (update) => {
      if (!header.truncated) update(octets.subarray(header.bodyOffset));
    },
  };
}

async function openStream(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<OpenMessage> {
  checkPieces(source);
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
      for await (const piece of rest) update(octetsIn(piece));
    },
  };
}

/** @throws {ArgumentError} `message-invalid` for what is no message at all, such as a string */
export function checkPieces(source: AsyncIterable<Uint8Array>): void {
  if (typeof (source as Partial<AsyncIterable<unknown>> | null)?.[Symbol.asyncIterator] === "function") return;
  throw new ArgumentError("message-invalid", "a message is a Uint8Array or an async iterable of them");
}

/** Ends when the signal aborts, even while the source keeps us waiting for its next piece. */
async function* untilAborted(source: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  const iterator = source[Symbol.asyncIterator]();
  let wake = (): void => undefined;
  const stop = () => {
    wake();
  };
  signal.addEventListener("abort", stop);
  try {
    while (!signal.aborted) {
      const step = await new Promise<IteratorResult<Uint8Array> | null>((resolve, reject) => {
        wake = () => {
          resolve(null);
        };
        iterator.next().then(resolve, reject);
      });
      if (step === null || step.done === true) return;
      yield step.value;
    }
  } finally {
    signal.removeEventListener("abort", stop); // the signal may outlive many messages
    // A source that is still waiting closes when it wakes up; nobody is left to hear of an error.
    iterator.return?.().then(undefined, () => undefined);
  }
}
