import { simpleParser, type AddressObject } from "mailparser";
import type { Reading } from "./types.js";

/** What a person reads of a message. Never on the way to a verdict: a parsed header no longer has its octets. */
export async function readingOf(message: Uint8Array): Promise<Reading> {
  const options = { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, skipTextLinks: true };
  const { from, to, subject, date, text } = await simpleParser(Buffer.from(message), options);
  const author = from?.value[0];
  return {
    name: author?.name ?? "",
    address: author?.address ?? "",
    to: [to ?? []].flat().map(shownTo).join(", "),
    subject: subject ?? "",
    date: date?.toISOString() ?? null,
    text: text ?? "",
  };
}

function shownTo({ value }: AddressObject): string {
  return value.map(({ name, address }) => name || (address ?? "")).join(", ");
}
