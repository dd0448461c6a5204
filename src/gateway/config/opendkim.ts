/** OpenDKIM's files: KeyTable, SigningTable and lists of hosts. opendkim.conf(5), "DATA SETS" in opendkim(8) */
import { domainOf, selectorOf } from "../../message/domain.js";
import { NetworkList } from "../policy/network-list.js";
import type { SigningTableEntry } from "../policy/signing-table.js";

/** What was read, and what is wrong, in lines that begin with the file and the line number. */
export interface Reading<T> {
  readonly entries: readonly T[];
  readonly problems: readonly string[];
  /** Lines that are read, but have no effect here. */
  readonly warnings: readonly string[];
}

export interface KeyTableEntry {
  readonly name: string;
  /** d=; null is the author's own domain (`%`). */
  readonly domain: string | null;
  readonly selector: string;
  /** The path of the private key, as the table has it. */
  readonly file: string;
}

/** `NAME DOMAIN:SELECTOR:PATH`; an algorithm after it (since 2026) is ignored, because the key itself shows it. */
export function parseKeyTable(text: string, file: string): Reading<KeyTableEntry> {
  return readLines(text, file, ({ key, value }) => {
    const [domainText = "", selectorText = "", path = ""] = value.split(":").map((part) => part.trim());
    const domain = domainOf(domainText); // null for %, too
    const selector = selectorOf(selectorText);
    if (domain === null && domainText !== "%") return problem(`${key}: ${shown(domainText)} is no domain`);
    if (selector === null) return problem(`${key}: ${shown(selectorText)} is no selector`);
    if (!/^\.{0,2}\//.test(path)) {
      return problem(
        `${key}: name the private key's file, by a path that begins with / or ./ (keys in the table are not read)`,
      );
    }
    if (path.includes("%")) return problem(`${key}: a % in the path is not supported; name each domain's key`);
    return entry({ name: key, domain, selector, file: path });
  });
}

/** `PATTERN KEYNAME[:SIGNER]`: which key, and the signature's i=. */
export function parseSigningTable(text: string, file: string): Reading<SigningTableEntry> {
  return readLines(text, file, ({ key, value }) => {
    const [keyName = "", signer = ""] = value.split(/[:,]/).map((part) => part.trim());
    if (keyName === "") return problem(`${key}: names no key of the KeyTable`);
    return entry({ pattern: key, keyName, signer: signer === "" ? null : signer });
  });
}

/** InternalHosts and similar lists: addresses and networks; a leading `!` excludes. Host names are not looked up. */
export function parseHostList(text: string, file: string): Reading<string> {
  return readLines(text, file, ({ key }) => {
    if (key === "localhost") return entry("127.0.0.0/8", "::1");
    try {
      new NetworkList([key]);
      return entry(key);
    } catch {
      return warning(`${JSON.stringify(key)} has no effect: hosts are told by address or network, names prove nothing`);
    }
  });
}

interface Line {
  readonly key: string;
  readonly value: string;
}

interface LineReading<T> {
  readonly entries: readonly T[];
  readonly problem: string | null;
  readonly warning: string | null;
}

function entry<T>(...values: T[]): LineReading<T> {
  return { entries: values, problem: null, warning: null };
}

function problem(text: string): LineReading<never> {
  return { entries: [], problem: text, warning: null };
}

function warning(text: string): LineReading<never> {
  return { entries: [], problem: null, warning: text };
}

/** A longer word may be a pasted key, which no message repeats. */
const MAX_SHOWN = 64;

function shown(text: string): string {
  return text.length <= MAX_SHOWN ? JSON.stringify(text) : "what stands there";
}

/** One entry a line, `#` begins a comment, the first white space ends the key. */
function readLines<T>(text: string, file: string, read: (line: Line) => LineReading<T>): Reading<T> {
  const entries: T[] = [];
  const problems: string[] = [];
  const warnings: string[] = [];
  text.split("\n").forEach((line, i) => {
    const content = line.split("#", 1)[0]!.trim();
    if (content === "") return;
    const [key = ""] = content.split(/\s/, 1);
    const reading = read({ key, value: content.slice(key.length).trim() });
    entries.push(...reading.entries);
    if (reading.problem !== null) problems.push(`${file}:${i + 1}: ${reading.problem}`);
    if (reading.warning !== null) warnings.push(`${file}:${i + 1}: ${reading.warning}`);
  });
  return { entries, problems, warnings };
}
