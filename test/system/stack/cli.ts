import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Bind } from "./bind.js";

/** The built command line. */
export const CLI = fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));

/** What `verify --json` says of a message; DESIGN.md's form, as far as the tests read it. */
export interface VerificationLine {
  readonly signatures: readonly { readonly result: string; readonly reason: string | null; readonly domain: string }[];
  readonly author: { readonly domain: string } | null;
  readonly status: { readonly state: string; readonly concerns: readonly { readonly level: string }[] };
  readonly authenticationResults: string;
}

/** Runs `dkimstatus verify`. @param dns BIND, or what stands in front of it @param files paths; the answers come in their order */
export function verifyFiles(dns: Pick<Bind, "server">, files: readonly string[]): VerificationLine[] {
  const { status, output, errors } = runCli("verify", "--json", "--dns-server", dns.server, ...files);
  if (status > 1) throw new Error(errors);
  const lines = output.trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as VerificationLine);
}

/** Runs `dkimstatus` to its end. */
export function runCli(...args: readonly string[]): { status: number; output: string; errors: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status: status ?? -1, output: stdout, errors: stderr };
}

/** Runs `dkimstatus` while this process goes on; answers what it prints, whatever its exit code. */
export function runCliAside(...args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { encoding: "utf8" }, (_, stdout) => {
      resolve(stdout);
    });
  });
}
