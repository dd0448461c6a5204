import { journalPrefixes } from "../gateway/service-manager.js";
import { plainText } from "./terminal/plain-text.js";

/** Exit codes. Scripts rely on them. */
export const EXIT = {
  /** It ran; `verify`: all messages have a passing signature. */
  done: 0,
  /** `verify`: some message has no passing signature. */
  notPassing: 1,
  /** It could not run: usage, an unreadable file. */
  failed: 2,
} as const;

/** What stops a command and the caller can fix; its message says what and where, in one line. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code = "cannot-run";
}

/** The one line on standard error that says where something failed, and what. */
export function reportFailure(error: unknown): void {
  const prefix = journalPrefixes(process.stderr.fd)?.error ?? "";
  process.stderr.write(`${prefix}dkimstatus: ${plainText(messageOf(error))}\n`);
}

/** @param where the file as the caller named it */
export function failureAt(where: string, error: unknown): CliError {
  return error instanceof CliError ? error : new CliError(`${where}: ${messageOf(error)}`, { cause: error });
}

/** System errors in words; others appear by their code. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  ENOTDIR: "no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "is a folder",
  EIO: "cannot be read (input/output error)",
  ELOOP: "too many symbolic links",
  EMFILE: "too many open files",
  ENXIO: "cannot be opened",
  ENOSPC: "no space left",
};

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined || code === undefined ? error.message : (SYSTEM_ERRORS[code] ?? code);
}
