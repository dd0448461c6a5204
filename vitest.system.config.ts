import { defineConfig } from "vitest/config";

/** The real mail stack; test/system/run.mjs installs and starts what this needs. */
export default defineConfig({
  test: {
    // Benches use the same stack; test/bench/with-servers.mjs sets the variable.
    include: process.env["DKIMSTATUS_BENCH"] === undefined ? ["test/system/**/*.test.ts"] : ["test/bench/*.bench.ts"],
    reporters: ["default", "./test/setup/count-reporter.ts"],
    pool: "forks",
    maxWorkers: 2,
    // More than the waits of one test together, which say what they have waited for: stack/wait.ts, stack/traffic.ts.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
