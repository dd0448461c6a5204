import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import pkg from "../../package.json" with { type: "json" };
import { makeKey, NOW, signed, zoneOf, type TestKey } from "../support/dkim.js";

/** What a run of the program came to. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** For standard input. */
  readonly input?: string | Uint8Array;
  readonly nodeFlags?: readonly string[];
  /** How many files the program may have open. */
  readonly openFiles?: number;
}

/** Programs in it find the installed packages. */
const CACHE = resolve("node_modules", ".cache");
mkdirSync(CACHE, { recursive: true });

/** The command line as its users have it: a program of its own, in a folder with messages. */
export class CommandLine {
  /** Relative paths are below it. */
  readonly folder = mkdtempSync(join(CACHE, "mail-"));
  /** For the program's temporary files: nobody else's are there. */
  readonly temporary = join(this.folder, ".tmp");
  #program = "";

  /** Bundles the program as `build.mjs` does; the packages stay where they are. */
  async build(): Promise<this> {
    mkdirSync(this.temporary);
    const external = Object.keys(pkg.dependencies).filter((name) => name !== "punycode");
    await build({
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20.19",
      splitting: true,
      external,
      logLevel: "error",
      entryPoints: { cli: "src/cli/main.ts", "verify-thread": "src/cli/threads/verify.ts" },
      outdir: join(this.folder, ".program"),
    });
    this.#program = join(this.folder, ".program", "cli.js");
    return this;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** @param content octets, or a binary string */
  write(path: string, content: string | Uint8Array): string {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), content, "latin1");
    return path;
  }

  run(args: readonly string[], { input, nodeFlags = [], openFiles = 1024 }: RunOptions = {}): Promise<Run> {
    const limited = `ulimit -n ${openFiles}; exec "$0" "$@"`;
    const command = ["-c", limited, process.execPath, ...nodeFlags, this.#program, ...args];
    const child = spawn("sh", command, { cwd: this.folder, env: { ...process.env, TMPDIR: this.temporary } });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (piece: Buffer) => stdout.push(piece));
    child.stderr.on("data", (piece: Buffer) => stderr.push(piece));
    child.stdin.on("error", () => undefined); // a program that does not read its input to the end
    child.stdin.end(input === undefined ? "" : Buffer.from(input as string, "latin1"));
    return new Promise((settle, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        settle({
          code,
          stdout: Buffer.concat(stdout).toString("latin1"),
          stderr: Buffer.concat(stderr).toString("utf8"),
        });
      });
    });
  }

  /** Starts a command that runs until it is stopped; a descriptor in `sockets` becomes 3, as systemd passes them. */
  start(
    args: readonly string[],
    sockets: readonly number[] = [],
    surroundings: Pick<SpawnOptions, "env" | "stdio"> = {},
  ): ChildProcess {
    const activated = `LISTEN_FDS=${sockets.length} LISTEN_PID=$$ exec "$0" "$@"`;
    const command = [
      "-c",
      sockets.length === 0 ? 'exec "$0" "$@"' : activated,
      process.execPath,
      this.#program,
      ...args,
    ];
    return spawn("sh", command, { cwd: this.folder, stdio: ["ignore", "pipe", "pipe", ...sockets], ...surroundings });
  }

  /** Runs `verify --json` with the zone of {@link KEY} at {@link NOW}. */
  async verify(args: readonly string[], options?: RunOptions): Promise<Run & { readonly answers: Answer[] }> {
    const run = await this.run(["verify", "--json", ...this.lookup(), ...args], options);
    return { ...run, answers: answersOf(run) };
  }

  /** Options that answer DNS from the zone of {@link KEY}, at {@link NOW}. */
  lookup(): string[] {
    return ["--dns-zone", this.write(".zone.json", JSON.stringify(zoneOf(KEY))), "--now", NOW.toISOString()];
  }
}

/** The author's domain's key. */
export const KEY: TestKey = makeKey("example.org", "s1");

/** A line of `--json`. */
export interface Answer {
  readonly file: string;
  readonly author: { readonly address: string; readonly domain: string } | null;
  readonly signatures: readonly { readonly result: string; readonly reason: string | null }[];
  readonly status: { readonly state: string; readonly signer: string | null; readonly reasons: readonly string[] };
  readonly results: readonly { readonly method: string; readonly result: string }[];
  readonly authenticationResults: string | null;
}

export function answersOf({ stdout }: Run): Answer[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Answer);
}

/** @returns the message, unsigned */
export function letter(subject = "Lunch", body = "Bring bread.\r\n"): string {
  return [
    "From: Alice <alice@example.org>",
    "To: bob@example.net",
    `Subject: ${subject}`,
    "Date: Tue, 24 Nov 2026 12:00:00 +0000",
    "",
    body,
  ].join("\r\n");
}

export function signedLetter(subject?: string, body?: string): Promise<string> {
  return signed(letter(subject, body), [KEY]);
}
