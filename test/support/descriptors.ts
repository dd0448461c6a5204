import { execFileSync } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";

/** This process' descriptors of files that are or were in a folder, by number. */
export function descriptorsIn(folder: string): string[] {
  return readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
    } catch {
      return false; // that which reads the list
    }
  });
}

/** Lets a process open so many descriptors beside those that it has. setrlimit(2): the limit is on their numbers */
export function leaveDescriptors(pid: number, left: number): void {
  const open = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
  let limit = 0;
  for (let free = 0; free < left || open.has(limit); limit++) if (!open.has(limit)) free += 1;
  setSoftLimit(pid, limit);
}

/** Takes {@link leaveDescriptors} back. */
export function giveDescriptors(pid: number): void {
  setSoftLimit(pid, 1024);
}

function setSoftLimit(pid: number, limit: number): void {
  execFileSync("prlimit", [`--pid=${pid}`, `--nofile=${limit}:`]);
}
