// Reads one file as a stream of pieces in one buffer, and hashes or verifies it; prints its seconds and its peak memory.
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { verify } from "../../dist/index.js";
import { NOW } from "./corpus.mjs";
import { cpuSeconds } from "./turns.mjs";

const WARM_UP = 4;

const [what, path, record] = process.argv.slice(2);
const work = what === "hash" ? hashed : verified;
// The start of a process, its compilation included, is not the speed of a stream.
for (let time = 0; time < WARM_UP; time++) await work();
const start = cpuSeconds();
await work();
const seconds = cpuSeconds() - start;
console.log(JSON.stringify({ seconds, peak: process.resourceUsage().maxRSS / 1024 }));

async function hashed() {
  const hash = createHash("sha256");
  for await (const piece of pieces()) hash.update(piece);
  hash.digest();
}

async function verified() {
  const { signatures } = await verify(pieces(), { resolver: { resolveTxt: () => [record] }, now: NOW });
  if (signatures[0]?.result !== "pass") throw new Error(JSON.stringify(signatures));
}

async function* pieces() {
  const file = openSync(path, "r");
  const buffer = Buffer.allocUnsafe(64 * 1024);
  try {
    for (;;) {
      const length = readSync(file, buffer);
      if (length === 0) return;
      yield buffer.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}
