import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { accepts } from "./ports.js";
import { until } from "./wait.js";

export interface DaemonOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** How it is asked to end; default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** Where a server that leaves the process group writes the id of the group that it leads. */
  readonly leaderFile?: string;
}

/** Milliseconds that a server has to end by itself. */
const GRACE = 4000;

/** A server in the foreground, with all its children: signals go to the whole process group. */
export class Daemon {
  readonly #child: ChildProcess;
  readonly #exit: Promise<void>;
  #running = true;

  constructor(
    readonly logFile: string,
    readonly command: string,
    args: readonly string[],
    private readonly options: DaemonOptions,
  ) {
    const log = openSync(logFile, "a");
    const { cwd, env } = options;
    this.#child = spawn(command, args, {
      detached: true,
      stdio: ["ignore", log, log],
      ...(cwd !== undefined && { cwd }),
      env: { ...process.env, ...env },
    });
    closeSync(log);
    this.#exit = new Promise((resolve) => {
      const ended = () => {
        this.#running = false;
        resolve();
      };
      this.#child.once("exit", ended);
      this.#child.once("error", ended);
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.command} could not be started`);
    return this.#child.pid;
  }

  get running(): boolean {
    return this.#running;
  }

  /** All that it has said so far, earlier starts under the same name included. */
  log(): string {
    return readFileSync(this.logFile, "utf8");
  }

  async listening(...ports: readonly number[]): Promise<this> {
    for (const port of ports) await this.listeningAt("127.0.0.1", port);
    return this;
  }

  async listeningAt(host: string, port: number): Promise<this> {
    const explain = () => `${this.command} said:\n${this.log()}`;
    await until(
      `port ${port}`,
      () => {
        if (!this.#running) throw new Error(`ended instead of listening on port ${port}; ${explain()}`);
        return accepts(port, host);
      },
      { explain },
    );
    return this;
  }

  /** SIGCONT to resume, SIGHUP to reload. */
  signal(signal: NodeJS.Signals): void {
    for (const group of [this.#leader(), this.pid]) {
      try {
        if (group !== null) process.kill(-group, signal);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
  }

  /** Stops it in its tracks: when this is done, no thread of it does anything any more, until SIGCONT. */
  async suspend(): Promise<void> {
    this.signal("SIGSTOP");
    const tasks = `/proc/${this.pid}/task`;
    // One thread takes the signal and stops the others: on a busy machine they answer questions meanwhile.
    const stateOf = (task: string) => readFileSync(`${tasks}/${task}/stat`, "latin1").replace(/^.*\) /, "")[0];
    await until(`${this.command} to stand still`, () => readdirSync(tasks).every((task) => stateOf(task) === "T"));
  }

  #leader(): number | null {
    const { leaderFile } = this.options;
    if (leaderFile === undefined || !existsSync(leaderFile)) return null;
    return Number(readFileSync(leaderFile, "utf8"));
  }

  /** Asks it to end, and ends what has not after a grace; its children with it. */
  async stop(): Promise<void> {
    this.signal("SIGCONT");
    this.signal(this.options.stopSignal ?? "SIGTERM");
    await Promise.race([this.#exit, sleep(GRACE, undefined, { ref: false })]);
    await this.kill();
  }

  /** As the kernel ends a process out of memory: no goodbye. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.#exit;
  }
}
