import { parseHeader, unfold } from "../../message/header.js";
import { binaryString } from "../../message/octets.js";
import type { MailboxMessage, Reading } from "../types.js";

/** Octets of a file that is taken: it is verified whole, and kept in memory. */
const MAX_FILE = 64 * 1024 * 1024;

let opened = 0;

/** @returns a file that the reader gave; it stays in this page */
export async function ownMessage(file: File): Promise<MailboxMessage> {
  if (file.size > MAX_FILE) throw new Error(`${file.name} is larger than 64 MB`);
  const octets = new Uint8Array(await file.arrayBuffer());
  return {
    id: `own-${++opened}`,
    receivedAt: (arrivalOf(octets) ?? new Date()).toISOString(),
    title: file.name,
    about: "This file stays in this browser. Only the names of its signers’ keys are looked up.",
    reading: await readingHere(octets),
    octets: binaryString(octets),
  };
}

/** As mailparser reads a sample, in the browser. */
export async function readingHere(octets: Uint8Array): Promise<Reading> {
  const { default: PostalMime } = await import("postal-mime");
  try {
    const { from, to, subject, date, text, html } = await PostalMime.parse(octets);
    return {
      name: from?.name ?? "",
      address: from?.address ?? "",
      to: (to ?? []).map(({ name, address }) => name || (address ?? "")).join(", "),
      subject: subject ?? "",
      date: date !== undefined && !Number.isNaN(Date.parse(date)) ? date : null,
      text: text ?? (html === undefined ? "" : "(This message has no plain text, only HTML. Its source is shown.)"),
    };
  } catch {
    return UNREADABLE; // nested too deeply, or no message at all
  }
}

const UNREADABLE: Reading = { name: "", address: "", to: "", subject: "", date: null, text: "(This cannot be read.)" };

/** The reader's own server wrote the topmost Received; Date is the author's word, and is not asked. */
function arrivalOf(octets: Uint8Array): Date | null {
  const received = parseHeader(octets).fields.find(({ key }) => key === "received");
  const date = new Date(received === undefined ? "" : unfold(received.value).split(";").at(-1)!.trim());
  return Number.isNaN(date.getTime()) ? null : date;
}
