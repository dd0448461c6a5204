import { plot, type Panel, type Series } from "./plot.js";
import type { LatencySample, ProcessSample } from "./samples.js";

const MEGABYTE = 1024 * 1024;
const MINUTE = 60_000;

/** @param marks milliseconds at which something was done to the gateway */
export function plotOf(
  processes: readonly ProcessSample[],
  latencies: readonly LatencySample[],
  marks: readonly number[],
): string {
  const minutes = marks.map((at) => at / MINUTE);
  return plot(panelsOf(processes, latencies), minutes, "minutes (grey lines are faults)");
}

function panelsOf(processes: readonly ProcessSample[], latencies: readonly LatencySample[]): Panel[] {
  const ofRole = (role: ProcessSample["role"], value: (sample: ProcessSample) => number) =>
    seriesBy(
      processes.filter((sample) => sample.role === role),
      ({ door }) => door,
      value,
    );
  const megabytes = ({ octets }: ProcessSample) => octets / MEGABYTE;
  const lines = (percent: "p50" | "p95" | "p99") =>
    seriesBy(
      latencies,
      ({ lane }) => lane,
      (sample) => sample[percent],
    );
  return [
    { title: "MB in memory, the worker that is never killed", series: ofRole("older worker", megabytes) },
    { title: "MB in memory, the worker that is killed now and then", series: ofRole("younger worker", megabytes) },
    { title: "MB in memory, the first process", series: ofRole("first", megabytes) },
    {
      title: "open descriptors, the worker that is never killed",
      series: ofRole("older worker", (s) => s.descriptors),
    },
    { title: "milliseconds until a message is taken over, median", series: lines("p50"), isLogarithmic: true },
    { title: "the same, 95 of 100", series: lines("p95"), isLogarithmic: true },
    { title: "the same, 99 of 100", series: lines("p99"), isLogarithmic: true },
  ];
}

function seriesBy<T extends { readonly at: number }>(
  samples: readonly T[],
  nameOf: (sample: T) => string,
  valueOf: (sample: T) => number,
): Series[] {
  const byName = new Map<string, [number, number][]>();
  for (const sample of samples) {
    const name = nameOf(sample);
    byName.set(name, [...(byName.get(name) ?? []), [sample.at / MINUTE, valueOf(sample)]]);
  }
  return [...byName].map(([name, points]) => ({ name, points }));
}
