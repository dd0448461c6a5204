import { DnsConfigurationError } from "./errors.js";

/** The lexical layer of master files: entries of tokens. RFC 1035 §5.1 */

/** A word or a quoted string; `raw` has no quotes, but still has its escapes. */
export interface Token {
  readonly raw: string;
  readonly quoted: boolean;
}

/** One entry: a line, or several inside parentheses. */
export interface Entry {
  /** Counted from 1: where the entry begins. */
  readonly line: number;
  /** The entry begins with white space: its owner is the last stated one. */
  readonly ownerBlank: boolean;
  readonly tokens: readonly [Token, ...Token[]];
}

/** Says what is wrong at a line of the file. */
export type Fault = (line: number, message: string) => DnsConfigurationError;

export function faultsOf(fileName: string): Fault {
  return (line, message) => new DnsConfigurationError("zone-unreadable", `${fileName}:${line}: ${message}`);
}

const WORD_END = /[ \t\r\n;()"]/;
const QUOTED_END = /["\n]/;

/** @param source a binary string */
export function* entriesOf(source: string, fault: Fault): Generator<Entry> {
  let line = 1;
  let depth = 0;
  let start = { line, ownerBlank: isBlank(source.charAt(0)) };
  let tokens: Token[] = [];
  for (let at = 0; at < source.length; at++) {
    const c = source.charAt(at);
    if (c === "\n") {
      line++;
      if (depth > 0) continue;
      if (isEntry(tokens)) yield { ...start, tokens };
      tokens = [];
      start = { line, ownerBlank: isBlank(source.charAt(at + 1)) };
    } else if (c === "(") {
      depth++;
    } else if (c === ")") {
      if (depth-- === 0) throw fault(line, "a parenthesis closes that was not opened");
    } else if (c === ";") {
      at = endOfLine(source, at) - 1;
    } else if (!isBlank(c)) {
      const token = c === '"' ? quotedToken(source, at) : wordToken(source, at);
      if (token === null) throw fault(line, "a quoted string does not end on its line");
      tokens.push(token);
      at += token.raw.length + (token.quoted ? 1 : -1);
    }
  }
  if (depth > 0) throw fault(start.line, "a parenthesis is not closed");
  if (isEntry(tokens)) yield { ...start, tokens };
}

/** Resolves a token's escapes: `\DDD` is the octet of that decimal number, `\X` is X. null if an escape is neither. */
export function unescaped(raw: string): string | null {
  if (!raw.includes("\\")) return raw;
  let octets = "";
  for (let at = 0; at < raw.length; at++) {
    if (raw.charAt(at) !== "\\") {
      octets += raw.charAt(at);
      continue;
    }
    const length = escapeLength(raw, at);
    if (length === null) return null;
    octets += length === 2 ? raw.charAt(at + 1) : String.fromCharCode(Number(raw.slice(at + 1, at + 4)));
    at += length - 1;
  }
  return octets;
}

/** Length of the escape whose backslash is at `at`: 2 for `\X`, 4 for `\DDD`, null if it is not an escape. */
export function escapeLength(raw: string, at: number): 2 | 4 | null {
  const first = raw.charAt(at + 1);
  if (first === "") return null;
  if (!/[0-9]/.test(first)) return 2;
  const digits = raw.slice(at + 1, at + 4);
  return /^[0-9]{3}$/.test(digits) && Number(digits) <= 255 ? 4 : null;
}

function wordToken(source: string, at: number): Token {
  const end = endOf(source, at, WORD_END);
  return { raw: source.slice(at, end), quoted: false };
}

function quotedToken(source: string, at: number): Token | null {
  const end = endOf(source, at + 1, QUOTED_END);
  return source.charAt(end) === '"' ? { raw: source.slice(at + 1, end), quoted: true } : null;
}

/** @returns the index of the first octet of `ends` that is not escaped; a line end cannot be escaped */
function endOf(source: string, at: number, ends: RegExp): number {
  for (let end = at; end < source.length; end++) {
    if (ends.test(source.charAt(end))) return end;
    if (source.charAt(end) === "\\" && source.charAt(end + 1) !== "\n") end++;
  }
  return source.length;
}

function endOfLine(source: string, at: number): number {
  const end = source.indexOf("\n", at);
  return end === -1 ? source.length : end;
}

function isEntry(tokens: Token[]): tokens is [Token, ...Token[]] {
  return tokens.length > 0;
}

function isBlank(c: string): boolean {
  return c === " " || c === "\t" || c === "\r";
}
