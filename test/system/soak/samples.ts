import { childrenOf, openDescriptors, residentOctets } from "../stack/process.js";
import type { SoakDoor } from "./lanes.js";

/** One process of a door at one moment. */
export interface ProcessSample {
  /** Milliseconds of the soak. */
  readonly at: number;
  readonly door: string;
  /** The first process holds the socket; the older worker is never killed. */
  readonly role: "first" | "older worker" | "younger worker";
  readonly pid: number;
  readonly octets: number;
  readonly descriptors: number;
}

/** How long the transactions of a lane took that ended since the last sample, in milliseconds. */
export interface LatencySample {
  readonly at: number;
  readonly lane: string;
  readonly messages: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export function sampleProcesses(doors: readonly SoakDoor[], at: number): ProcessSample[] {
  return doors.flatMap(({ name: door, gateway: { pid: first } }) => {
    const [older, younger] = childrenOf(first);
    const processes = { first, "older worker": older, "younger worker": younger };
    return Object.entries(processes).flatMap(([role, pid]) => {
      if (pid === undefined) return [];
      try {
        const figures = { octets: residentOctets(pid), descriptors: openDescriptors(pid) };
        return [{ at, door, role: role as ProcessSample["role"], pid, ...figures }];
      } catch {
        return []; // it was killed just now
      }
    });
  });
}

/** Times of one lane, until they are summed up. */
export class Stopwatch {
  #times: number[] = [];

  add(milliseconds: number): void {
    this.#times.push(milliseconds);
  }

  /** Null where nothing has ended since. */
  take(lane: string, at: number): LatencySample | null {
    const times = this.#times.sort((a, b) => a - b);
    this.#times = [];
    if (times.length === 0) return null;
    const [p50, p95, p99] = [50, 95, 99].map((percent) => percentile(times, percent)) as [number, number, number];
    return { at, lane, messages: times.length, p50, p95, p99, max: times.at(-1)! };
  }
}

/** By the nearest rank. @param sorted at least one */
function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!;
}

/** A table with the columns of its first row. */
export function csv(rows: readonly object[]): string {
  const names = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => names.map((name) => shown((row as Record<string, unknown>)[name])).join(","));
  return [names.join(","), ...lines, ""].join("\n");
}

function shown(value: unknown): string {
  return typeof value === "number" ? String(Math.round(value * 10) / 10) : `"${String(value)}"`;
}
