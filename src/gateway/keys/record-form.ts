/** RFC 1035 §3.3: a character-string has a length octet. */
const MAX_STRING_OCTETS = 255;

export interface Publication {
  /** `SELECTOR._domainkey.DOMAIN` without final dot. */
  readonly name: string;
  readonly record: string;
}

/** How a record is written for whoever publishes it. */
export type RecordForm = "zone" | "text" | "nsupdate";
export const RECORD_FORMS: readonly RecordForm[] = ["zone", "text", "nsupdate"];

/**
 * @param ttl seconds
 * @returns lines for a BIND zone file, for a web form, or for nsupdate (RFC 2136); with a final line end
 */
export function formatRecord({ name, record }: Publication, form: RecordForm, ttl: number): string {
  switch (form) {
    case "zone":
      return `${name}. ${ttl} IN TXT (\n${strings(record)
        .map((string) => `\t"${string}"\n`)
        .join("")}\t)\n`;
    case "text":
      return `Name:  ${name}\nType:  TXT\nValue: ${record}\n\n`;
    case "nsupdate": {
      const data = strings(record).map((string) => `"${string}"`);
      // In one transaction, so that there is never no record and never two.
      return `update delete ${name}. TXT\nupdate add ${name}. ${ttl} TXT ${data.join(" ")}\nsend\n`;
    }
  }
}

/** Our records are ASCII without quotes and backslashes: nothing needs an escape. */
function strings(record: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < record.length; at += MAX_STRING_OCTETS) parts.push(record.slice(at, at + MAX_STRING_OCTETS));
  return parts;
}
