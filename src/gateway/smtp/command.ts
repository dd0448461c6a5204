/** What the proxy reads from commands, which it passes on as they came. RFC 5321 §4.1 */
import { isIP } from "node:net";

/** @returns the verb in upper case, after any white space (Postfix skips all of isspace(3)); empty if there is none */
export function verbOf(line: string): string {
  return (/^[\0- ]*([A-Za-z0-9]+)/.exec(line)?.[1] ?? "").toUpperCase();
}

/** @returns the address in MAIL's angle brackets, empty for a bounce; null if there is none */
export function senderOf(line: string): string | null {
  return /^[ \t]*MAIL[ \t]+FROM:[ \t]*<((?:"(?:[^"\\]|\\.)*"|[^">])*)>/i.exec(line)?.[1] ?? null;
}

/** What XFORWARD and XCLIENT say about the original client. Postfix, XFORWARD_README and XCLIENT_README */
export interface ClientAttributes {
  /** IP address; null if it is said to be unknown. */
  readonly address?: string | null;
  /** The queue id that the message has there. */
  readonly queueId?: string;
}

/** @returns those attributes of the command that are used here */
export function clientAttributesOf(line: string): ClientAttributes {
  let attributes: ClientAttributes = {};
  for (const [, name, value] of line.matchAll(/[ \t]([A-Za-z]+)=([^ \t\r\n]*)/g)) {
    const text = decodeXtext(value!);
    if (/^addr$/i.test(name!)) attributes = { ...attributes, address: addressOf(text) };
    else if (/^ident$/i.test(name!) && QUEUE_ID.test(text)) attributes = { ...attributes, queueId: text };
  }
  return attributes;
}

const QUEUE_ID = /^[A-Za-z0-9]{1,64}$/;

/** RFC 3461 §4 */
function decodeXtext(text: string): string {
  return text.replace(/\+([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** null for `[UNAVAILABLE]` and anything else that is not an address. */
function addressOf(text: string): string | null {
  const address = text.replace(/^IPV6:/i, "");
  return isIP(address) === 0 ? null : address;
}
