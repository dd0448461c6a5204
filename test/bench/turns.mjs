/** Each contestant for a while, again and again, so that what disturbs the machine disturbs all of them. */
export async function inTurns(contestants, inputs, rounds, milliseconds) {
  const speeds = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, work] of Object.entries(contestants)) {
      const start = performance.now();
      let count = 0;
      do {
        await work(inputs[count % inputs.length]);
        count++;
      } while (performance.now() - start < milliseconds);
      if (round >= 0) speeds[name].push((count * 1000) / (performance.now() - start)); // the first round warms up
    }
  }
  return Object.fromEntries(Object.entries(speeds).map(([name, list]) => [name, median(list)]));
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
