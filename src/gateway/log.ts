import { pino, type DestinationStream, type Logger } from "pino";
import type { LogLevel } from "./log-level.js";
import { journalPrefixes } from "./service-manager.js";

/** The part of a logger that the gateway uses: one JSON object per line, on standard output. */
export type Log = Pick<Logger, "info" | "warn" | "error" | "debug">;

const STANDARD_OUTPUT = 1;

/**
 * Lines have a time (ISO 8601), a level by name, and no host or process id, which the journal adds. Of a message, only
 * its author's domain, its signers and its ids are ever logged.
 */
export function createLog(level: LogLevel = "info"): Log {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, standardOutput());
}

/** Gives each line in the journal the priority of its level, so that `journalctl -p warning` finds what matters. */
function standardOutput(): DestinationStream {
  const output = pino.destination({ fd: STANDARD_OUTPUT, sync: true });
  const prefixes = journalPrefixes(STANDARD_OUTPUT);
  if (prefixes === null) return output;
  const journal = {
    // Asks pino to set the level, by number, before each line.
    [Symbol.for("pino.metadata")]: true,
    lastLevel: pino.levels.values["info"]!,
    write: (line: string): void => {
      output.write(prefixes[pino.levels.labels[journal.lastLevel] as keyof typeof prefixes] + line);
    },
  };
  return journal;
}
