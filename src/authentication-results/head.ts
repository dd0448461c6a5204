import type { Reading } from "./reading.js";
import { noteSlashOrColon, readAuthservId } from "./value.js";

/** What precedes the results. */
export interface Head {
  readonly authservId: string | null;
  readonly version: number;
  /** It was read to its end: the first semicolon, or the first method if there is no authserv-id. */
  readonly complete: boolean;
}

/** [CFWS] authserv-id [ CFWS authres-version ] */
export function readHead(reading: Reading): Head {
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
  if (!isSpaced && !reading.atEndOfResult()) {
    reading.fail("authserv-id-invalid");
    return unread;
  }
  if (!isQuoted) noteSlashOrColon(reading, reading.text.slice(start, idEnd), start);
  const version = reading.atEndOfResult() ? 1 : readVersion(reading);
  if (version === null) return { ...unread, authservId };
  if (reading.atEnd()) reading.fail("results-missing");
  return { authservId, version, complete: !reading.atEnd() };
}

/** authres-version = 1*DIGIT [CFWS] */
function readVersion(reading: Reading): number | null {
  const version = reading.number("version-invalid");
  if (version === null || reading.cfws() === null) return null;
  return reading.atEndOfResult() ? version : reading.fail("version-invalid");
}
