import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { CommandLine } from "../cli/command-line.js";

/** A gateway as its users run it: a process of its own, followed by its log. */
export class Program {
  readonly lines: Record<string, unknown>[] = [];
  stderr = "";
  readonly exited: Promise<number | null>;
  #wake = (): void => undefined;

  constructor(readonly child: ChildProcess) {
    this.exited = once(child, "close").then(([code]) => {
      this.#wake();
      return code as number | null;
    });
    child.stderr!.on("data", (piece: Buffer) => (this.stderr += piece.toString()));
    createInterface(child.stdout!).on("line", (line) => {
      this.lines.push(JSON.parse(line) as Record<string, unknown>);
      this.#wake();
    });
  }

  static async start(cli: CommandLine, args: readonly string[], sockets: readonly number[] = []): Promise<Program> {
    const program = new Program(cli.start(args, sockets));
    await program.logged("listening");
    return program;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Waits for the n-th line with this message. */
  async logged(message: string, times = 1): Promise<void> {
    while (this.lines.filter(({ msg }) => msg === message).length < times) {
      if (this.child.exitCode !== null) throw new Error(`it has ended: ${this.stderr}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async stop(): Promise<number | null> {
    this.signal("SIGTERM");
    return this.exited;
  }

  /** Most memory that the process has ever had, in kB. */
  get peakMemory(): number {
    return Number(/VmHWM:\s*([0-9]+)/.exec(readFileSync(`/proc/${this.pid}/status`, "latin1"))![1]);
  }

  get descriptors(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  /** The processes that it has started. */
  get workers(): number[] {
    return readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, "latin1").trim().split(" ").map(Number);
  }
}
