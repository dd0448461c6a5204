import { execFileSync } from "node:child_process";
import type { Machine } from "./machine.js";

/** A file system of its own that is soon full. @param megabytes its size @returns its folder */
export function smallDisk(machine: Machine, name: string, megabytes: number): string {
  const folder = machine.mkdir(name);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=0777`, "tmpfs", folder]);
  machine.onStop(() => execFileSync("umount", ["--lazy", folder]));
  return folder;
}
