import { mkdtemp, open, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureAt } from "../failure.js";
import { STANDARD_INPUT } from "./find.js";
import { octetsOfFile, standardInput } from "./read.js";

/** One message that is read as often as needed. */
export interface OneMessage {
  readonly name: string;
  read(): AsyncGenerator<Uint8Array, void>;
}

/**
 * Opens a file as one message, whatever it begins with, and reads nothing else into it.
 * @param path a file, or `-`; what can be read only once is kept in a temporary file meanwhile
 * @throws {CliError}
 */
export async function withOneMessage<T>(path: string, use: (message: OneMessage) => Promise<T>): Promise<T> {
  const file = await opened(path).catch((error: unknown) => {
    throw failureAt(path, error);
  });
  try {
    const { size } = await file.stat();
    return await use({ name: path, read: () => octetsOfFile(file, { start: 0, end: size }) });
  } finally {
    await file.close();
  }
}

async function opened(path: string): Promise<FileHandle> {
  if (path === STANDARD_INPUT) return spooled(standardInput());
  const file = await open(path);
  const stats = await file.stat();
  if (stats.isFile()) return file;
  try {
    return await spooled(octetsOfFile(file));
  } finally {
    await file.close();
  }
}

/** The file has no name by the time it is filled: it is gone when it is closed, or the process ends. */
async function spooled(octets: AsyncIterable<Uint8Array>): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), "dkimstatus-"));
  const file = await open(join(folder, "message"), "wx+", 0o600).finally(() => rm(folder, { recursive: true }));
  try {
    for await (const piece of octets) await file.writeFile(piece);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
