// npm run soak -- --minutes 30 --seed 7: mixed mail through every door of the gateway, with faults.
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "30" }, seed: { type: "string", default: "1" } },
});
if (!(Number(values.minutes) > 0 && Number.isInteger(Number(values.seed)))) {
  console.error("soak: --minutes MINUTES --seed NUMBER");
  process.exit(2);
}
process.env.DKIMSTATUS_SOAK_MINUTES = values.minutes;
process.env.DKIMSTATUS_SEED = values.seed;
process.argv.splice(2, Infinity, "test/system/soak.test.ts");
await import("./run.mjs");
