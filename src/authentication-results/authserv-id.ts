import { isAtOrBelow, selectorOf } from "../message/domain.js";
import { isAscii } from "../message/octets.js";

/**
 * The form in which authserv-ids are compared: host names as lower-case A-labels, anything else with its ASCII letters
 * in lower case. RFC 8601 §2.5 leaves the choice of an id to its server.
 */
function comparableId(id: string): string {
  return isAscii(id) ? id.toLowerCase() : (selectorOf(id) ?? asciiLowerCase(id));
}

/**
 * Compiles a configured entry into a test.
 * @param entry an id, or one of two wider forms: `id/*` for ids with a job id after a slash (OpenDKIM), `*.domain` for
 *   all host names below a domain; an empty entry matches no id
 * @returns the test whether an id, as read from a field, matches the entry
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

/** Not `toLowerCase`: that turns some other characters, such as the Kelvin sign, into ASCII letters. */
function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
