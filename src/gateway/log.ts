import { pino, type Logger } from "pino";
import type { LogLevel } from "./log-level.js";

/** The part of a logger that the gateway uses: one JSON object per line, on standard output. */
export type Log = Pick<Logger, "info" | "warn" | "error" | "debug">;

/**
 * Lines have a time (ISO 8601), a level by name, and no host or process id, which the journal has already. Nothing of a
 * message but its author's domain, its signers and its ids ever goes in.
 */
export function createLog(level: LogLevel = "info"): Log {
  return pino({
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
  });
}
