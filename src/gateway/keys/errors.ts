/** What is wrong with a key's file or folder. */
export type KeyErrorCode =
  | "key-file-missing"
  | "key-file-exposed" // others can read or replace it
  | "key-file-unreadable" // not by this user, or it holds no key
  | "key-file-exists"
  | "key-too-small"
  | "selector-invalid"
  | "folder-missing"
  | "folder-unreadable";

/** Its message names the file and the remedy, in one line, and never repeats any of the file's content. */
export class KeyError extends Error {
  override readonly name = "KeyError";
  constructor(
    readonly code: KeyErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
