/** X-DKIM-Authentication-Results, for readers from before RFC 8601: `pass`, `none`, `fail (…)`. */
import { foldField } from "../../authentication-results/format.js";
import { parseAuthenticationResults } from "../../authentication-results/parse.js";
import type { MethodResult } from "../../authentication-results/types.js";
import { parseHeader } from "../../message/header.js";
import { decodeUtf8Lossy, encodeUtf8, octetsOf } from "../../message/octets.js";
import type { Edit } from "../../service/types.js";

/** The overall result is the best one, in this order. */
const ORDER = ["pass", "temperror", "fail", "policy", "permerror"];

/** DKIMproxy's words that differ from RFC 8601's. */
const WORDS: Readonly<Record<string, string>> = { policy: "invalid", permerror: "invalid" };

/** @returns the edit with the old field below ours; unchanged if it has no field of ours */
export function withLegacyField(edit: Edit): Edit {
  const { fields, lineEnding } = parseHeader(edit.prepend);
  const [ours] = fields.filter(({ key }) => key === "authentication-results");
  if (ours === undefined) return edit;
  const { results } = parseAuthenticationResults(decodeUtf8Lossy(ours.value));
  const line = foldField("X-DKIM-Authentication-Results", overall(results), lineEnding);
  const legacy = octetsOf(encodeUtf8(line));
  const prepend = new Uint8Array(edit.prepend.length + legacy.length);
  // Only the empty line of a message without a header can follow our field.
  prepend.set(edit.prepend.subarray(0, ours.end));
  prepend.set(legacy, ours.end);
  prepend.set(edit.prepend.subarray(ours.end), ours.end + legacy.length);
  return { ...edit, prepend };
}

function overall(results: readonly MethodResult[]): string {
  const ranked = results
    .filter(({ method, result }) => method === "dkim" && ORDER.includes(result))
    .sort((one, other) => ORDER.indexOf(one.result) - ORDER.indexOf(other.result));
  const [best] = ranked;
  if (best === undefined) return "none";
  const word = WORDS[best.result] ?? best.result;
  return best.reason === null ? word : `${word} (${best.reason})`;
}
