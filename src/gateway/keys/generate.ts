import { generateKeyPair, type KeyObject } from "node:crypto";
import { mkdir, open, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { selectorOf } from "../../message/domain.js";
import { KeyError } from "./errors.js";
import type { KeyFile, KeyState } from "./key-folder.js";

const generatePair = promisify(generateKeyPair);

/** Every receiver accepts this length, and its record fits into one DNS answer over UDP. RFC 8301 §3.2 */
export const DEFAULT_RSA_BITS = 2048;

export type KeyType = "rsa" | "ed25519";

export interface NewKey {
  /** Made with mode 0700 if it does not exist. */
  readonly folder: string;
  readonly selector: string;
  readonly type: KeyType;
  readonly bits?: number | undefined;
  readonly state: KeyState;
}

/**
 * The selector of a key that is made today: its type and the date (UTC), which shows its age, and a number if that
 * selector is taken.
 */
export function defaultSelector(type: KeyType, now: Date, taken: { has(selector: string): boolean }): string {
  const selector = `${type === "rsa" ? "rsa" : "ed"}${now.toISOString().slice(0, 10).replaceAll("-", "")}`;
  if (!taken.has(selector)) return selector;
  for (let number = 2; ; number++) if (!taken.has(`${selector}-${number}`)) return `${selector}-${number}`;
}

/**
 * Makes a private key that only its owner can read (PKCS #8 in PEM, mode 0600). If root makes it, it belongs to the
 * owner of the folder.
 * @throws {KeyError} `key-file-exists`, `selector-invalid`
 */
export async function generateKey({ folder, selector, type, bits, state }: NewKey): Promise<KeyFile> {
  const name = selectorOf(selector);
  if (name === null) throw new KeyError("selector-invalid", `${selector} is no selector: letters, digits and hyphens`);
  const pem = (await privateKey(type, bits)).export({ type: "pkcs8", format: "pem" });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${name}.${state}`);
  const file = await open(path, "wx", 0o600).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === "EEXIST" ? exists(path) : error;
  });
  try {
    const { uid, gid } = await stat(folder);
    if (process.getuid?.() === 0) await file.chown(uid, gid);
    await file.writeFile(pem);
    await file.sync();
  } finally {
    await file.close();
  }
  return { path, selector: name, state, modifiedAt: new Date() };
}

function exists(path: string): KeyError {
  return new KeyError("key-file-exists", `${path}: exists already, and is not overwritten; --selector names another`);
}

async function privateKey(type: KeyType, bits = DEFAULT_RSA_BITS): Promise<KeyObject> {
  const pair = type === "rsa" ? await generatePair("rsa", { modulusLength: bits }) : await generatePair("ed25519");
  return pair.privateKey;
}
