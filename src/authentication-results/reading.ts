import { skipCfws } from "../message/cfws.js";
import { CFWS_START, DIGIT, KEYWORD, kindsOf, LOWER_CASE } from "./characters.js";
import { MAX_FIELD_LENGTH } from "./limits.js";
import type { Defect, DefectCode } from "./types.js";

/** RFC 5322 §2.2: no controls but HTAB; §2.2.3: a line end only before white space, as folding. */
const UNREADABLE = /[^\t -~\x80-\uffff](?<!\r(?=\n)|\n(?=[ \t]))/;

/**
 * A field value that is being read: the place reached, and the defects found. Steps that fail report a defect and
 * return null.
 */
export class Reading {
  readonly text: string;
  at = 0;
  /** The kinds that all characters of the last {@link run} are of. */
  shared = 0;
  readonly defects: Defect[] = [];
  /** Where and why the value was cut off; null if it was not. */
  readonly cut: Defect | null;

  constructor(
    value: string,
    readonly eai: boolean,
  ) {
    const whole = withoutLineEnd(value.slice(0, MAX_FIELD_LENGTH + 2));
    this.cut = cutOf(whole);
    this.text = this.cut === null ? whole : whole.slice(0, this.cut.at);
  }

  /** A method and not a getter, because the answer changes with each step. */
  atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Whether the current result ends here. */
  atEndOfResult(): boolean {
    return this.atEnd() || this.peek() === ";";
  }

  /** Whether the next character is of one of the kinds. */
  nextIs(kinds: number): boolean {
    return !this.atEnd() && (kindsOf(this.text.charCodeAt(this.at)) & kinds) !== 0;
  }

  peek(): string {
    return this.text.charAt(this.at);
  }

  /** Steps over `character` if it is next. */
  take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at++;
    return true;
  }

  /** Steps over what a sticky pattern matches here. */
  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match !== null) this.at = pattern.lastIndex;
    return match;
  }

  /** Steps over white space and comments. @returns whether there were any */
  cfws(): boolean | null {
    if (!this.nextIs(CFWS_START)) return false;
    const start = this.at;
    const end = skipCfws(this.text, start);
    this.at = end < 0 ? this.text.length : end;
    return end < 0 ? this.fail("comment-unterminated", start) : true;
  }

  /** Steps over all characters that are of one of the kinds. @returns what was stepped over */
  run(kinds: number): string {
    const { text, at: start } = this;
    let shared = -1;
    let at = start;
    for (; at < text.length; at++) {
      const own = kindsOf(text.charCodeAt(at));
      if ((own & kinds) === 0) break;
      shared &= own;
    }
    this.at = at;
    this.shared = shared;
    return text.slice(start, at);
  }

  /** @returns the Keyword that is next (RFC 5321 §4.1.2: its last character is not a hyphen), in lower case */
  keyword(otherwise: DefectCode): string | null {
    const start = this.at;
    const word = this.run(KEYWORD);
    if (word === "" || this.text.charAt(this.at - 1) === "-") return this.fail(otherwise, start);
    return (this.shared & LOWER_CASE) !== 0 ? word : word.toLowerCase();
  }

  /** @returns the number that is next, at most the largest safe integer */
  number(otherwise: DefectCode): number | null {
    const digits = this.run(DIGIT);
    return digits === "" ? this.fail(otherwise) : Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
  }

  /** Reports a defect that is harmless. */
  note(code: DefectCode, at: number): void {
    this.defects.push({ code, at });
  }

  /** Reports a defect that ends the reading. A failure at the end of a text that was cut is due to the cut. */
  fail(code: DefectCode, at = this.at): null {
    this.defects.push(this.cut !== null && this.atEnd() ? this.cut : { code, at });
    return null;
  }
}

/** The line end after a field may come with its value; it is not part of what is read here. */
function withoutLineEnd(value: string): string {
  if (!value.endsWith("\n")) return value;
  return value.slice(0, value.endsWith("\r\n") ? -2 : -1);
}

function cutOf(text: string): Defect | null {
  const at = text.search(UNREADABLE);
  if (at >= 0 && at < MAX_FIELD_LENGTH) return { code: "control-character", at };
  return text.length > MAX_FIELD_LENGTH ? { code: "too-large", at: MAX_FIELD_LENGTH } : null;
}
