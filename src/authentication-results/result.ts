import type { Reading } from "./reading.js";
import type { MethodResult, Property } from "./types.js";
import { readPropertyValue, readValue } from "./value.js";

/**
 * Reads, after the semicolon: resinfo = [CFWS] ";" methodspec [ CFWS reasonspec ] [ CFWS 1*propspec ]; or no-result
 * @returns null if it failed, and for `none`
 */
export function readResult(reading: Reading, isFirst: boolean): MethodResult | null {
  const start = reading.at;
  const method = reading.keyword("method-invalid");
  if (method === null || reading.cfws() === null) return null;
  if (method === "none" && reading.atEndOfResult()) {
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
  return result === null ? null : readReasonAndProperties(reading, method, methodVersion, result);
}

/** Reads what follows no-result = [CFWS] ";" [CFWS] "none": nothing, or a semicolon */
function readEndOfNone(reading: Reading): null {
  const semicolon = reading.at;
  if (reading.cut !== null && reading.atEnd()) return reading.fail("too-large");
  if (!reading.take(";") || reading.cfws() === null) return null;
  if (!reading.atEnd()) return reading.fail("none-with-results");
  if (reading.cut !== null) return reading.fail("too-large");
  reading.note("trailing-semicolon", semicolon);
  return null;
}

/** Reads the rest of a result, after method=result. */
function readReasonAndProperties(
  reading: Reading,
  method: string,
  methodVersion: number,
  result: string,
): MethodResult | null {
  let reason: string | null = null;
  const properties: Property[] = [];
  /** White space is required between the parts, except after a property's value, whose end is clear. */
  let mayBeJoined = false;
  for (let isFirst = true; ; isFirst = false) {
    const isSpaced = reading.cfws();
    if (isSpaced === null) return null;
    if (reading.atEndOfResult()) return { method, methodVersion, result, reason, properties };
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

/** Reads, after the ptype: propspec = ptype [CFWS] "." [CFWS] property [CFWS] "=" pvalue */
function readProperty(reading: Reading, ptype: string): Property | null {
  if (!reading.take(".")) return reading.fail("property-invalid");
  if (reading.cfws() === null) return null;
  const property = reading.keyword("property-invalid");
  if (property === null || reading.cfws() === null) return null;
  if (!reading.take("=")) return reading.fail("property-invalid");
  const value = readPropertyValue(reading);
  return value === null ? null : { ptype, property, value };
}
