/**
 * The fast path for fields as nearly everybody writes them: names in lower case, values without quotes, comments only
 * after results and values. It reads what the full grammar (`head.ts`, `result.ts`) would read, and leaves all else to
 * it.
 */
import type { Head } from "./head.js";
import type { Reading } from "./reading.js";
import type { MethodResult, Property } from "./types.js";

/** RFC 5321 §4.1.2 Ldh-str, from its first character on. */
const KEYWORD = "(?<![a-z\\d-])[a-z\\d-]*[a-z\\d]";
const TOKEN = "[\\w!#$%&'*+.^`{|}~-]+"; // RFC 2045 §5.1
const ATOM = "[\\w!#$%&'*+/=?^`{|}~-]+"; // RFC 5322 §3.2.3
const DOMAIN = "[A-Za-z\\d]+(?:(?:\\.|-+)[A-Za-z\\d]+)*"; // RFC 5321 §4.1.2
const VALUE = `(?:${TOKEN}|(?:${ATOM}(?:\\.${ATOM})*)?@${DOMAIN})(?=[ \\t\\r\\n(;]|$)`;
/** White space, and comments without comments or escapes in them. RFC 5322 §3.2.2 */
const CFWS = "[ \\t\\r\\n]*(?:\\([^()\\\\]*\\)[ \\t\\r\\n]*)*";

// The lint rule against slow patterns does not know that "y" anchors, too; the head is always at 0.
const AUTHSERV_ID = /^[ \t\r\n]*([\w.-]+)(?=;)/y;
const METHOD = new RegExp(`(${KEYWORD})=(${KEYWORD})${CFWS}`, "y");
const PROPERTY = new RegExp(`(${KEYWORD})\\.(${KEYWORD})=(${VALUE})${CFWS}`, "y");

/** @returns what `readHead` would read; null, with nothing read, if it is not of the usual form */
export function readPlainHead(reading: Reading): Head | null {
  const match = reading.match(AUTHSERV_ID);
  return match && { authservId: match[1]!, version: 1, complete: true };
}

/** @returns what `readResult` would read; null, with nothing read, if it is not of the usual form */
export function readPlainResult(reading: Reading): MethodResult | null {
  const start = reading.at;
  const spec = reading.match(METHOD);
  if (spec === null) return null;
  const properties: Property[] = [];
  while (!reading.atEndOfResult()) {
    const match = reading.match(PROPERTY);
    if (match === null) {
      reading.at = start;
      return null;
    }
    properties.push({ ptype: match[1]!, property: match[2]!, value: match[3]! });
  }
  return { method: spec[1]!, methodVersion: 1, result: spec[2]!, reason: null, properties };
}
