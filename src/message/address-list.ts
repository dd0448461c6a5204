import { skipCfws, readQuotedString } from "./cfws.js";
import { domainOf } from "./domain.js";
import { decodeEncodedWords, hasEncodedWord } from "./encoded-word.js";
import { decodeUtf8 } from "./octets.js";

/** One mailbox of an address list. RFC 5322 §3.4 */
export interface Mailbox {
  /** For display only: encoded-words decoded (RFC 2047), as characters; null if there is none. */
  readonly displayName: string | null;
  /** As written, unquoted, as characters. */
  readonly localPart: string;
  /** Lower-case A-labels. */
  readonly domain: string;
}

/** Octets of a list; a longer one is not read. RFC 5322 §2.1.1 has lines of 998, and no author fills 65 of them. */
export const MAX_ADDRESS_LIST_OCTETS = 64 * 1024;

/** Mailboxes of a list; a longer one is not read. No real From has more than a few; this bounds the memory. */
export const MAX_MAILBOXES = 256;

/** Control characters but HTAB: some readers cut a text at them, some skip them, some show them. */
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

/** Invisible in an address: C1 controls, bidi controls, zero-width characters, line separators. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** RFC 5322 §3.2.3 atext, and the octets of UTF-8 (RFC 6532 §3.2). */
const ATOM = /[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\x80-\xff]+/y;

/**
 * Reads a list of mailboxes and groups (RFC 5322 §3.4, with §4.4 and RFC 6854). Because a verdict depends on its
 * domains, anything that is not fully understood makes the whole list unreadable.
 * @param value a field's value, a binary string; it may still be folded
 * @returns the mailboxes, those in groups too; null if the list cannot be read, one of its addresses has no domain
 * name, or it is over {@link MAX_ADDRESS_LIST_OCTETS} or {@link MAX_MAILBOXES}
 */
export function parseAddressList(value: string): readonly Mailbox[] | null {
  if (value.length > MAX_ADDRESS_LIST_OCTETS) return null;
  const text = value.replace(/\r?\n(?=[ \t])/g, "");
  if (CONTROL.test(text)) return null;
  const reader = new AddressListReader(text);
  return reader.readList("") ? reader.mailboxes : null;
}

/** What precedes `<`, `@` or `:`; which of them follows decides what it is. */
interface Words {
  readonly count: number;
  /** The words as a phrase, white space and comments between them as one space. Binary. */
  readonly phrase: string;
  /** The words as a local part, or null if they are not words with single dots between them. Binary. */
  readonly localPart: string | null;
}

/** Recursive descent with one octet of lookahead. The methods that read return false or null if they cannot. */
class AddressListReader {
  readonly mailboxes: Mailbox[] = [];
  private at = 0;
  /** The comments of the mailbox that is being read. Binary. */
  private comments = "";

  constructor(private readonly text: string) {}

  /** Reads elements up to `stop`; `""` is the end of the text. Empty elements are obsolete syntax (RFC 5322 §4.4). */
  readList(stop: "" | ";"): boolean {
    for (;;) {
      this.comments = "";
      if (!this.skip()) return false;
      if (this.next() === stop) return true;
      if (this.next() !== ",") {
        if (!this.readElement(stop === "")) return false;
        if (this.next() === stop) return true;
        if (this.next() !== ",") return false;
      }
      this.at++;
    }
  }

  private readElement(groupAllowed: boolean): boolean {
    const words = this.readWords();
    if (words === null) return false;
    switch (this.next()) {
      case "@":
        return this.readAddress(words, "");
      case "<":
        return this.readAngleAddress(words.phrase);
      case ":":
        return groupAllowed && words.count > 0 && this.readGroup();
      default:
        return false;
    }
  }

  /** RFC 5322 §3.4: group = display-name ":" [group-list] ";" and no groups within. */
  private readGroup(): boolean {
    this.at++;
    if (!this.readList(";")) return false;
    this.at++;
    return this.skip();
  }

  /** RFC 5322 §3.4 angle-addr, §4.4 obs-route. */
  private readAngleAddress(phrase: string): boolean {
    this.at++;
    if (!this.skip()) return false;
    if ((this.next() === "@" || this.next() === ",") && !this.readRoute()) return false;
    const words = this.readWords();
    return words !== null && this.next() === "@" && this.readAddress(words, phrase, ">");
  }

