/** What a daemon and systemd say to each other; without systemd nothing of it has an effect. */
import { execFile } from "node:child_process";
import { fstatSync } from "node:fs";
import { promisify } from "node:util";

/** How the journal tells levels apart: a line's severity in front of it, which it takes off. sd-daemon(3) */
const SEVERITY = { debug: "<7>", info: "<6>", warn: "<4>", error: "<3>" } as const;

/** @returns what stands in front of a line by its level; null where the descriptor is not the journal's */
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
 * A service of Type=notify has started when it says so: `systemctl start` waits for it, and so does a reload, whose
 * SIGHUP would end a process that does not listen yet. sd_notify(3). Node has no datagram sockets of this kind.
 */
export async function tellReady(): Promise<void> {
  if (process.env["NOTIFY_SOCKET"] !== undefined) await promisify(execFile)("systemd-notify", ["--ready"]);
}
