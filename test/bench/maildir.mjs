// `dkimstatus verify` over a Maildir, on all processors, against two processes that do nothing but read, hash and check.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeKey, makeMessage, NOW } from "./corpus.mjs";
import { median } from "./turns.mjs";

/** Signed once each, and written as often as it takes: a signature costs more than all that is measured. */
const DISTINCT = 200;

/** @returns messages per second of both, and the median of the ratios of the rounds */
export async function benchMaildir({ messages, size, rounds }) {
  const folder = mkdtempSync(join(tmpdir(), "dkimstatus-bench-"));
  try {
    const key = makeKey("rsa");
    await fill(join(folder, "mail"), messages, size, key);
    writeFileSync(join(folder, "zone.json"), JSON.stringify({ "s1._domainkey.bench.example": [key.record] }));
    writeFileSync(join(folder, "key.json"), JSON.stringify(key.publicKey.export({ format: "jwk" })));
    const ours = [];
    const limit = [];
    for (let round = 0; round < rounds; round++) {
      limit.push(messages / (await seconds(limitProcesses(folder))));
      ours.push(messages / (await seconds([oursProcess(folder)])));
    }
    return { limit: median(limit), ours: median(ours), ratio: median(ours.map((speed, i) => speed / limit[i])) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function fill(maildir, count, size, key) {
  for (const name of ["cur", "new", "tmp"]) mkdirSync(join(maildir, name), { recursive: true });
  const distinct = [];
  for (let seed = 1; seed <= Math.min(DISTINCT, count); seed++) {
    distinct.push(await makeMessage({ size, body: "prose", kind: "rsa relaxed", key, seed }));
  }
  for (let i = 0; i < count; i++) {
    writeFileSync(
      join(maildir, "cur", `${String(i).padStart(6, "0")}.bench:2,S`),
      distinct[i % distinct.length].octets,
    );
  }
}

function oursProcess(folder) {
  const options = ["--json", "--dns-zone", join(folder, "zone.json"), "--now", NOW.toISOString()];
  return ["dist/cli.js", "verify", ...options, join(folder, "mail")];
}

function limitProcesses(folder) {
  return [0, 1].map((half) => ["test/bench/maildir-limit.mjs", folder, String(half)]);
}

/** @returns the seconds until all programs have ended, their start included */
async function seconds(programs) {
  const start = performance.now();
  await Promise.all(
    programs.map(
      (args) =>
        new Promise((resolve, reject) => {
          const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
          child.on("exit", (code) =>
            code === 0 ? resolve() : reject(new Error(`${args.join(" ")} ended with ${code}`)),
          );
        }),
    ),
  );
  return (performance.now() - start) / 1000;
}
