import { open, type FileHandle } from "node:fs/promises";
import { unwrapped } from "./mbox.js";
import type { MessageFile, Part } from "./message-file.js";

/** Octets that are read at once: large enough that the system calls do not count, times the messages in flight. */
const PIECE_OCTETS = 64 * 1024;

/**
 * The octets of a message, in pieces; each is only good until the next one is asked for.
 * @throws what the system throws
 */
export async function* octetsOfMessage({ path, part }: MessageFile): AsyncGenerator<Uint8Array, void> {
  if (path === null) return yield* standardInput();
  const file = await open(path);
  try {
    yield* part === null ? octetsOfFile(file) : unwrapped(octetsOfFile(file, part));
  } finally {
    await file.close();
  }
}

/** Octets of an open file, in one buffer that is used again for each piece. */
export async function* octetsOfFile(file: FileHandle, part?: Part): AsyncGenerator<Uint8Array, void> {
  const buffer = Buffer.allocUnsafe(PIECE_OCTETS);
  // Pipes have no positions: they are read from where they are.
  let position = part?.start ?? null;
  for (;;) {
    const wanted = part === undefined ? PIECE_OCTETS : Math.min(PIECE_OCTETS, part.end - position!);
    if (wanted === 0) return;
    const { bytesRead } = await file.read(buffer, 0, wanted, position);
    if (bytesRead === 0) return;
    if (position !== null) position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

export async function* standardInput(): AsyncGenerator<Uint8Array, void> {
  for await (const piece of process.stdin as AsyncIterable<Uint8Array>) yield piece;
}
