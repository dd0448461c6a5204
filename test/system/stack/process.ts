import { readdirSync, readFileSync } from "node:fs";

/** A process as the kernel sees it; all of it throws once the process has ended. proc(5) */

export function openDescriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Octets that it has in memory now. */
export function residentOctets(pid: number): number {
  return kilobytes(pid, "VmRSS") * 1024;
}

/** The most octets that it has had in memory so far. */
export function peakOctets(pid: number): number {
  return kilobytes(pid, "VmHWM") * 1024;
}

/** The processes that it has started and that run, oldest first. */
export function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return children.split(" ").filter(Boolean).map(Number);
}

function kilobytes(pid: number, name: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)![1]);
}
