import { closeSync, createReadStream, fstatSync, openSync, readSync, statSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { unwrapped } from "./mbox.js";
import type { MessageFile, Part } from "./message-file.js";

/** Octets that are read at once: so many that system calls do not matter, but each message under way takes as many. */
const PIECE_OCTETS = 64 * 1024;

/** Octets of one message after which other messages, and the DNS answers that they wait for, get their turn. */
const TURN_OCTETS = 4 * 1024 * 1024;

/** Octets of a message that is read as a whole: nearly every message without large attachments. */
const WHOLE_OCTETS = 1024 * 1024;

/** The message that was read last, and one octet more, which shows if the file has grown. */
let whole = new Uint8Array(PIECE_OCTETS);

/**
 * The octets of a message, whole if it is a small file; they are valid only until the next message is read.
 * @throws what the system throws
 */
export function readMessage(message: MessageFile): Uint8Array | AsyncGenerator<Uint8Array, void> {
  const { path, part } = message;
  const stats = path === null || part !== null ? null : statSync(path);
  if (path === null || !stats?.isFile() || stats.size === 0 || stats.size > WHOLE_OCTETS)
    return octetsOfMessage(message);
  if (whole.length <= stats.size) whole = new Uint8Array(2 * stats.size);
  const file = openSync(path, "r");
  try {
    const length = readSync(file, whole, 0, stats.size + 1, 0);
    // A file that has grown, or that a network file system delivers in parts, is read to its end.
    return length === stats.size ? whole.subarray(0, length) : octetsOfMessage(message);
  } finally {
    closeSync(file);
  }
}

/**
 * The octets of a message, in pieces; each is valid only until the next one is requested. A caller that stops early
 * must call `return`, which closes the file.
 * @throws what the system throws
 */
async function* octetsOfMessage({ path, part }: MessageFile): AsyncGenerator<Uint8Array, void> {
  if (path === null) return yield* standardInput();
  if (!statSync(path).isFile()) return yield* octetsOfStream(path);
  const file = openSync(path, "r");
  try {
    yield* part === null ? octetsOfFile(file) : unwrapped(octetsOfFile(file, part));
  } finally {
    closeSync(file);
  }
}

/**
 * Octets of an open file, in one buffer that is used again for each piece. Read synchronously: a hop through the thread
 * pool takes longer than the reading of a usual message.
 */
export async function* octetsOfFile(file: number, part?: Part): AsyncGenerator<Uint8Array, void> {
  const end = part?.end ?? Infinity;
  const size = Math.min(end, fstatSync(file).size);
  let at = part?.start ?? 0;
  let turn = 0;
  // One octet more than there should be, to see the end; files of /proc have no size.
  const buffer = Buffer.allocUnsafe(size === 0 ? PIECE_OCTETS : Math.min(PIECE_OCTETS, Math.max(size - at, 0) + 1));
  for (;;) {
    const bytesRead = readSync(file, buffer, 0, Math.min(buffer.length, end - at), at);
    if (bytesRead === 0) return;
    at += bytesRead;
    turn += bytesRead;
    yield buffer.subarray(0, bytesRead);
    if (turn < TURN_OCTETS) continue;
    turn = 0;
    await setImmediate();
  }
}

/** Asynchronously, because anything but a regular file may keep its reader waiting: pipes, devices. */
export async function* octetsOfStream(path: string): AsyncGenerator<Uint8Array, void> {
  for await (const piece of createReadStream(path) as AsyncIterable<Uint8Array>) yield piece;
}

export async function* standardInput(): AsyncGenerator<Uint8Array, void> {
  for await (const piece of process.stdin as AsyncIterable<Uint8Array>) yield piece;
}
