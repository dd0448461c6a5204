import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/system/**"],
    globalSetup: ["test/setup/browsers.ts"],
    reporters: ["default", "./test/setup/count-reporter.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
