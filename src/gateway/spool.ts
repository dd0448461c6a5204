import { randomUUID } from "node:crypto";
import { open, unlink, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GatewayError } from "./errors.js";

export interface SpoolOptions {
  /** Where files go; default: the system's folder for temporary ones. */
  readonly folder?: string | undefined;
  /** Octets of a message at most. */
  readonly maxOctets: number;
}

/** Messages up to this many octets stay in memory: most mail, which then never touches a disk. */
export const MEMORY_OCTETS = 256 * 1024;
const FIRST_OCTETS = 8 * 1024;
const READ_OCTETS = 64 * 1024;

/**
 * A message while it is needed as a whole: in memory, or above {@link MEMORY_OCTETS} in a file that only this process
 * can read and that has no name, so that nothing is left when the process dies. Small pieces are joined, because a peer
 * may send octet by octet.
 */
export class Spool {
  #buffer = new Uint8Array(FIRST_OCTETS);
  #buffered = 0;
  #file: FileHandle | null = null;
  /** Octets in the file. */
  #flushed = 0;

  constructor(private readonly options: SpoolOptions) {}

  /** Octets so far. */
  get length(): number {
    return this.#flushed + this.#buffered;
  }

  /** @throws {GatewayError} `message-too-large`, `spool-failed` */
  async write(piece: Uint8Array): Promise<void> {
    if (this.length + piece.length > this.options.maxOctets) {
      throw new GatewayError("message-too-large", `the message has more than ${this.options.maxOctets} octets`);
    }
    for (let rest = piece; rest.length > 0;) {
      if (this.#buffered === MEMORY_OCTETS) await this.#flush();
      const part = rest.subarray(0, MEMORY_OCTETS - this.#buffered);
      this.#append(part);
      rest = rest.subarray(part.length);
    }
  }

  /**
   * The message from its start, when all of it is written; as often as needed. @throws {GatewayError} `spool-failed`
   */
  async *read(): AsyncGenerator<Uint8Array, void> {
    for (let at = 0; at < this.#flushed;) {
      const piece = new Uint8Array(Math.min(READ_OCTETS, this.#flushed - at));
      const { bytesRead } = await this.#file!.read(piece, 0, piece.length, at).catch(failed);
      if (bytesRead === 0) throw new GatewayError("spool-failed", "the spooled message is shorter than it was");
      at += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
    if (this.#buffered > 0) yield this.#buffer.subarray(0, this.#buffered);
  }

  async dispose(): Promise<void> {
    const file = this.#file;
    this.#buffer = new Uint8Array(0);
    this.#buffered = 0;
    this.#flushed = 0;
    this.#file = null;
    await file?.close();
  }

  #append(part: Uint8Array): void {
    const length = this.#buffered + part.length;
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(Math.min(MEMORY_OCTETS, Math.max(length, 2 * this.#buffer.length)));
      larger.set(this.#buffer.subarray(0, this.#buffered));
      this.#buffer = larger;
    }
    this.#buffer.set(part, this.#buffered);
    this.#buffered = length;
  }

  async #flush(): Promise<void> {
    try {
      this.#file ??= await nameless(this.options.folder ?? tmpdir());
      // A single write may write only a part if the disk is full: writeFile goes on until it gets the error.
      await this.#file.writeFile(this.#buffer);
    } catch (error) {
      failed(error);
    }
    this.#flushed += this.#buffered;
    this.#buffered = 0;
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
