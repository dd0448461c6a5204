// A message of 100 MB as a stream: peak memory and time against hashing the same stream, each in a process of its own.
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sign } from "../../dist/index.js";
import { makeKey, makeMessage, NOW } from "./corpus.mjs";
import { median } from "./turns.mjs";

const PIECE = 1_000_000;

/** @returns for each canonicalization the median of the ratios of time, and of the differences of peak memory in MB */
export async function benchStream({ megabytes, rounds }) {
  const folder = mkdtempSync(join(tmpdir(), "dkimstatus-bench-"));
  try {
    const rows = [];
    for (const canonicalization of ["relaxed", "simple"]) {
      const path = join(folder, canonicalization);
      const record = await writeMessage(path, megabytes, canonicalization);
      const ratios = [];
      const differences = [];
      for (let round = 0; round < rounds; round++) {
        const limit = run("hash", path, record);
        const ours = run("verify", path, record);
        ratios.push(limit.seconds / ours.seconds);
        differences.push(ours.peak - limit.peak);
      }
      rows.push({ name: `${megabytes} MB ${canonicalization}`, ratio: median(ratios), megabytes: median(differences) });
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function writeMessage(path, megabytes, canonicalization) {
  const key = makeKey("rsa");
  const { octets, bodyOffset } = await makeMessage({ size: PIECE, body: "prose", kind: "rsa relaxed", key, seed: 1 });
  const header = octets.subarray(octets.indexOf("Received:"), bodyOffset);
  const body = octets.subarray(bodyOffset);
  async function* message() {
    yield header;
    for (let i = 0; i < megabytes; i++) yield body;
  }
  const { prepend } = await sign(message(), {
    keys: [{ domain: "bench.example", selector: "s1", privateKey: key.pem }],
    now: NOW,
    headerCanonicalization: canonicalization,
    bodyCanonicalization: canonicalization,
  });
  writeFileSync(path, prepend);
  const file = openSync(path, "a");
  for await (const piece of message()) writeSync(file, piece);
  closeSync(file);
  return key.record;
}

function run(what, path, record) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["test/bench/stream-reader.mjs", what, path, record], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
