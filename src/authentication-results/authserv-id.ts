import { isAtOrBelow, selectorOf } from "../message/domain.js";
import { isAscii } from "../message/octets.js";

/**
 * The form in which authserv-ids are compared: host names as lower-case A-labels, anything else with its ASCII letters
 * in lower case. RFC 8601 §2.5 leaves the form of an id to its server.
 */
function comparableId(id: string): string {
  return isAscii(id) ? id.toLowerCase() : (selectorOf(id) ?? asciiLowerCase(id));
}

/**
 * Tells ids that a configured entry means from all others.
 * @param entry an id, or one of the two wider forms: `id/*` for ids with a job id behind a slash (OpenDKIM), `*.domain`
 *   for all host names below a domain; an empty entry means no id
 * @returns whether an id, as read from a field, is meant
 */
export function authservIdMatcher(entry: string): (id: string) => boolean {
  if (entry.endsWith("/*")) {
    const host = comparableId(entry.slice(0, -2));
    return (id) => {
      const slash = id.indexOf("/");
      return slash > 0 && slash < id.length - 1 && comparableId(id.slice(0, slash)) === host;
    };
  }
  if (entry.startsWith("*.")) {
    const parent = selectorOf(entry.slice(2));
    return (id) => {
      const host = selectorOf(id);
      return host !== null && parent !== null && host !== parent && isAtOrBelow(host, parent);
    };
  }
  const wanted = comparableId(entry);
  return (id) => wanted !== "" && comparableId(id) === wanted;
}

/** Not `toLowerCase`: that makes ASCII letters of others, such as the Kelvin sign. */
function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
