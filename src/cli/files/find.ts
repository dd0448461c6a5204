import { open, readdir, stat } from "node:fs/promises";
import type { Dirent, Stats } from "node:fs";
import { CliError } from "../failure.js";
import { MBOX_START_OCTETS, partsOfMbox, startsMbox } from "./mbox.js";
import type { Found, MessageFile } from "./message-file.js";

/** Standard input as an argument. */
export const STANDARD_INPUT = "-";

/** Finds the messages that arguments name: files, folders with all that is below them, mbox files, standard input. */
export async function* findMessages(paths: readonly string[]): AsyncGenerator<Found, void> {
  for (const path of paths) {
    if (path === STANDARD_INPUT) yield { name: STANDARD_INPUT, path: null, part: null };
    else yield* messagesAt(path);
  }
}

async function* messagesAt(path: string): AsyncGenerator<Found, void> {
  try {
    const stats = await statOf(path);
    const [, mbox, n] = (stats === null && PART_OF_MBOX.exec(path)) || [];
    if (stats?.isDirectory()) yield* messagesInFolder(path);
    else if (mbox !== undefined && (await statOf(mbox))?.isFile()) yield await messageOfMbox(mbox, Number(n));
    else if (stats?.isFile()) yield* messagesInFile(path);
    else yield { name: path, path, part: null };
  } catch (error) {
    yield { name: path, error };
  }
}

/** `path#n`, as answers name the messages of an mbox. */
const PART_OF_MBOX = /^(.+)#([1-9][0-9]{0,9})$/s;

async function statOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** A file is one message, or an mbox with any number of them. */
async function* messagesInFile(path: string): AsyncGenerator<MessageFile, void> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MBOX_START_OCTETS), 0, MBOX_START_OCTETS, 0);
    if (!startsMbox(buffer.subarray(0, bytesRead))) {
      yield { name: path, path, part: null };
      return;
    }
    let n = 0;
    for await (const part of partsOfMbox(file)) yield { name: `${path}#${++n}`, path, part };
  } finally {
    await file.close();
  }
}

async function messageOfMbox(path: string, n: number): Promise<Found> {
  let last = 0;
  for await (const message of messagesInFile(path)) {
    if (message.part !== null && ++last === n) return message;
  }
  const fault = last === 0 ? "is no mbox file" : `holds ${last} messages only`;
  return { name: `${path}#${n}`, error: new CliError(`${path} ${fault}`) };
}

/** All regular files below a folder, in the order of their names; hidden ones are not looked at. */
async function* messagesInFolder(folder: string): AsyncGenerator<Found, void> {
  const entries = await readdir(folder, { withFileTypes: true });
  const judge = isMaildir(entries) ? entryOfMaildir : entryOfFolder;
  const base = folder.endsWith("/") ? folder : folder + "/";
  for (const entry of entries.filter(judge).sort(byName)) {
    const path = base + entry.name;
    if (entry.isDirectory() || entry.isFile()) yield* messagesAt(path);
    else if (entry.isSymbolicLink()) yield* messagesBehindLink(path);
  }
}

/** A link to a folder may lead back up: it is not followed. */
async function* messagesBehindLink(path: string): AsyncGenerator<Found, void> {
  const stats = await statOf(path).catch(() => null);
  if (stats === null || stats.isFile()) yield* messagesAt(path);
}

/** https://cr.yp.to/proto/maildir.html: messages are in `new` and `cur`; those in `tmp` are still being written. */
function isMaildir(entries: readonly Dirent[]): boolean {
  return ["cur", "new"].every((name) => entries.some((entry) => entry.name === name && entry.isDirectory()));
}

/** Folders of a Maildir++ begin with a dot; the files beside them are the server's own. */
function entryOfMaildir(entry: Dirent): boolean {
  return entry.isDirectory() && entry.name !== "tmp";
}

function entryOfFolder({ name }: Dirent): boolean {
  return !name.startsWith(".");
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : 1;
}
