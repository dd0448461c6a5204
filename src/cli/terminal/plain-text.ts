/**
 * What a terminal may obey instead of show, or what moves text that others wrote: controls (escape sequences begin with
 * them), line and paragraph separators, bidi controls, zero-width characters, halves of characters.
 */
const NOT_TEXT = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Nothing of {@link NOT_TEXT} is printable ASCII, which is told apart faster. */
const NO_PRINTABLE_ASCII = /[^\x20-\x7e]/;

/** @returns the text in one line, each character that is none shown as U+FFFD */
export function plainText(text: string): string {
  return text.replace(NOT_TEXT, "\ufffd");
}

/** @returns JSON on one line in which such characters stand as escapes: the same value, and nothing to obey */
export function jsonLine(value: unknown): string {
  const json = JSON.stringify(value);
  return (NO_PRINTABLE_ASCII.test(json) ? json.replace(NOT_TEXT, escaped) : json) + "\n";
}

function escaped(character: string): string {
  let escapes = "";
  for (let i = 0; i < character.length; i++) {
    escapes += "\\u" + character.charCodeAt(i).toString(16).padStart(4, "0");
  }
  return escapes;
}
