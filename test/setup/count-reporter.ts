import type { Reporter, TestModule } from "vitest/node";

/** Closes a run with one line that counts its tests, in the form that CI reads. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = (state: "passed" | "failed" | "skipped") =>
      modules.reduce((sum, { children }) => sum + [...children.allTests(state)].length, 0);
    console.log(`\n${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`);
  }
}
