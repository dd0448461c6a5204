import { randomUUID } from "node:crypto";
import { open, unlink, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GatewayError } from "./errors.js";

export interface SpoolOptions {
  /** Where files go; default: the system's folder for temporary ones. */
  readonly folder?: string | undefined;
  /** Octets of a message at the most. */
  readonly maxOctets: number;
}

/** Messages up to this many octets stay in memory: most mail, which then never touches a disk. */
export const MEMORY_OCTETS = 256 * 1024;
const READ_OCTETS = 64 * 1024;

/**
 * A message while it is needed as a whole: in memory, and above {@link MEMORY_OCTETS} in a file that only this process
 * can read and that has no name, so that nothing is left when the process dies.
 */
export class Spool {
  #pieces: Uint8Array[] = [];
  #file: FileHandle | null = null;
  #length = 0;

  constructor(private readonly options: SpoolOptions) {}

  /** Octets so far. */
  get length(): number {
    return this.#length;
  }

  /**
   * @param piece must not be changed afterwards
   * @throws {GatewayError} `message-too-large`, `spool-failed`
   */
  async write(piece: Uint8Array): Promise<void> {
    const length = this.#length + piece.length;
    if (length > this.options.maxOctets) {
      throw new GatewayError("message-too-large", `the message has more than ${this.options.maxOctets} octets`);
    }
    this.#pieces.push(piece);
    this.#length = length;
    if (this.#file !== null || length > MEMORY_OCTETS) await this.#flush();
  }

  /** The message from its start; as often as needed. @throws {GatewayError} `spool-failed` */
  async *read(): AsyncGenerator<Uint8Array, void> {
    if (this.#file === null) {
      yield* this.#pieces;
      return;
    }
    for (let at = 0; at < this.#length;) {
      const piece = new Uint8Array(Math.min(READ_OCTETS, this.#length - at));
      const { bytesRead } = await this.#file.read(piece, 0, piece.length, at).catch(failed);
      if (bytesRead === 0) throw new GatewayError("spool-failed", "the spooled message is shorter than it was");
      at += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
  }

  async dispose(): Promise<void> {
    const file = this.#file;
    this.#pieces = [];
    this.#file = null;
    await file?.close();
  }

  async #flush(): Promise<void> {
    const pieces = this.#pieces;
    this.#pieces = [];
    try {
      this.#file ??= await nameless(this.options.folder ?? tmpdir());
      // One call may write less than it was given where the disk runs full: writeFile goes on until it is told why.
      for (const piece of pieces) await this.#file.writeFile(piece);
    } catch (error) {
      failed(error);
    }
  }
}

/** A file of mode 0600 that is unlinked before anything is in it. */
async function nameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `dkimstatus-${randomUUID()}`);
  const file = await open(path, "wx+", 0o600);
  await unlink(path);
  return file;
}

function failed(cause: unknown): never {
  const { code = "unknown" } = cause as NodeJS.ErrnoException;
  throw new GatewayError("spool-failed", `a message cannot be spooled: ${code}`, { cause });
}
