/** Work, counted and not timed: the same on every machine, however busy it is. */
import { Session } from "node:inspector/promises";

const session = new Session();
session.connect();

/** Whose blocks count: ours, and the library's that reads the configuration file. */
const COUNTED = /\/src\/|\/smol-toml\//;

export async function startCounting(): Promise<void> {
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
}

export async function stopCounting(): Promise<void> {
  await session.post("Profiler.stopPreciseCoverage");
  await session.post("Profiler.disable");
}

/**
 * Counts what a piece of work does: how often V8 entered each block of our code, and the characters and elements that the
 * runtime's own methods, which have no blocks, were given to go through.
 */
export async function stepsOf(work: () => unknown): Promise<number> {
  await session.post("Profiler.takePreciseCoverage"); // sets all counts back to 0
  const natives = countNatives();
  try {
    await work();
  } finally {
    natives.restore();
  }
  const { result } = await session.post("Profiler.takePreciseCoverage");
  let blocks = 0;
  for (const { url, functions } of result) {
    if (!COUNTED.test(url)) continue;
    for (const { ranges } of functions) for (const { count } of ranges) blocks += count;
  }
  return blocks + natives.steps();
}

type Method = (this: unknown, ...args: never[]) => unknown;
/** What a call goes through. */
type Cost = (self: unknown, args: readonly unknown[], result: unknown) => number;

const lengthOf = (value: unknown) => (value as { readonly length: number }).length;
const all: Cost = (self) => lengthOf(self);
/** From where the search begins up to what it finds. */
const search: Cost = (self, args, result) => {
  const start = typeof args[1] === "number" ? args[1] : 0;
  return typeof result === "number" && result >= 0 ? Math.abs(result - start) + 1 : lengthOf(self) - start + 1;
};
const made: Cost = (_, __, result) => lengthOf(result);
const NATIVES: readonly [object, Readonly<Record<string, Cost>>][] = [
  [
    String.prototype,
    {
      ...{ indexOf: search, lastIndexOf: all, includes: all, search: all, match: all, matchAll: all, normalize: all },
      ...{ replace: all, replaceAll: all, split: all, trim: all, toLowerCase: all, toUpperCase: all, slice: made },
      ...{ padEnd: made, repeat: made, substring: made },
    },
  ],
  [
    Array.prototype,
    {
      ...{ indexOf: search, includes: all, find: all, findIndex: all, filter: all, map: all, flatMap: all, some: all },
      ...{
        every: all,
        join: made,
        slice: made,
        concat: made,
        sort: all,
        splice: all,
        shift: all,
        reverse: all,
        reduce: all,
      },
    },
  ],
  [
    Object.getPrototypeOf(Uint8Array.prototype) as object,
    { indexOf: search, includes: all, set: (_, [source]) => lengthOf(source), slice: made, every: all },
  ],
];

/**
 * Every other method that takes a pattern calls this one once it is replaced. That a single search is linear is held by
 * eslint-plugin-regexp.
 */
const exec = Object.getOwnPropertyDescriptor(RegExp.prototype, "exec")!.value as RegExp["exec"];

function countNatives(): { steps: () => number; restore: () => void } {
  let steps = 0;
  const restores = NATIVES.flatMap(([prototype, costs]) =>
    Object.entries(costs).map(([name, cost]) => {
      const before = Object.getOwnPropertyDescriptor(prototype, name)!;
      const method = before.value as Method;
      const counted = function (this: unknown, ...args: never[]) {
        const result = method.apply(this, args);
        steps += cost(this, args, result);
        return result;
      };
      Object.defineProperty(prototype, name, { ...before, value: counted });
      return () => Object.defineProperty(prototype, name, before);
    }),
  );
  RegExp.prototype.exec = function (text) {
    const start = this.global || this.sticky ? this.lastIndex : 0;
    const match = exec.call(this, text);
    const end = match === null ? (this.sticky ? start : text.length) : match.index + match[0].length;
    steps += end - start + 1;
    return match;
  };
  return {
    steps: () => steps,
    restore: () => {
      RegExp.prototype.exec = exec;
      for (const restore of restores) restore();
    },
  };
}
