import { open, realpath, stat, type FileHandle } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { nodeCrypto } from "../../crypto/node.js";
import type { PrivateKey } from "../../dkim/crypto.js";
import { MIN_RSA_BITS } from "../../dkim/limits.js";
import { KeyError } from "./errors.js";
import { shellWord } from "./shell-word.js";

/** An 8192-bit RSA key in PEM takes 6,500 octets; the rest is room for comments. */
const MAX_KEY_FILE_OCTETS = 64 * 1024;

const OTHERS = 0o077;
const WRITABLE_BY_ALL = 0o002;
const STICKY = 0o1000;

/**
 * Reads a private key that only its user can read, and nobody else can replace. A symbolic link is followed: its
 * target, and the folders of both, are checked.
 * @throws {KeyError}
 */
export async function readPrivateKey(path: string): Promise<PrivateKey> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw notOpened(path, error);
  });
  try {
    await checkFile(file, path); // checks the open file, so that nobody can swap it in between
    await checkFolders(path);
    return importedKey(await file.readFile("latin1"), path);
  } finally {
    await file.close();
  }
}

async function checkFile(file: FileHandle, path: string): Promise<void> {
  const stats = await file.stat();
  const { mode, size, uid } = stats;
  if (!stats.isFile()) {
    const kind = stats.isDirectory() ? "a folder" : "no regular file";
    throw new KeyError("key-file-unreadable", `${path}: is ${kind}; name the private key's file`);
  }
  if ((mode & OTHERS) !== 0) {
    throw new KeyError(
      "key-file-exposed",
      `${path}: others than its owner (user id ${uid}) can read or change it (mode ${octal(mode)}); cure: chmod 600 ${shellWord(path)}`,
    );
  }
  if (size > MAX_KEY_FILE_OCTETS) {
    throw new KeyError("key-file-unreadable", `${path}: is larger than any private key (${size} octets)`);
  }
}

/** Whoever can rename files in a folder can replace this one, unless the folder is sticky. */
async function checkFolders(path: string): Promise<void> {
  const folders = new Set([...upwards(dirname(await realpath(path))), ...upwards(await realpath(dirname(path)))]);
  for (const folder of folders) {
    const { mode } = await stat(folder);
    if ((mode & WRITABLE_BY_ALL) !== 0 && (mode & STICKY) === 0) {
      throw new KeyError(
        "key-file-exposed",
        `${path}: everybody can replace it, because the folder ${folder} is writable by all (mode ${octal(mode)}); ` +
          `cure: chmod o-w ${shellWord(folder)}`,
      );
    }
  }
}

function upwards(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...upwards(parent)];
}

function importedKey(pem: string, path: string): PrivateKey {
  let key: PrivateKey;
  try {
    key = nodeCrypto.importPrivateKey(pem) as PrivateKey;
  } catch (error) {
    // CryptoError's own words have nothing of the file; its cause is dropped, because OpenSSL's might.
    throw new KeyError("key-file-unreadable", `${path}: ${(error as Error).message}`);
  }
  if (key.type === "rsa" && key.bits < MIN_RSA_BITS) {
    // RFC 8301 §3.2
    throw new KeyError(
      "key-too-small",
      `${path}: an RSA key of ${key.bits} bits must not sign; cure: make one of 2048 bits (dkimstatus keygen)`,
    );
  }
  return key;
}

function notOpened(path: string, error: unknown): KeyError {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new KeyError("key-file-missing", `${path}: no such file; cure: dkimstatus keygen makes a key`);
    case "EACCES":
    case "EPERM": {
      const user = userInfo().username;
      const cure = `chown ${user} ${shellWord(path)}, and let ${user} enter its folders`;
      return new KeyError("key-file-unreadable", `${path}: the user ${user} may not read it; cure: ${cure}`);
    }
    default:
      return new KeyError("key-file-unreadable", `${path}: cannot be opened (${code ?? "unknown"})`);
  }
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
