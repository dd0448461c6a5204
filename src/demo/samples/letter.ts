/** What goes into a sample: header fields and a body, as characters. */
export interface Letter {
  readonly from: string;
  readonly to?: string;
  readonly subject: string;
  /** Seconds from writing to arrival. */
  readonly age: number;
  /** Further fields, below the usual ones. */
  readonly fields?: readonly (readonly [name: string, value: string])[];
  /** Lines end with LF here, with CRLF in the message. */
  readonly body: string;
}

const RECIPIENT = "Robin Vale <robin@example.net>";

/** @returns the message as its author's program hands it over: characters, lines ended by CRLF */
export function messageOf(letter: Letter, id: string, writtenAt: Date): string {
  const fields = [
    ["From", letter.from],
    ["To", letter.to ?? RECIPIENT],
    ["Subject", letter.subject],
    ["Date", rfc5322Date(writtenAt)],
    ["Message-ID", `<${id}@${domainIn(letter.from)}>`],
    ...(letter.fields ?? []),
    ["MIME-Version", "1.0"],
    ["Content-Type", "text/plain; charset=utf-8"],
    ["Content-Transfer-Encoding", "8bit"],
  ];
  const header = fields.map(([name, value]) => `${name}: ${value}\n`).join("");
  return crlf(`${header}\n${letter.body}`);
}

/** @returns the trace field that a server puts in front. RFC 5321 §4.4 */
export function receivedField(from: string, address: string, by: string, at: Date): string {
  return crlf(`Received: from ${from} (${from} [${address}])\n\tby ${by} with ESMTPS; ${rfc5322Date(at)}\n`);
}

/** RFC 5322 §3.3, in UTC. */
export function rfc5322Date(date: Date): string {
  return date.toUTCString().replace("GMT", "+0000");
}

export function crlf(text: string): string {
  return text.replaceAll("\n", "\r\n");
}

/** The domain of the first address, for the Message-ID. */
function domainIn(from: string): string {
  const domain = /<[^<@>]*@([^>]*)>/.exec(from)?.[1];
  if (domain === undefined) throw new Error(`no address in ${from}`);
  return domain;
}
