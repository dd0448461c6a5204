import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

/** How much longer than the others the first round is, which is not counted. */
const WARM_UP = 4;

/**
 * Each contestant for a while, again and again, so that what disturbs the machine disturbs all of them.
 * @returns for each the median of its calls per second of the process' own processor time: others have the rest
 */
export async function inTurns(contestants, inputs, rounds, milliseconds) {
  const speeds = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, work] of Object.entries(contestants)) {
      const start = performance.now();
      const cpu = cpuSeconds();
      let count = 0;
      do {
        await work(inputs[count % inputs.length]);
        count++;
      } while (performance.now() - start < (round < 0 ? WARM_UP : 1) * milliseconds);
      collectGarbage({ type: "minor" }); // each pays for what it has left, not the next one
      if (round >= 0) speeds[name].push(count / (cpuSeconds() - cpu));
    }
  }
  return Object.fromEntries(Object.entries(speeds).map(([name, list]) => [name, median(list)]));
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** @returns what this process has used of all processors, the collection of garbage included */
export function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
