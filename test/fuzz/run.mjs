/** `npm run fuzz -- [--seconds N] [--seed S] [TARGET …]`: N seconds for each target, two targets at a time. */
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  options: { seconds: { type: "string", default: "60" }, seed: { type: "string" } },
  allowPositionals: true,
});
const seed = Number(values.seed ?? randomInt(2 ** 31));
const seconds = Number(values.seconds);
if (!Number.isInteger(seed) || !(seconds > 0)) {
  console.error("usage: npm run fuzz -- [--seconds N] [--seed S] [TARGET …]; both are numbers");
  process.exit(2);
}
console.log(`seed ${seed}`);
const files = positionals.length === 0 ? ["test/fuzz/"] : positionals.map((name) => `test/fuzz/${name}.test.ts`);
const { status } = spawnSync("npx", ["vitest", "run", "--maxWorkers=2", ...files], {
  stdio: "inherit",
  env: { ...process.env, FUZZ_SECONDS: String(seconds), FUZZ_SEED: String(seed) },
});
process.exit(status ?? 1);
