/** The lexical layer of RFC 5322 that addresses (§3.4) and Authentication-Results (RFC 8601 §2.2) share. */

/**
 * Passes over folding white space and nested comments. RFC 5322 §3.2.2
 * @returns the index after them (`at` itself if there are none), or -1 if a comment never ends
 */
export function skipCfws(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x20: // SP
      case 0x09: // HTAB
      case 0x0d: // CR and LF: the caller has unfolded lines already, or they are part of FWS
      case 0x0a:
        break;
      case 0x28: // (
        depth++;
        break;
      case 0x29: // )
        if (depth === 0) return i;
        depth--;
        break;
      case 0x5c: // \ quotes the next octet, inside comments only
        if (depth === 0) return i;
        i++;
        break;
      default:
        if (depth === 0) return i;
    }
  }
  return depth === 0 ? text.length : -1;
}

/**
 * Reads a quoted string that starts at the DQUOTE at `at`. RFC 5322 §3.2.4
 * @returns its content with quoted pairs resolved and line ends of folding removed, and the index after the closing
 * DQUOTE; null if it never ends
 */
export function readQuotedString(text: string, at: number): { value: string; end: number } | null {
  let value = "";
  for (let i = at + 1; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '"') return { value, end: i + 1 };
    if (c === "\\") {
      value += text.charAt(++i);
    } else if (c !== "\r" && c !== "\n") {
      value += c;
    }
  }
  return null;
}
