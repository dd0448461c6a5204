// What a bench beside the system tests' mail servers measures; only where they are installed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * @param name of the bench, which runs as a test and writes JSON to the file `answer`
 * @param needed files of the servers
 * @returns what it wrote, or in words why there is nothing
 */
export function benchWithServers(name, needed, options) {
  const missing = needed.filter((file) => !existsSync(file));
  if (missing.length > 0) return `not run: ${missing.join(", ")} missing`;
  if (process.getuid() !== 0) return "not run: the mail servers start as root only";
  const folder = mkdtempSync(join(tmpdir(), "dkimstatus-bench-"));
  const answer = join(folder, "answer.json");
  try {
    const env = { ...process.env, DKIMSTATUS_BENCH: JSON.stringify({ ...options, answer }) };
    const vitest = ["node_modules/vitest/vitest.mjs", "run", "--config", "vitest.system.config.ts"];
    const { status, stdout } = spawnSync(process.execPath, [...vitest, name], { env, encoding: "utf8" });
    return status === 0 ? JSON.parse(readFileSync(answer, "utf8")) : `failed:\n${stdout}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
