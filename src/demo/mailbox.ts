import { readFile } from "node:fs/promises";
import { binaryString } from "../message/octets.js";
import { readingOf } from "./reading.js";
import type { MailboxMessage, SampleEntry } from "./types.js";

/** The sample messages of a folder, as the page gets them. */
export async function readMailbox(folder: string): Promise<readonly MailboxMessage[]> {
  const entries = JSON.parse(await readFile(`${folder}/index.json`, "utf8")) as readonly SampleEntry[];
  return Promise.all(
    entries.map(async ({ id, receivedAt, title, about }) => {
      const octets = await readFile(`${folder}/${id}.eml`);
      return { id, receivedAt, title, about, reading: await readingOf(octets), octets: binaryString(octets) };
    }),
  );
}
