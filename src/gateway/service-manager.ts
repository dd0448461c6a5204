/** How a daemon talks to systemd; without systemd none of this has an effect. */
import { execFile } from "node:child_process";
import { fstatSync } from "node:fs";
import { promisify } from "node:util";

/** How the journal learns the level of a line: by a prefix, which it removes. sd-daemon(3) */
const SEVERITY = { debug: "<7>", info: "<6>", warn: "<4>", error: "<3>" } as const;

/** @returns the prefixes by level; null if the descriptor is not the journal's */
export function journalPrefixes(fd: number): typeof SEVERITY | null {
  return isJournal(fd) ? SEVERITY : null;
}

/** systemd.exec(5), $JOURNAL_STREAM: the device and inode of the journal, for those whose output is not redirected. */
function isJournal(fd: number): boolean {
  const { JOURNAL_STREAM } = process.env;
  if (JOURNAL_STREAM === undefined) return false;
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return JOURNAL_STREAM === `${dev}:${ino}`;
  } catch {
    return false; // it is closed
  }
}

/**
 * Says that the service (Type=notify) has started: `systemctl start` waits for this, and so does a reload, whose SIGHUP
 * would end a process that does not listen yet. sd_notify(3). It runs systemd-notify, as Node has no datagram sockets
 * on paths.
 */
export async function tellReady(): Promise<void> {
  if (process.env["NOTIFY_SOCKET"] !== undefined) await promisify(execFile)("systemd-notify", ["--ready"]);
}
