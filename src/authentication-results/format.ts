import { areStrings, ArgumentError, checkOptions } from "../message/argument-error.js";
import { encodeUtf8 } from "../message/octets.js";
import { consistsOf, isDomainName, isDotAtom, isKeyword, TOKEN } from "./characters.js";
import { MAX_FIELD_LENGTH, MAX_RESULTS, MAX_WRITTEN_VALUE } from "./limits.js";
import type { MethodResult, Property } from "./types.js";

/** RFC 5322 §2.1.1: lines should not be longer. */
const MAX_LINE_LENGTH = 78;
/** RFC 6008 §4 */
const MIN_PREFIX_LENGTH = 8;
/**
 * Upper bounds for what each part adds to a field: "; " and a fold before it, and what each space adds when it folds.
 */
const SEPARATOR_LENGTH = 4;
const FOLD_LENGTH = 2;

/** A caller asked for something that no field can express. */
export class FormatError extends Error {
  override readonly name = "FormatError";

  constructor(
    readonly code: "authserv-id-invalid" | "keyword-invalid" | "version-invalid" | "too-large" | "line-break",
    message: string,
  ) {
    super(message);
  }
}

/**
 * Writes the value of an Authentication-Results field, unfolded and without comments. RFC 8601 §2.2
 *
 * `parseAuthenticationResults` is its inverse, except for what no field can carry: each control character but HTAB
 * becomes `?`; a reason or property value over {@link MAX_WRITTEN_VALUE} octets is left out, and so are results beyond
 * {@link MAX_RESULTS} or the length of a field that is read. Values may contain anything; they are quoted if necessary.
 * @param field names in lower case; without results it is `none`
 * @throws {FormatError} for an authserv-id that is empty or has control characters; for methods, results, ptypes and
 *   properties that are not Keywords (RFC 5321 §4.1.2), which never come from a message; and for a first result that is
 *   longer than a field
 * @throws {ArgumentError} for arguments of the wrong type
 */
export function formatAuthenticationResults(field: Field): string {
  checkField(field);
  return formatOwnResults(field);
}

interface Field {
  readonly authservId: string;
  readonly results: readonly MethodResult[];
}

/** As {@link formatAuthenticationResults}, for results of our own making: their types are not checked. */
export function formatOwnResults({ authservId, results }: Field): string {
  const id = isToken(authservId) ? authservId : quotedId(authservId);
  if (results.length === 0) return `${id}; none`;
  const parts = fitting(results.slice(0, MAX_RESULTS).map(formatResult), MAX_FIELD_LENGTH - id.length);
  if (parts.length === 0) throw new FormatError("too-large", "a result is longer than a field");
  return [id, ...parts].join("; ");
}

/** @throws {FormatError} `authserv-id-invalid` */
export function checkAuthservId(id: unknown): void {
  if (typeof id === "string" && id !== "" && withoutControls(id) === id) return;
  throw new FormatError("authserv-id-invalid", `"${withoutControls(String(id))}" is no authserv-id`);
}

function quotedId(authservId: string): string {
  checkAuthservId(authservId);
  return quote(authservId);
}

function checkField(field: Field): void {
  checkOptions(field);
  checkAuthservId(field.authservId);
  if (Array.isArray(field.results) && field.results.every(isResult)) return;
  throw new ArgumentError("results-invalid", "results is no array of results as parseAuthenticationResults answers");
}

function isResult(result: Partial<MethodResult> | null | undefined): boolean {
  if (!areStrings([result?.method, result?.result, result?.reason ?? ""])) return false;
  const properties: unknown = result?.properties;
  return Array.isArray(properties) && properties.every(isProperty);
}

function isProperty(property: Partial<Property> | null | undefined): boolean {
  return areStrings([property?.ptype, property?.property, property?.value]);
}

/**
 * Makes a field of a name and a value, folded at 78 octets if white space outside quoted strings allows it.
 * RFC 5322 §2.2.3
 * @returns the whole field with its final line end, as characters
 * @throws {FormatError} `line-break`, if the value has line ends already
 */
export function foldField(name: string, value: string, lineEnding: "\r\n" | "\n"): string {
  if (/[\r\n]/.test(value)) throw new FormatError("line-break", `the value of ${name} holds line ends`);
  const lines: string[] = [];
  let line = `${name}:`;
  let length = line.length;
  wordsOf(value).forEach((word, i) => {
    const wordLength = encodeUtf8(word).length;
    if (i > 0 && wordLength > 0 && length + 1 + wordLength > MAX_LINE_LENGTH) {
      lines.push(line);
      line = "";
      length = 0;
    }
    line += ` ${word}`;
    length += 1 + wordLength;
  });
  return [...lines, line].join(lineEnding) + lineEnding;
}

