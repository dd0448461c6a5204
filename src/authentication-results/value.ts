import { readQuotedString } from "../message/cfws.js";
import { isAscii } from "../message/octets.js";
import {
  BEYOND_ASCII,
  CFWS_START,
  consistsOf,
  isDomainName,
  isDotAtom,
  LOOSE_TOKEN,
  TOKEN,
  WORD,
} from "./characters.js";
import type { Reading } from "./reading.js";
import type { DefectCode } from "./types.js";

/** value = token / quoted-string (RFC 2045 §5.1). @returns its content, or null if it is not one */
export function readValue(reading: Reading, otherwise: DefectCode): string | null {
  if (reading.peek() === '"') return readQuoted(reading);
  const start = reading.at;
  const word = reading.run(WORD | BEYOND_ASCII);
  return endsHere(reading) ? tokenOf(reading, word, start, otherwise) : reading.fail(otherwise);
}

/** authserv-id = value, without `=`: that would be a method with no authserv-id before it. RFC 8601 §2.5 */
export function readAuthservId(reading: Reading): string | null {
  const start = reading.at;
  const quoted = reading.peek() === '"';
  const id = quoted ? readQuoted(reading) : reading.run(LOOSE_TOKEN);
  if (id === null) return null;
  const isCut = reading.cut !== null && reading.atEnd();
  return id === "" || isCut ? reading.fail("authserv-id-invalid", start) : id;
}

/**
 * pvalue = [CFWS] ( value / [ [ local-part ] "@" ] domain-name ) [CFWS]. @returns its content, or null if it is not one
 */
export function readPropertyValue(reading: Reading): string | null {
  if (reading.cfws() === null) return null;
  const start = reading.at;
  const isQuoted = reading.peek() === '"';
  const word = isQuoted ? readQuoted(reading) : reading.run(WORD | BEYOND_ASCII);
  if (word === null) return null;
  if (!isQuoted && reading.peek() !== "@" && !endsHere(reading)) return reading.fail("value-invalid");
  // White space and comments are also allowed before the "@", as part of the local-part. RFC 5322 §3.4.1
  if (reading.cfws() === null) return null;
  if (reading.peek() === "@") {
    return isQuoted || localPartIsValid(reading, word, start) ? addressOf(reading, word) : null;
  }
  if (isQuoted) return word;
  const isBeyond = (reading.shared & WORD) === 0; // never of the empty word
  if (isBeyond && isDomainName(word)) return reading.eai ? word : reading.fail("value-not-ascii", start);
  return tokenOf(reading, word, start, "value-invalid");
}

/** The rest of an address, from its "@" on. */
function addressOf(reading: Reading, localPart: string): string | null {
  reading.at++;
  const start = reading.at;
  const domain = reading.run(WORD | BEYOND_ASCII);
  if (!isDomainName(domain) || !endsHere(reading)) return reading.fail("value-invalid", start);
  if (!reading.eai && !isAscii(domain)) return reading.fail("value-not-ascii", start);
  return `${localPart}@${domain}`;
}

/** RFC 5322 §3.4.1: a dot-atom. It may be empty, and a colon in it is harmless. */
function localPartIsValid(reading: Reading, word: string, start: number): boolean {
  if (word === "") return true;
  const isAtom = isDotAtom(word.replaceAll(":", ""));
  if (!isAtom || (!reading.eai && !isAscii(word))) {
    reading.fail(isAtom ? "value-not-ascii" : "value-invalid", start);
    return false;
  }
  const colon = word.indexOf(":");
  if (colon >= 0) reading.note("unquoted-slash-or-colon", start + colon);
  return true;
}

/** A token, apart from harmless deviations: slashes, colons, one or two equals signs at the end. */
function tokenOf(reading: Reading, word: string, start: number, otherwise: DefectCode): string | null {
  if (word !== "" && (reading.shared & TOKEN) !== 0) return word;
  const padding = word.endsWith("==") ? 2 : word.endsWith("=") ? 1 : 0;
  const body = word.slice(0, word.length - padding);
  if (!isAscii(word)) return reading.fail("value-not-ascii", start);
  if (body === "" || !consistsOf(body, LOOSE_TOKEN)) return reading.fail(otherwise, start);
  noteSlashOrColon(reading, body, start);
  if (padding > 0) reading.note("unquoted-equals-at-end", start + body.length);
  return word;
}

/** Reports the first slash or colon of an unquoted value. */
export function noteSlashOrColon(reading: Reading, word: string, start: number): void {
  if (consistsOf(word, TOKEN)) return;
  reading.note("unquoted-slash-or-colon", start + word.search(/[/:]/));
}

function readQuoted(reading: Reading): string | null {
  const start = reading.at;
  const quoted = readQuotedString(reading.text, start);
  reading.at = quoted?.end ?? reading.text.length;
  if (quoted === null) return reading.fail("quoted-string-unterminated", start);
  // A backslash cannot quote a line end (RFC 5322 §3.2.1), and no value may contain one.
  if (/[\r\n]/.test(quoted.value)) return reading.fail("quoted-string-unterminated", start);
  return quoted.value;
}

/** Whether an unquoted value ends here: only a semicolon, white space or a comment may follow it. */
function endsHere(reading: Reading): boolean {
  return reading.atEndOfResult() || reading.nextIs(CFWS_START);
}
