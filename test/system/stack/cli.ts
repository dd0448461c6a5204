import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Bind } from "./bind.js";

/** The built command line. */
export const CLI = fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));

/** What `verify --json` says of a message; DESIGN.md's form, as far as the tests read it. */
export interface VerificationLine {
  readonly signatures: readonly { readonly result: string; readonly reason: string | null; readonly domain: string }[];
  readonly status: { readonly state: string };
  readonly authenticationResults: string;
}

/** Runs `dkimstatus verify` with BIND as its server. @param files paths; the answers come in their order */
export function verifyFiles(bind: Bind, files: readonly string[], ...options: readonly string[]): VerificationLine[] {
  const args = [CLI, "verify", "--json", "--dns-server", bind.server, ...options, ...files];
  const lines = output(args).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as VerificationLine);
}

/** Exit code 1 says that a message does not pass: an answer like any other. */
function output(args: readonly string[]): string {
  try {
    return execFileSync(process.execPath, args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { status, stdout } = error as { status: number | null; stdout: string };
    if (status === 1) return stdout;
    throw error;
  }
}
