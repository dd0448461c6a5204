import type { HeaderField } from "../message/header.js";
import { decodeUtf8Lossy, detached } from "../message/octets.js";
import { MAX_FIELD_LENGTH } from "./limits.js";
import type { MethodResult } from "./types.js";

/** What a field of the kind used before RFC 5451 says about DKIM. */
export interface LegacyTestimony {
  /** `HeaderField.index` */
  readonly index: number;
  /** Its value as characters, still folded. */
  readonly field: string;
  readonly result: MethodResult;
  readonly authorDomainPasses: boolean;
}

const READERS: Readonly<
  Record<string, (value: string) => Pick<LegacyTestimony, "result" | "authorDomainPasses"> | null>
> = {
  "x-dkim-authentication-results": readDkimproxy,
  "x-spam-status": readSpamAssassin,
};

/**
 * Reads X-DKIM-Authentication-Results (DKIMproxy) and X-Spam-Status (SpamAssassin). They have no authserv-id, so that
 * only their place can show whose they are: only the topmost field of a name is read, and only with no more Received
 * fields above it than the mail server itself adds after the filter.
 * @param fields all fields of the header, topmost first
 * @param maxReceivedAbove 0 for a milter, 1 for a proxy or content filter that hands the message back
 * @returns the topmost one that says something; null if none does
 */
export function readLegacyFields(fields: readonly HeaderField[], maxReceivedAbove: number): LegacyTestimony | null {
  const seen = new Set<string>();
  let received = 0;
  for (const { key, value, index } of fields) {
    if (key === "received") received++;
    if (!(received <= maxReceivedAbove)) return null;
    const read = Object.hasOwn(READERS, key) && !seen.has(key) ? READERS[key] : undefined;
    const said = read?.(value.slice(0, MAX_FIELD_LENGTH));
    if (said) return { index, field: decodeUtf8Lossy(detached(value)), ...said };
    seen.add(key);
  }
  return null;
}

/** The overall result as Mail::DKIM words it: `pass`, `none`, `fail (body has been altered)`, `invalid (…)`. */
function readDkimproxy(value: string): Pick<LegacyTestimony, "result" | "authorDomainPasses"> | null {
  const word = /^[ \t\r\n]*([A-Za-z]+)(?=[ \t\r\n(]|$)/.exec(value)?.[1]?.toLowerCase();
  if (word === undefined) return null;
  return { result: dkim(word === "invalid" ? "permerror" : word), authorDomainPasses: false };
}

/** The names of the tests that matched. Without DKIM_SIGNED it says nothing: SpamAssassin may not have checked. */
function readSpamAssassin(value: string): Pick<LegacyTestimony, "result" | "authorDomainPasses"> | null {
  const list = value.indexOf("tests=");
  const tests = new Set(list < 0 ? [] : value.slice(list).split(/[^A-Za-z0-9_]+/));
  if (!tests.has("DKIM_SIGNED")) return null;
  const passes = tests.has("DKIM_VALID");
  return { result: dkim(passes ? "pass" : "fail"), authorDomainPasses: passes && tests.has("DKIM_VALID_AU") };
}

function dkim(result: string): MethodResult {
  return { method: "dkim", methodVersion: 1, result, reason: null, properties: [] };
}
