/**
 * Characters that a terminal may obey instead of show, or that reorder other text: controls (escape sequences begin
 * with them), line and paragraph separators, bidi controls, zero-width characters, lone surrogates.
 */
const NOT_TEXT = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** A faster test first: none of {@link NOT_TEXT} is printable ASCII. */
const NO_PRINTABLE_ASCII = /[^\x20-\x7e]/;

/** @returns the text in one line, with U+FFFD for each of {@link NOT_TEXT} */
export function plainText(text: string): string {
  return text.replace(NOT_TEXT, "\ufffd");
}

/** @returns JSON on one line, with escapes for such characters: the same value, but harmless to a terminal */
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
