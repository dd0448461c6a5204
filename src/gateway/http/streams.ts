import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { GatewayError } from "../errors.js";

/**
 * A request's body, piece by piece.
 * @throws {GatewayError} `message-too-large`; the signal's reason; `aborted` if the client breaks off
 */
export async function* bodyOf(
  request: IncomingMessage,
  maxOctets: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const aborted = rejectionOf(signal);
  // The request stays open if reading ends early, because its answer needs the connection.
  const pieces = (request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let octets = 0;
  for (;;) {
    // A client that sends nothing must not keep us waiting.
    const next = await Promise.race([pieces.next().catch(brokenOff), aborted]);
    if (next.done) return;
    octets += next.value.length;
    if (octets > maxOctets) throw new GatewayError("message-too-large", `a message over ${maxOctets} octets`);
    yield next.value;
  }
}

function brokenOff(cause: unknown): never {
  throw new GatewayError("aborted", "the client has broken off", { cause });
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  const rejection = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
  });
  rejection.catch(() => undefined); // it may come when nobody reads any longer
  return rejection;
}

/** Writes no faster than the client reads. @throws the signal's reason, after breaking the connection */
export async function writeAll(
  response: ServerResponse,
  pieces: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  for await (const piece of pieces) {
    signal.throwIfAborted();
    if (!response.write(piece)) await once(response, "drain", { signal });
  }
  response.end();
}
