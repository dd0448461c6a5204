/** Where one message is. Plain data, which can be passed to another thread. */
export interface MessageFile {
  /** Its name in the output: the argument as given, a path below a folder, or `path#n` in an mbox. */
  readonly name: string;
  /** null for standard input */
  readonly path: string | null;
  /** Where the message is within an mbox file, its From_ line included; null for a file that is a message. */
  readonly part: Part | null;
}

/** Octet offsets. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/** A file or folder that does not exist or cannot be read; it does not stop the others. */
export interface Unreadable {
  readonly name: string;
  readonly error: unknown;
}

export type Found = MessageFile | Unreadable;

export function isUnreadable(found: Found): found is Unreadable {
  return "error" in found;
}
