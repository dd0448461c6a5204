import { readdir, rename, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { selectorOf } from "../../message/domain.js";
import { KeyError } from "./errors.js";

/** A domain's keys are files `SELECTOR.STATE` in one folder, so that `ls` shows which of them sign. */
export type KeyState = "private" | "next" | "retired";

/** `private` signs, `next` waits to be published, `retired` no longer signs but may still have mail under way. */
export const KEY_STATES: readonly KeyState[] = ["private", "next", "retired"];

export interface KeyFile {
  readonly path: string;
  readonly selector: string;
  readonly state: KeyState;
  /** For a retired key, when it stopped signing. */
  readonly modifiedAt: Date;
}

/**
 * @returns the key files of a folder by selector; other files are ignored
 * @throws {KeyError} `folder-missing`, `folder-unreadable`, `selector-invalid`, `key-file-missing`
 */
export async function readKeyFolder(folder: string): Promise<KeyFile[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      throw new KeyError("folder-missing", `${folder}: no such folder; cure: dkimstatus keygen makes it, with keys`);
    }
    throw new KeyError("folder-unreadable", `${folder}: cannot be read as a folder of keys (${code ?? "unknown"})`);
  });
  const files: KeyFile[] = [];
  for (const name of names.sort()) {
    const dot = name.lastIndexOf(".");
    const state = KEY_STATES.find((known) => known === name.slice(dot + 1));
    if (dot <= 0 || state === undefined) continue;
    const path = join(folder, name);
    const { mtime } = await stat(path).catch(() => {
      throw new KeyError("key-file-missing", `${path}: is a link to nothing`);
    });
    files.push({ path, selector: selectorOfFile(path, name.slice(0, dot)), state, modifiedAt: mtime });
  }
  return files;
}

function selectorOfFile(path: string, text: string): string {
  const selector = selectorOf(text);
  if (selector === null) {
    throw new KeyError("selector-invalid", `${path}: a key's file is called SELECTOR.private; ${text} is no selector`);
  }
  return selector;
}

/** Gives a key another state, from now on. */
export async function moveKey(file: KeyFile, state: KeyState, now: Date): Promise<KeyFile> {
  const path = file.path.slice(0, -file.state.length) + state;
  await rename(file.path, path);
  await utimes(path, now, now);
  return { ...file, path, state, modifiedAt: now };
}
