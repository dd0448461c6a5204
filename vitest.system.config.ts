import { defineConfig } from "vitest/config";

/** The real mail stack; test/system/run.mjs installs and starts what this needs. */
export default defineConfig({
  test: {
    include: ["test/system/**/*.test.ts"],
    reporters: ["default", "./test/setup/count-reporter.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
