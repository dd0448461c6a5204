import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Daemon, type DaemonOptions } from "./daemon.js";
import { freePort } from "./ports.js";

/** A folder, ports and processes: what the servers of one test file share, and what ends with it. */
export class Machine {
  readonly folder: string;
  readonly #run = process.env["DKIMSTATUS_SYSTEM"] ?? mkdtempSync(join(tmpdir(), "dkimstatus-system-"));
  readonly #daemons: Daemon[] = [];
  readonly #endings: (() => unknown)[] = [];

  constructor(name: string) {
    chmodSync(this.#run, 0o755); // the servers' own users work below it
    this.folder = mkdtempSync(join(this.#run, `${name}-`));
    chmodSync(this.folder, 0o755);
  }

  /** A path in the folder; its parent is there already. */
  path(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  }

  mkdir(name: string): string {
    const path = this.path(name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** Writes a file and answers its path. */
  write(name: string, content: string | Uint8Array, mode = 0o644): string {
    const path = this.path(name);
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  }

  port(): Promise<number> {
    return freePort(this.#run);
  }

  /** Starts a server in the foreground, in a process group of its own; its output goes to `NAME.log`. */
  start(name: string, command: string, args: readonly string[], options: DaemonOptions = {}): Daemon {
    const daemon = new Daemon(this.path(`${name}.log`), command, args, { cwd: this.folder, ...options });
    this.#daemons.push(daemon);
    return daemon;
  }

  /** Something else to end with the machine. */
  onStop(ending: () => unknown): void {
    this.#endings.push(ending);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#daemons.reverse().map((daemon) => daemon.stop()));
    for (const ending of this.#endings.reverse()) await ending();
  }
}
