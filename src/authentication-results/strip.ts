import type { HeaderField } from "../message/header.js";
import { decodeUtf8Lossy } from "../message/octets.js";
import { authservIdMatcher } from "./authserv-id.js";
import { parseAuthenticationResults } from "./parse.js";

/**
 * The incoming fields that must not reach the readers: each Authentication-Results whose authserv-id is one of ours,
 * may be taken for one of ours, or cannot be read; and each X-DKIM-Authentication-Results, which has no id at all. RFC
 * 8601 §5
 * @param fields all fields of the header, topmost first
 * @param authservIds all ids that the readers trust, in the forms of `TrustOptions.trusted`
 * @returns their indices, last to first: removed in this order, none shifts another (CVE-2022-48521)
 */
export function fieldsToStrip(fields: readonly HeaderField[], authservIds: readonly string[]): number[] {
  const suspects = fields.filter(({ key }) => FIELDS_OF_RESULTS.has(visible(key)));
  if (suspects.length === 0) return []; // most mail: no id needs to be compared
  const matchers = authservIds.flatMap((id) => [authservIdMatcher(id), authservIdMatcher(`${id}/*`)]);
  const isOurs = (id: string): boolean => matchers.some((matches) => matches(id));
  return suspects
    .filter(({ key, value }) => visible(key) === WITHOUT_ID || claims(decodeUtf8Lossy(value), isOurs))
    .map(({ index }) => index)
    .reverse();
}

const WITHOUT_ID = "x-dkim-authentication-results";
const FIELDS_OF_RESULTS: ReadonlySet<string> = new Set(["authentication-results", WITHOUT_ID]);

/** Whether a field may be read as one of ours. */
function claims(value: string, isOurs: (id: string) => boolean): boolean {
  const { authservId, defects } = parseAuthenticationResults(value);
  // With a second word after the id, readers do not agree which of them is the id.
  if (authservId === null || defects.some(({ code }) => code === "version-invalid")) return true;
  // Cut off within its id: Postfix shows a milter only what precedes a NUL.
  if (!value.includes(";")) return true;
  return isOurs(authservId) || isOurs(lookAlike(authservId));
}

/** An id as a lenient reader may compare it: compatibility characters, white space, controls, a final dot. */
function lookAlike(id: string): string {
  const plain = id
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\p{C}\ufffd]+/gu, "");
  let end = plain.length;
  while (plain.charAt(end - 1) === ".") end--;
  return plain.slice(0, end);
}

/** A name without octets that names must not have and some readers skip. RFC 5322 §3.6.8 ftext */
function visible(name: string): string {
  return name.replace(/[^!-~]+/g, "");
}
