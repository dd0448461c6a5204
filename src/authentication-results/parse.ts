import { MAX_RESULTS } from "./limits.js";
import { Reading } from "./reading.js";
import type { AuthenticationResults, MethodResult, Property } from "./types.js";
import { noteSlashOrColon, readAuthservId, readPropertyValue, readValue } from "./value.js";

/**
 * Reads the value of an Authentication-Results field. RFC 8601 §2.2
 *
 * Never throws, and takes time linear in the length; behind 64 KiB nothing is read.
 * @param value what stands behind the colon, as characters (UTF-8 decoded), folded or not
 * @param options `eai: false` (a message that is not internationalized, RFC 6532) makes non-ASCII characters a defect
 *   outside quotes and comments
 * @returns what the field says, and where it does not conform. After a defect that is not in `HARMLESS_DEFECTS` the
 *   reading ends: the result in which it stands and all that follow are missing.
 */
export function parseAuthenticationResults(
  value: string,
  { eai = true }: { eai?: boolean } = {},
): AuthenticationResults {
  const reading = new Reading(value, eai);
  const { authservId, version, complete } = readHead(reading);
  const results: MethodResult[] = [];
  if (complete) while (readNext(reading, results));
  return { authservId, version, results, defects: reading.defects };
}

interface Head {
  readonly authservId: string | null;
  readonly version: number;
  /** The place reached is the first semicolon, or the first method where there is no authserv-id. */
  readonly complete: boolean;
}

/** [CFWS] authserv-id [ CFWS authres-version ] */
function readHead(reading: Reading): Head {
  const unread = { authservId: null, version: 1, complete: false };
  if (reading.cfws() === null) return unread;
  const start = reading.at;
  const isQuoted = reading.peek() === '"';
  const authservId = readAuthservId(reading);
  if (authservId === null) return unread;
  const idEnd = reading.at;
  const isSpaced = reading.cfws();
  if (isSpaced === null) return { ...unread, authservId };
  if (!isQuoted && reading.peek() === "=") {
    reading.note("authserv-id-missing", start);
    reading.at = start;
    return { ...unread, complete: true };
  }
  if (!isSpaced && !reading.atEnd() && reading.peek() !== ";") {
    reading.fail("authserv-id-invalid");
    return unread;
  }
  if (!isQuoted) noteSlashOrColon(reading, reading.text.slice(start, idEnd), start);
  const version = reading.atEnd() || reading.peek() === ";" ? 1 : readVersion(reading);
  if (version === null) return { ...unread, authservId };
  if (reading.atEnd()) reading.fail("results-missing");
  return { authservId, version, complete: !reading.atEnd() };
}

/** authres-version = 1*DIGIT [CFWS] */
function readVersion(reading: Reading): number | null {
  const version = reading.number("version-invalid");
  if (version === null || reading.cfws() === null) return null;
  return reading.atEnd() || reading.peek() === ";" ? version : reading.fail("version-invalid");
}

/** [CFWS] ";" and what follows it. @returns whether there may be more */
function readNext(reading: Reading, results: MethodResult[]): boolean {
  const semicolon = reading.at;
  reading.take(";"); // not there before the first method where the authserv-id is missing
  if (reading.cfws() === null) return false;
  if (reading.atEnd()) {
    if (results.length === 0 || reading.cut !== null) reading.fail("results-missing", semicolon);
    else reading.note("trailing-semicolon", semicolon);
    return false;
  }
  if (results.length === MAX_RESULTS) {
    reading.fail("too-many-results");
    return false;
  }
  const result = readResult(reading, results.length === 0);
  if (result === null) return false;
  if (reading.atEnd() && reading.cut !== null) {
    reading.fail("too-large");
    return false;
  }
  results.push(result);
  return !reading.atEnd();
}

/**
 * resinfo = [CFWS] ";" methodspec [ CFWS reasonspec ] [ CFWS 1*propspec ], behind its semicolon; or no-result
 * @returns null also for `none`
 */
function readResult(reading: Reading, isFirst: boolean): MethodResult | null {
  const start = reading.at;
  const method = reading.keyword("method-invalid");
  if (method === null || reading.cfws() === null) return null;
  if (method === "none" && (reading.atEnd() || reading.peek() === ";")) {
    return isFirst ? readEndOfNone(reading) : reading.fail("none-with-results", start);
  }
  let methodVersion: number | null = 1;
  if (reading.take("/")) {
    if (reading.cfws() === null) return null;
    methodVersion = reading.number("method-invalid");
    if (methodVersion === null || reading.cfws() === null) return null;
  }
  if (!reading.take("=")) return reading.fail("method-invalid");
  if (reading.cfws() === null) return null;
  const result = reading.keyword("result-invalid");
  if (result === null) return null;
  const rest = readReasonAndProperties(reading);
  return rest && { method, methodVersion, result, ...rest };
}

/** no-result = [CFWS] ";" [CFWS] "none", behind it */
function readEndOfNone(reading: Reading): null {
  const semicolon = reading.at;
  if (reading.cut !== null && reading.atEnd()) return reading.fail("too-large");
  if (!reading.take(";") || reading.cfws() === null) return null;
  if (!reading.atEnd()) return reading.fail("none-with-results");
  if (reading.cut !== null) return reading.fail("too-large");
  reading.note("trailing-semicolon", semicolon);
  return null;
}

function readReasonAndProperties(reading: Reading): Pick<MethodResult, "reason" | "properties"> | null {
  let reason: string | null = null;
  const properties: Property[] = [];
  /** White space is needed between all parts but behind a property's value, whose end shows by itself. */
  let mayBeJoined = false;
  for (let isFirst = true; ; isFirst = false) {
    const isSpaced = reading.cfws();
    if (isSpaced === null) return null;
    if (reading.atEnd() || reading.peek() === ";") return { reason, properties };
    if (!isSpaced && !mayBeJoined) return reading.fail(isFirst ? "result-invalid" : "property-invalid");
    const start = reading.at;
    const ptype = reading.keyword("property-invalid");
    if (ptype === null || reading.cfws() === null) return null;
    if (isFirst && ptype === "reason" && reading.take("=")) {
      if (reading.cfws() === null) return null;
      reason = readValue(reading, "reason-invalid");
      if (reason === null) return null;
      continue;
    }
    if (ptype === "action" && reading.take("=")) {
      if (readPropertyValue(reading) === null) return null;
      reading.note("bare-action", start);
    } else {
      const property = readProperty(reading, ptype);
      if (property === null) return null;
      properties.push(property);
    }
    mayBeJoined = true;
  }
}

/** propspec = ptype [CFWS] "." [CFWS] property [CFWS] "=" pvalue, behind its ptype */
function readProperty(reading: Reading, ptype: string): Property | null {
  if (!reading.take(".")) return reading.fail("property-invalid");
  if (reading.cfws() === null) return null;
  const property = reading.keyword("property-invalid");
  if (property === null || reading.cfws() === null) return null;
  if (!reading.take("=")) return reading.fail("property-invalid");
  const value = readPropertyValue(reading);
  return value === null ? null : { ptype, property, value };
}
