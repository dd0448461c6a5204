import { ArgumentError, checkOptions } from "../message/argument-error.js";
import { readHead } from "./head.js";
import { MAX_RESULTS } from "./limits.js";
import { readPlainHead, readPlainResult } from "./plain.js";
import { Reading } from "./reading.js";
import { readResult } from "./result.js";
import type { AuthenticationResults, MethodResult } from "./types.js";

/**
 * Reads the value of an Authentication-Results field. RFC 8601 §2.2
 *
 * Takes time linear in the length; nothing after 64 KiB is read.
 * @param value what follows the colon, as characters (UTF-8 decoded), folded or not
 * @param options `eai: false` (a message that is not internationalized, RFC 6532) makes non-ASCII characters outside
 *   quotes and comments a defect
 * @returns what the field says, and where it does not conform. A defect that is not in `HARMLESS_DEFECTS` ends the
 *   reading: its result and all later ones are missing.
 * @throws {ArgumentError} if the value is not a string; never because of what the string contains
 */
export function parseAuthenticationResults(
  value: string,
  options: { eai?: boolean | undefined } = {},
): AuthenticationResults {
  if (typeof value !== "string") throw new ArgumentError("fields-invalid", "the value of a field is a string");
  checkOptions(options);
  const { eai = true } = options;
  const reading = new Reading(value, eai);
  const { authservId, version, complete } = readPlainHead(reading) ?? readHead(reading);
  const results: MethodResult[] = [];
  if (complete) while (readNext(reading, results));
  return { authservId, version, results, defects: reading.defects };
}

/** [CFWS] ";" and what follows it. @returns whether there may be more */
function readNext(reading: Reading, results: MethodResult[]): boolean {
  const semicolon = reading.at;
  reading.take(";"); // missing before the first method if the authserv-id is
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
  const result = readPlainResult(reading) ?? readResult(reading, results.length === 0);
  if (result === null) return false;
  if (reading.atEnd() && reading.cut !== null) {
    reading.fail("too-large");
    return false;
  }
  results.push(result);
  return !reading.atEnd();
}
