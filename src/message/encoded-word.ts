import { decodeUtf8Lossy, octetsOf } from "./octets.js";

/**
 * RFC 2047 §2; a language may follow the charset (RFC 2231 §5). Spaces in the text are not allowed, but many readers
 * accept them. No part contains "?", so that each attempt to match ends soon.
 */
const ENCODED_WORD = /=\?([^?* ]+)(?:\*[^? ]*)?\?([bq])\?([^?]*)\?=/gi;

/** @returns whether the text has something that a reader may take for an encoded-word */
export function hasEncodedWord(text: string): boolean {
  return text.includes("=?") && text.search(ENCODED_WORD) >= 0;
}

/**
 * @returns whether the text has an encoded-word in an unknown charset in which ASCII octets may mean other characters
 * (EBCDIC, ISO 2022, HTML entities): a reader that knows it may show an address where we see none
 */
export function hasUnknownCharset(text: string): boolean {
  for (const [, charset = ""] of text.matchAll(ENCODED_WORD)) {
    const name = charset.toLowerCase();
    if (!UTF_7.has(name) && decoderOf(name) === null && !KEEPS_ASCII.test(name.replace(/[^a-z0-9]+/g, ""))) return true;
  }
  return false;
}

/**
 * Charsets that TextDecoder does not know but in which ASCII shows, without punctuation: placeholders, misspellings,
 * DOS.
 */
const KEEPS_ASCII =
  /^(?:x?unknown(?:8bit)?|default|[78]bit|utf8(?:mb[34])?|utf32[bl]?e?|ucs4|iso8859\d+|8859\d+|latin\d+|(?:win|windows)125\d|cp(?:437|737|775|85\d|86\d|874|932|936|949|950)|koi8\w|viscii)$/;

/**
 * Decodes the encoded-words of a display name, wherever they are: real mail programs decode them inside quoted strings
 * and without white space around them, too, and we have to see what they show. For display only, never on the way to an
 * address.
 * @param binary the name as a binary string
 * @returns the name as characters. As those programs do, it takes an unknown charset for UTF-8 and tolerates bad
 * base64.
 */
export function decodeEncodedWords(binary: string): string {
  if (!binary.includes("=?")) return decodeUtf8Lossy(binary);
  let text = "";
  let at = 0;
  let run: { charset: string; octets: string } | null = null;
  for (const match of binary.matchAll(ENCODED_WORD)) {
    const [written, charset = "", encoding = "", content = ""] = match;
    const octets = encoding.toLowerCase() === "q" ? decodeQ(content) : decodeB(content);
    const between = binary.slice(at, match.index);
    // RFC 2047 §6.2: white space between two encoded-words is not shown.
    const adjacent = run !== null && /^[ \t]*$/.test(between);
    if (adjacent && run?.charset === charset.toLowerCase()) {
      run.octets += octets; // joins a character that was cut in two
    } else {
      text += shown(run) + (adjacent ? "" : decodeUtf8Lossy(between));
      run = { charset: charset.toLowerCase(), octets };
    }
    at = match.index + written.length;
  }
  return text + shown(run) + decodeUtf8Lossy(binary.slice(at));
}

function shown(run: { charset: string; octets: string } | null): string {
  if (run === null) return "";
  if (UTF_7.has(run.charset)) return decodeUtf7(run.octets);
  let decoder = decoderOf(run.charset) ?? new TextDecoder();
  if (decoder.encoding === "utf-16le" && run.charset !== "utf-16le") decoder = new TextDecoder(byteOrderOf(run.octets));
  // As a stream, because Node 20 decodes windows-1252 as ISO-8859-1 if it is given the whole at once.
  return decoder.decode(octetsOf(run.octets), { stream: true }) + decoder.decode();
}

/** RFC 2047 §4.2. */
function decodeQ(content: string): string {
  return content
    .replaceAll("_", " ")
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** RFC 2047 §4.1; other characters are ignored; padding may be missing, or appear between two pieces. */
function decodeB(content: string): string {
  const pieces = content.replace(/[^A-Za-z0-9+/=]+/g, "").split("=");
  return pieces.map((piece) => atob(piece.length % 4 === 1 ? piece.slice(0, -1) : piece)).join("");
}

/** Roundcube and Thunderbird read it, TextDecoder does not. */
const UTF_7: ReadonlySet<string> = new Set(["utf-7", "utf7", "unicode-1-1-utf-7", "utf-7-imap"]);

/** RFC 2152: base64 of UTF-16 after "+"; after "&", and with "," for "/", in IMAP's form (RFC 3501 §5.1.3). */
function decodeUtf7(octets: string): string {
  const decoder = new TextDecoder("utf-16be");
  return octets.replace(/[+&]([A-Za-z0-9+/,]*)-?/g, (shift, base64: string) =>
    base64 === "" ? shift.charAt(0) : decoder.decode(octetsOf(decodeB(base64.replaceAll(",", "/")))),
  );
}

/** Without a byte order mark readers guess (RFC 2781 §4.3): the zero octets of ASCII show the order of an address. */
function byteOrderOf(octets: string): "utf-16be" | "utf-16le" {
  if (octets.startsWith("\xfe\xff")) return "utf-16be";
  let leading = 0;
  for (let at = 0; at < octets.length; at++) if (octets.charCodeAt(at) === 0) leading += at % 2 === 0 ? 1 : -1;
  return leading > 0 ? "utf-16be" : "utf-16le";
}

function decoderOf(charset: string): TextDecoder | null {
  try {
    return new TextDecoder(charset);
  } catch {
    return null;
  }
}