/**
 * The start of each signature's `b=` that distinguishes it from the message's other signatures: at least 8 characters,
 * and as many more as make it unique. RFC 6008 §4
 * @param texts the `b=` texts of all signatures of one message, without white space
 * @returns one prefix for each; signatures with the same text have the same one
 */
export function signaturePrefixes(texts: readonly string[]): string[] {
  if (texts.length === 1) return [texts[0]!.slice(0, MIN_PREFIX_LENGTH)];
  const sorted = [...new Set(texts)].sort();
  const lengths = new Map<string, number>();
  sorted.forEach((text, i) => {
    const shared = Math.max(sharedLength(text, sorted[i - 1] ?? ""), sharedLength(text, sorted[i + 1] ?? ""));
    lengths.set(text, Math.max(MIN_PREFIX_LENGTH, shared + 1));
  });
  return texts.map((text) => text.slice(0, lengths.get(text)));
}

function formatResult({ method, methodVersion, result, reason, properties }: MethodResult): string {
  if (!Number.isSafeInteger(methodVersion) || methodVersion < 0) {
    throw new FormatError("version-invalid", `${methodVersion} is no method version`);
  }
  const version = methodVersion === 1 ? "" : `/${methodVersion}`;
  const words = [`${keyword(method)}${version}=${keyword(result)}`];
  const text = typeof reason === "string" ? formatValue(reason, isToken) : null;
  if (text !== null) words.push(`reason=${text}`);
  for (const property of properties) {
    const word = formatProperty(property);
    if (word !== null) words.push(word);
  }
  return words.join(" ");
}

function formatProperty({ ptype, property, value }: Property): string | null {
  const text = formatValue(value, (plain) => isToken(plain) || isPlainAddress(plain));
  return text === null ? null : `${keyword(ptype)}.${keyword(property)}=${text}`;
}

/** @returns the value as it is written, or null if it is too long for a line */
function formatValue(value: string, isPlain: (value: string) => boolean): string | null {
  if (value.length > MAX_WRITTEN_VALUE) return null;
  if (isPlain(value)) return value; // ASCII: as many octets as characters
  const carried = withoutControls(value);
  const text = isPlain(carried) ? carried : quote(carried);
  return encodeUtf8(text).length > MAX_WRITTEN_VALUE ? null : text;
}

function keyword(text: string): string {
  if (!isKeyword(text)) throw new FormatError("keyword-invalid", `"${withoutControls(text)}" is no Keyword`);
  return text.toLowerCase();
}

function isToken(text: string): boolean {
  return text !== "" && consistsOf(text, TOKEN);
}

/** [local-part] "@" domain-name, in ASCII and without characters that trip up some readers. */
function isPlainAddress(text: string): boolean {
  const at = text.indexOf("@");
  if (at < 0) return false;
  const localPart = text.slice(0, at);
  const domain = text.slice(at + 1);
  if (!consistsOf(localPart, TOKEN) || !consistsOf(domain, TOKEN)) return false;
  return (at === 0 || isDotAtom(localPart)) && isDomainName(domain);
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** A control character is replaced, not dropped: without it `bank<NUL>.example` would name another domain. */
function withoutControls(text: string): string {
  return text.replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/g, "?");
}

/** As many of the parts, from the first on, as fit into a field of that length when it is folded. */
function fitting(parts: readonly string[], length: number): readonly string[] {
  // Always true but for a message that somebody made to be long.
  if (parts.join("").length * (1 + FOLD_LENGTH) + parts.length * SEPARATOR_LENGTH <= length) return parts;
  let left = length;
  const end = parts.findIndex((part) => {
    left -= part.length + SEPARATOR_LENGTH + FOLD_LENGTH * (part.split(" ").length - 1);
    return left < 0;
  });
  return parts.slice(0, end < 0 ? parts.length : end);
}

/** Splits at the spaces outside quoted strings. */
function wordsOf(value: string): string[] {
  if (!value.includes('"')) return value.split(" ");
  const words: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let i = 0; i < value.length; i++) {
    const c = value.charAt(i);
    if (c === '"') isQuoted = !isQuoted;
    else if (c === "\\" && isQuoted) i++;
    else if (c === " " && !isQuoted) {
      words.push(value.slice(start, i));
      start = i + 1;
    }
  }
  words.push(value.slice(start));
  return words;
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}
