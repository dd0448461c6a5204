import type { MailboxMessage } from "../types.js";
import { headerBlockOf } from "./source-text.js";

/** What a list of messages is given: text for people, and the raw header block for the mark. */
export interface ListedMessage {
  readonly id: string;
  readonly name: string;
  readonly subject: string;
  readonly headers: string;
}

/** Samples that show one mark each. */
const LISTED = ["own-domain", "yahoo-groups", "name-shows-other-address", "tampered-header", "two-authors", "unsigned"];

export async function listedMessages(): Promise<readonly ListedMessage[]> {
  const messages = (await (await fetch("mailbox.json")).json()) as readonly MailboxMessage[];
  return LISTED.map((id) => messages.find((message) => message.id === id)!).map(({ id, reading, octets }) => ({
    id,
    name: reading.name,
    subject: reading.subject,
    headers: headerBlockOf(octets),
  }));
}
