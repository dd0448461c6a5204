import { closeSync, openSync, readdirSync, readSync, statSync, type Dirent, type Stats } from "node:fs";
import { MBOX_START_OCTETS, partsOfMbox, startsMbox } from "./mbox.js";
import type { Found, MessageFile } from "./message-file.js";

/** Standard input as an argument. */
export const STANDARD_INPUT = "-";

/** Finds the messages that arguments name: files, folders and all below them, mbox files, standard input. */
export function* findMessages(paths: readonly string[]): Generator<Found, void> {
  let wasRead = false;
  for (const path of paths) {
    if (path !== STANDARD_INPUT) yield* messagesAt(path);
    else if (wasRead) yield { name: path, error: new Error("standard input can be read only once") };
    else yield { name: path, path: null, part: null };
    wasRead ||= path === STANDARD_INPUT;
  }
}

function* messagesAt(path: string): Generator<Found, void> {
  try {
    const stats = statOf(path);
    const [, mbox, n] = (stats === null && PART_OF_MBOX.exec(path)) || [];
    if (stats?.isDirectory()) yield* messagesInFolder(path);
    else if (mbox !== undefined && statOf(mbox)?.isFile()) yield messageOfMbox(mbox, Number(n));
    else if (stats?.isFile()) yield* messagesInFile(path);
    else yield { name: path, path, part: null };
  } catch (error) {
    yield { name: path, error };
  }
}

/** `path#n`, the name of a message in an mbox. */
const PART_OF_MBOX = /^(.+)#([1-9][0-9]{0,9})$/s;

function statOf(path: string): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null;
}

/** A file is one message, or an mbox with any number of them. */
function* messagesInFile(path: string): Generator<MessageFile, void> {
  const file = openSync(path, "r");
  try {
    const start = Buffer.alloc(MBOX_START_OCTETS);
    const bytesRead = readSync(file, start, 0, MBOX_START_OCTETS, 0);
    if (!startsMbox(start.subarray(0, bytesRead))) {
      yield { name: path, path, part: null };
      return;
    }
    let n = 0;
    for (const part of partsOfMbox(file)) yield { name: `${path}#${++n}`, path, part };
  } finally {
    closeSync(file);
  }
}

function messageOfMbox(path: string, n: number): Found {
  let last = 0;
  for (const message of messagesInFile(path)) {
    if (message.part !== null && ++last === n) return message;
  }
  return { name: `${path}#${n}`, error: new Error(last === 0 ? "no mbox file" : `the file has ${last} messages only`) };
}

/**
 * All regular files below a folder, in the order of their names, but hidden ones.
 * @param holdsMessages each file is one message, whatever it begins with; none is tested for being an mbox
 */
function* messagesInFolder(folder: string, holdsMessages = false): Generator<Found, void> {
  const entries = readdirSync(folder, { withFileTypes: true });
  const isOfMaildir = isMaildir(entries);
  const base = folder.endsWith("/") ? folder : folder + "/";
  for (const entry of entries.filter(isOfMaildir ? entryOfMaildir : entryOfFolder).sort(byName)) {
    const path = base + entry.name;
    if (entry.isFile()) yield* holdsMessages ? [{ name: path, path, part: null }] : messagesAt(path);
    else if (entry.isSymbolicLink()) yield* messagesBehindLink(path);
    else if (entry.isDirectory()) yield* messagesBelow(path, isOfMaildir && MAILDIR.includes(entry.name));
  }
}

/** A folder that cannot be read is reported, and the others are read. */
function* messagesBelow(folder: string, holdsMessages: boolean): Generator<Found, void> {
  try {
    yield* messagesInFolder(folder, holdsMessages);
  } catch (error) {
    yield { name: folder, error };
  }
}

/** A link to a folder may lead back up: it is not followed. */
function* messagesBehindLink(path: string): Generator<Found, void> {
  if (!statOf(path)?.isDirectory()) yield* messagesAt(path);
}

const MAILDIR = ["cur", "new"];

/** https://cr.yp.to/proto/maildir.html: messages are in `new` and `cur`; those in `tmp` are still being written. */
function isMaildir(entries: readonly Dirent[]): boolean {
  return MAILDIR.every((name) => entries.some((entry) => entry.name === name && entry.isDirectory()));
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
