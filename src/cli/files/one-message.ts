import { appendFileSync, closeSync, fstatSync, mkdtempSync, openSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureAt } from "../failure.js";
import { STANDARD_INPUT } from "./find.js";
import { octetsOfFile, octetsOfStream, standardInput } from "./read.js";

/**
 * Opens a file as one message, whatever it begins with; it can be read as often as needed.
 * @param path a file, or `-`; what can be read only once is copied to a temporary file
 * @throws {CliError} that names the file, also if `use` fails
 */
export async function withOneMessage(
  path: string,
  use: (read: () => AsyncGenerator<Uint8Array, void>) => Promise<void>,
): Promise<void> {
  try {
    const file = await fileOf(path);
    try {
      const { size } = fstatSync(file);
      await use(() => octetsOfFile(file, { start: 0, end: size }));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw failureAt(path, error);
  }
}

async function fileOf(path: string): Promise<number> {
  if (path === STANDARD_INPUT) return spooled(standardInput());
  return statSync(path).isFile() ? openSync(path, "r") : spooled(octetsOfStream(path));
}

/** The file loses its name before it is filled: it is gone when it is closed, or the process ends. */
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
