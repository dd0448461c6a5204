import type { PrivateKey } from "../../dkim/crypto.js";
import { moveKey, type KeyFile } from "./key-folder.js";

/** A key file of a domain, with its key. */
export interface FolderKey {
  readonly file: KeyFile;
  readonly privateKey: PrivateKey;
}

/**
 * Days from a key's last signature to its withdrawal. Postfix retries for 5 days (maximal_queue_lifetime), and our own
 * verifier treats a missing key as a fault of the message for 7.
 */
export const REVOKE_AFTER_DAYS = 7;

/**
 * Lets waiting keys that are published sign, and retires the keys of the same type that signed until now. For a moment
 * both sign, so that no message goes unsigned.
 * @param published says of a waiting key whether the DNS has it
 * @returns the files that were renamed, as they are now
 */
export async function switchKeys<K extends FolderKey>(
  keys: readonly K[],
  published: (key: K) => boolean,
  now: Date,
): Promise<KeyFile[]> {
  const moved: KeyFile[] = [];
  const starting = keys.filter((key) => key.file.state === "next" && published(key));
  for (const { file } of starting) moved.push(await moveKey(file, "private", now));
  for (const { file, privateKey } of keys) {
    const isReplaced = starting.some((key) => key.privateKey.type === privateKey.type);
    if (file.state === "private" && isReplaced) moved.push(await moveKey(file, "retired", now));
  }
  return moved;
}

/** When a retired key may be withdrawn: from then on, no mail that it signed is under way. */
export function revocableAt({ modifiedAt }: KeyFile, afterDays: number): Date {
  return new Date(modifiedAt.getTime() + afterDays * 86_400_000);
}
