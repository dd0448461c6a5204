import type { Reply } from "./reply.js";

/**
 * Extensions that work through a proxy that relays command by command. STARTTLS would hide the message from it, and
 * AUTH and CHUNKING it would have to understand. Unknown ones are not offered.
 */
const EXTENSIONS: ReadonlySet<string> = new Set([
  "8BITMIME", // RFC 6152
  "DSN", // RFC 3461
  "ENHANCEDSTATUSCODES", // RFC 2034
  "PIPELINING", // RFC 2920: commands wait in their order
  "SIZE", // RFC 1870
  "SMTPUTF8", // RFC 6531
  "XCLIENT",
  "XFORWARD",
]);

/**
 * The next hop's answer to EHLO with only the extensions that work. RFC 5321 §4.1.1.1
 * @param maxOctets of a message that the proxy takes: no larger SIZE is offered
 */
export function filterEhlo({ code, lines: [greeting = "", ...extensions] }: Reply, maxOctets: number): Reply {
  const kept = extensions.filter((line) => EXTENSIONS.has(keywordOf(line)));
  const lines = [greeting, ...kept.map((line) => withinLimit(line, maxOctets))];
  const last = lines.length - 1;
  return { code, lines: lines.map((line, i) => `${code}${i < last ? "-" : " "}${textOf(line)}`) };
}

/** What follows the code and its separator, which may be missing with an empty text. */
function textOf(line: string): string {
  return /^[0-9]{3}[ -]/.test(line) ? line.slice(4) : line.slice(3);
}

function keywordOf(line: string): string {
  return (/^[A-Za-z0-9-]+/.exec(line.slice(4))?.[0] ?? "").toUpperCase();
}

/** A line of SIZE, and others as they are. RFC 1870 §4: without a number, or with 0, there is no fixed limit. */
function withinLimit(line: string, maxOctets: number): string {
  const parts = /^SIZE(?: ([0-9]{1,20}))?\r\n$/i.exec(line.slice(4));
  const octets = Number(parts?.[1] ?? 0);
  const isUnlimited = octets === 0 || octets > maxOctets;
  return parts !== null && isUnlimited ? `${line.slice(0, 4)}SIZE ${maxOctets}\r\n` : line;
}