  /** RFC 5322 §4.4: a route is read to be ignored. */
  private readRoute(): boolean {
    while (this.next() === "," || this.next() === "@") {
      if (this.next() === "@") {
        this.at++;
        if (this.readDomain() === null) return false;
        if (this.next() === ":") {
          this.at++;
          return true;
        }
        if (this.next() !== ",") return false;
      }
      this.at++;
      if (!this.skip()) return false;
    }
    return false;
  }

  /** Reads the "@" and the domain; `close` must follow. RFC 5322 §3.4.1 */
  private readAddress(words: Words, phrase: string, close: "" | ">" = ""): boolean {
    this.at++;
    const domainText = this.readDomain();
    if (words.localPart === null || domainText === null) return false;
    if (close !== "") {
      if (this.next() !== close) return false;
      this.at++;
      if (!this.skip()) return false;
    }
    const localPart = decodeUtf8(words.localPart);
    const domain = domainOf(decodeUtf8(domainText) ?? "");
    if (localPart === null || UNSEEN.test(localPart) || domain === null) return false;
    // RFC 2047 §5: no encoded-words in an address. A reader that decodes one there shows a different address.
    if (hasEncodedWord(localPart)) return false;
    if (this.mailboxes.length >= MAX_MAILBOXES) return false;
    // RFC 5322 §3.4: without a display name, some readers show a comment as the name.
    this.mailboxes.push({ displayName: nameOf(phrase === "" ? this.comments : phrase), localPart, domain });
    return true;
  }

  /** Reads words and dots, with white space and comments around them: a phrase (§4.1) or a local part (§4.4). */
  private readWords(): Words | null {
    let count = 0;
    let phrase = "";
    let localPart = "";
    let wordExpected = true;
    let alternating = true;
    for (;;) {
      const before = this.at;
      if (!this.skip()) return null;
      const gap = phrase !== "" && this.at > before ? " " : "";
      const isDot = this.next() === ".";
      if (isDot && count === 0) return null;
      const word = isDot ? "." : this.readWord();
      if (word === null) return null;
      if (word === undefined) break;
      if (isDot) this.at++;
      else count++;
      if (isDot === wordExpected) alternating = false;
      wordExpected = isDot;
      phrase += gap + word;
      localPart += word;
    }
    return { count, phrase, localPart: alternating && !wordExpected ? localPart : null };
  }

  /** @returns the word's content; undefined if none begins here, null if one never ends. RFC 5322 §3.2.5 */
  private readWord(): string | null | undefined {
    if (this.next() !== '"') return this.readAtom() ?? undefined;
    const quoted = readQuotedString(this.text, this.at);
    if (quoted === null) return null;
    this.at = quoted.end;
    return quoted.value;
  }

  /**
   * RFC 5322 §3.4.1 dot-atom, §4.4 obs-domain, and the space after it. Domain literals are not read: no domain can
   * vouch for such an address.
   */
  private readDomain(): string | null {
    let domain = "";
    for (;;) {
      if (!this.skip()) return null;
      const atom = this.readAtom();
      if (atom === null) return null;
      domain += atom;
      if (!this.skip()) return null;
      if (this.next() !== ".") return domain;
      domain += ".";
      this.at++;
    }
  }

  private readAtom(): string | null {
    ATOM.lastIndex = this.at;
    const atom = ATOM.exec(this.text)?.[0] ?? null;
    if (atom !== null) this.at += atom.length;
    return atom;
  }

  private skip(): boolean {
    const end = skipCfws(this.text, this.at);
    if (end < 0) return false;
    if (end > this.at) this.comments += commentsIn(this.text.slice(this.at, end));
    this.at = end;
    return true;
  }

  /** @returns the next octet, or "" at the end */
  private next(): string {
    return this.text.charAt(this.at);
  }
}

/** @returns the contents of the comments in white space and comments, each with a space in front */
function commentsIn(cfws: string): string {
  let content = "";
  let depth = 0;
  for (let i = 0; i < cfws.length; i++) {
    let c = cfws.charAt(i);
    if (c === ")") depth--;
    if (c === "\\") c = cfws.charAt(++i);
    else if (c === "(" && depth++ === 0) c = " ";
    if (depth > 0) content += c;
  }
  return content;
}

function nameOf(binary: string): string | null {
  const name = decodeEncodedWords(binary)
    .replace(/[\t\n\v\f\r]/g, " ")
    .replace(/\p{Cc}/gu, "") // readers show nothing in its place
    .trim();
  return name === "" ? null : name;
}
