import { setTimeout as sleep } from "node:timers/promises";

const POLL = 20;

/**
 * Waits until `probe` gives something else than false, null or undefined.
 * @throws after `seconds`, naming what was waited for and what `explain` tells
 */
export async function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  { seconds = 60, explain = () => "" }: { seconds?: number; explain?: () => string } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await probe();
    if (answer !== false && answer !== null && answer !== undefined) return answer as NonNullable<Exclude<T, false>>;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s for ${what}\n${explain()}`);
    await sleep(POLL);
  }
}
