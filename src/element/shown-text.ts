/** Characters that are invisible or reorder other text: controls, bidi controls, zero-width characters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+/gu;

/** Half of a character that a cut left at the end. */
const LONE_SURROGATE = /[\ud800-\udbff]$/;

/**
 * Text of a message as it is shown: without invisible characters, and cut.
 * @param max UTF-16 code units
 */
export function shownText(text: string, max: number): string {
  const cut = text.length > max;
  const start = cut ? text.slice(0, max).replace(LONE_SURROGATE, "") + "…" : text;
  return start.replace(/[\t\r\n]+/g, " ").replace(UNSEEN, "");
}
