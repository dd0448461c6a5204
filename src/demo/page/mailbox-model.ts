import { verify, type Status, type Verification } from "../../browser.js";
import { octetsOf } from "../../message/octets.js";
import type { MailboxMessage, Reading } from "../types.js";
import { keyResolver } from "./key-resolver.js";
import { ownMessage, readingHere } from "./own-file.js";
import { octetsOfSource } from "./source-text.js";

export type Marks = "notable" | "all" | "warnings";

/** A message in the mailbox, and what the reader has done to it. */
export interface Entry {
  readonly message: MailboxMessage;
  /** A file that the reader gave: no server of this mailbox has seen it. */
  readonly isOwn: boolean;
  /** The octets now. */
  octets: string;
  reading: Reading;
  /** This browser's, of the octets now or just before. */
  verification: Verification | null;
}

/** What is drawn while this browser has not come to an answer. */
const PENDING: Status = {
  state: "checking",
  signer: null,
  alignment: null,
  intermediary: null,
  reasons: ["verification-pending"],
  concerns: [],
};

export function isChanged({ octets, message }: Entry): boolean {
  return octets !== message.octets;
}

/** @returns what this browser has found, where no server's field is about these octets; else null */
export function findingHere(entry: Entry): Verification | Status | null {
  return entry.isOwn || isChanged(entry) ? (entry.verification ?? PENDING) : null;
}

/** The state of the page. Every change ends with `changed`. */
export class MailboxModel {
  readonly entries: Entry[];
  selected: Entry | null = null;
  isTrusting = true;
  marks: Marks = "notable";
  /** A line for the reader when a file could not be taken. */
  problem = "";
  readonly #checks = new WeakMap<Entry, AbortController>();

  constructor(
    messages: readonly MailboxMessage[],
    private readonly changed: () => void,
  ) {
    this.entries = messages.map((message) => entryOf(message, false));
  }

  select(id: string | null): void {
    const entry = this.entries.find(({ message }) => message.id === id) ?? null;
    if (entry === this.selected) return;
    this.selected = entry;
    if (entry !== null && entry.verification === null) void this.#check(entry);
    this.changed();
  }

  trust(isTrusting: boolean): void {
    this.isTrusting = isTrusting;
    this.changed();
  }

  showMarks(marks: Marks): void {
    this.marks = marks;
    this.changed();
  }

  edit(entry: Entry, text: string): void {
    entry.octets = octetsOfSource(text, entry.message.octets);
    void this.#check(entry);
    this.changed();
  }

  undo(entry: Entry): void {
    entry.octets = entry.message.octets;
    entry.reading = entry.message.reading;
    void this.#check(entry);
    this.changed();
  }

  /** @returns the id of the last file that could be taken */
  async open(files: Iterable<File>): Promise<string | null> {
    let id: string | null = null;
    this.problem = "";
    for (const file of files) {
      try {
        const message = await ownMessage(file);
        this.entries.unshift(entryOf(message, true));
        id = message.id;
      } catch (error) {
        this.problem = `${file.name} could not be read: ${(error as Error).message}`;
      }
    }
    this.changed();
    return id;
  }

  /** Verifies the octets as they are now; what is under way for older ones is dropped. */
  async #check(entry: Entry): Promise<void> {
    this.#checks.get(entry)?.abort();
    const check = new AbortController();
    const { signal } = check;
    this.#checks.set(entry, check);
    const octets = octetsOf(entry.octets);
    const receivedAt = new Date(entry.message.receivedAt);
    // The samples live in their own week: keys that were there then are there now.
    const now = entry.isOwn ? new Date() : receivedAt;
    const verification = await verify(octets, { resolver: keyResolver, now, receivedAt, signal });
    const reading = isChanged(entry) ? await readingHere(octets) : entry.message.reading;
    if (signal.aborted) return;
    entry.verification = verification;
    entry.reading = reading;
    this.changed();
  }
}

function entryOf(message: MailboxMessage, isOwn: boolean): Entry {
  return { message, isOwn, octets: message.octets, reading: message.reading, verification: null };
}
