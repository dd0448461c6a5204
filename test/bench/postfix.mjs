// Throughput through a real Postfix, with our milter and with OpenDKIM in turns; where the servers are installed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SERVERS = ["/usr/sbin/postfix", "/usr/sbin/opendkim", "/usr/sbin/named", "/usr/sbin/dovecot"];

/** @returns a row for each size, or in words why there is none */
export function benchPostfix(messages) {
  const missing = SERVERS.filter((file) => !existsSync(file));
  if (missing.length > 0) return `not run: ${missing.join(", ")} missing`;
  if (process.getuid() !== 0) return "not run: Postfix starts as root only";
  const folder = mkdtempSync(join(tmpdir(), "dkimstatus-bench-"));
  const answer = join(folder, "answer.json");
  try {
    const env = { ...process.env, DKIMSTATUS_BENCH: JSON.stringify({ messages, answer }) };
    const args = ["node_modules/vitest/vitest.mjs", "run", "--config", "vitest.system.config.ts"];
    const { status, stdout } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
    return status === 0 ? JSON.parse(readFileSync(answer, "utf8")) : `failed:\n${stdout}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
