import { appendFileSync, closeSync, fstatSync, mkdtempSync, openSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureAt } from "../failure.js";
import { STANDARD_INPUT } from "./find.js";
import { octetsOfFile, octetsOfStream, standardInput } from "./read.js";

/** One message that is read as often as needed. */
export interface OneMessage {
  readonly name: string;
  readonly read: () => AsyncGenerator<Uint8Array, void>;
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
    const { size } = fstatSync(file);
    return await use({ name: path, read: () => octetsOfFile(file, { start: 0, end: size }) });
  } finally {
    closeSync(file);
  }
}

async function opened(path: string): Promise<number> {
  if (path === STANDARD_INPUT) return spooled(standardInput());
  return statSync(path).isFile() ? openSync(path, "r") : spooled(octetsOfStream(path));
}

/** The file has no name by the time it is filled: it is gone when it is closed, or the process ends. */
async function spooled(octets: AsyncIterable<Uint8Array>): Promise<number> {
  const file = namelessFile();
  try {
    for await (const piece of octets) appendFileSync(file, piece);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function namelessFile(): number {
  const folder = mkdtempSync(join(tmpdir(), "dkimstatus-"));
  try {
    return openSync(join(folder, "message"), "wx+", 0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
