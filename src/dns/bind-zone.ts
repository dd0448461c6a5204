import { DnsError, type Resolver, type TxtAnswer } from "../dkim/resolver.js";
import { encodeUtf8 } from "../message/octets.js";
import { entriesOf, escapeLength, faultsOf, unescaped, type Entry, type Fault, type Token } from "./master-file.js";

/** Links of a CNAME chain that are followed; resolvers give up at 8 to 16, and more is a mistake in the zone. */
const MAX_CNAMES = 8;
/** RFC 1035 §3.3 */
const MAX_STRING_OCTETS = 255;
/**
 * RFC 1035 §2.3.4, if each octet is an escape of four characters. A bound is needed, as all parents of a name are kept.
 */
const MAX_NAME_LENGTH = 4 * 253;
/** RFC 2181 §8 */
const MAX_TTL = 2 ** 31 - 1;

const CLASSES: ReadonlySet<string> = new Set(["IN", "CH", "HS", "CS"]);
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** The records at one name. */
interface Node {
  readonly records: string[];
  /** seconds; the least of its records', undefined if none has one */
  ttl: number | undefined;
  cname: string | undefined;
}

/**
 * A resolver over a master file (RFC 1035 §5): TXT and CNAME of class IN, with wildcards (RFC 4592). Other records
 * matter only in that their names exist. `$INCLUDE` and `$GENERATE` are refused.
 * @param text the file's text
 * @param fileName what errors call the file
 * @throws {DnsConfigurationError} `zone-unreadable`, the message begins with file and line
 */
export function readBindZone(text: string, fileName: string): Resolver {
  const nodes = new Map<string, Node>();
  const fault = faultsOf(fileName);
  const context: Context = { fault, origin: null, owner: null, defaultTtl: undefined, lastTtl: undefined };
  for (const entry of entriesOf(encodeUtf8(text), fault)) {
    if (!entry.ownerBlank && entry.tokens[0].raw.startsWith("$")) readDirective(entry, context);
    else readRecord(entry, context, nodes);
  }
  addParents(nodes);
  return { resolveTxt: (name) => answerOf(nodes, name) };
}

/** What earlier entries determine for later ones. */
interface Context {
  readonly fault: Fault;
  origin: string | null;
  owner: string | null;
  defaultTtl: number | undefined;
  lastTtl: number | undefined;
}

function readDirective({ tokens: [directive, argument], line }: Entry, context: Context): void {
  const name = directive.raw.toUpperCase();
  if (name !== "$ORIGIN" && name !== "$TTL") throw context.fault(line, `${directive.raw} is not supported`);
  if (argument === undefined) throw context.fault(line, `${name} needs a value`);
  if (name === "$ORIGIN") {
    context.origin = absoluteName(argument, line, context);
    return;
  }
  const ttl = secondsOf(argument.raw);
  if (ttl === null) throw context.fault(line, `${argument.raw} is no time to live`);
  context.defaultTtl = ttl;
}

/** `[owner] [TTL] [class] type data`, TTL and class in either order. */
function readRecord({ tokens, line, ownerBlank }: Entry, context: Context, nodes: Map<string, Node>): void {
  if (!ownerBlank) context.owner = absoluteName(tokens[0], line, context);
  if (context.owner === null) throw context.fault(line, "the first record has no owner");
  let at = ownerBlank ? 0 : 1;
  let isInternet = true;
  let ttl = context.defaultTtl ?? context.lastTtl; // RFC 2308 §4, RFC 1035 §5.1
  for (; at < tokens.length; at++) {
    const word = tokens[at]!.raw;
    const seconds = secondsOf(word);
    if (seconds !== null) ttl = context.lastTtl = seconds;
    else if (CLASSES.has(word.toUpperCase())) isInternet = word.toUpperCase() === "IN";
    else break;
  }
  const type = tokens[at];
  if (type === undefined || !/^[a-z][a-z0-9-]*$/i.test(type.raw)) throw context.fault(line, "a record has no type");
  const node = nodeAt(nodes, context.owner);
  if (isInternet && addRecord(node, type.raw.toUpperCase(), tokens.slice(at + 1), line, context)) {
    if (ttl !== undefined) node.ttl = Math.min(ttl, node.ttl ?? ttl);
  }
}

/** @returns whether the record is of a type that is used */
function addRecord(node: Node, type: string, data: Token[], line: number, context: Context): boolean {
  if (type === "TXT") node.records.push(textOf(data, line, context.fault));
  else if (type === "CNAME") node.cname = targetOf(node, data, line, context);
  else return false;
  // RFC 1034 §3.6.2
  if (node.cname !== undefined && node.records.length > 0) throw context.fault(line, "a CNAME stands beside a TXT");
  return true;
}

/** RFC 1035 §3.3.14; RFC 6376 §3.6.2.2: the strings are joined. */
function textOf(data: Token[], line: number, fault: Fault): string {
  if (data.length === 0) throw fault(line, "a TXT record has no string");
  if (data[0]!.raw === "\\#") throw fault(line, "the generic form of RFC 3597 is not supported");
  return data
    .map(({ raw }) => {
      const string = unescaped(raw);
      if (string === null) throw fault(line, "a backslash is followed by no octet or by a number above 255");
      if (string.length > MAX_STRING_OCTETS) throw fault(line, `a string is longer than ${MAX_STRING_OCTETS} octets`);
      return string;
    })
    .join("");
}

function targetOf(node: Node, data: Token[], line: number, context: Context): string {
  if (node.cname !== undefined) throw context.fault(line, "a name has two CNAME records");
  if (data.length !== 1) throw context.fault(line, "a CNAME record has one name");
  return absoluteName(data[0]!, line, context);
}

/** @returns the name in lower case without its final dot; "" is the root */
function absoluteName(token: Token, line: number, { origin, fault }: Context): string {
  const name = unescapedName(token.raw);
  if (name === null) throw fault(line, `${token.raw} is no name`);
  const isAbsolute = name.endsWith(".");
  if (!isAbsolute && origin === null) throw fault(line, `${token.raw} is relative, and no $ORIGIN stands above`);
  const absolute = isAbsolute ? name.slice(0, -1) : below(origin!, token.raw === "@" ? "" : name);
  if (absolute.length > MAX_NAME_LENGTH) throw fault(line, "a name is longer than a name can be");
  return absolute;
}

function below(origin: string, name: string): string {
  return [name, origin].filter((part) => part !== "").join(".");
}

/** As {@link unescaped}, but a dot or backslash inside a label stays escaped: a bare dot always separates labels. */
function unescapedName(raw: string): string | null {
  let name = "";
  for (let at = 0; at < raw.length; at++) {
    const length = raw.charAt(at) === "\\" ? escapeLength(raw, at) : 1;
    if (length === null) return null;
    const octet = unescaped(raw.slice(at, at + length))!;
    name += length > 1 && /[.\\]/.test(octet) ? `\\0${octet.charCodeAt(0)}` : octet.toLowerCase();
    at += length - 1;
  }
  return name !== "." && /^(?:\.|$)|\.\./.test(name) ? null : name;
}

/** A number of seconds, or numbers with units: 1h30m. Null is none. */
function secondsOf(word: string): number | null {
  if (!/^(?:[0-9]+|(?:[0-9]+[smhdw])+)$/i.test(word)) return null;
  let seconds = 0;
  for (const [, count, unit] of word.toLowerCase().matchAll(/([0-9]+)([smhdw]?)/g)) {
    seconds += Number(count) * (SECONDS[unit!] ?? 1);
  }
  return seconds <= MAX_TTL ? seconds : null;
}

function nodeAt(nodes: Map<string, Node>, name: string): Node {
  let node = nodes.get(name);
  if (node === undefined) {
    node = { records: [], ttl: undefined, cname: undefined };
    nodes.set(name, node);
  }
  return node;
}

/** Every name above a record exists, and a wildcard does not answer for it. RFC 4592 §2.2.2 */
function addParents(nodes: Map<string, Node>): void {
  for (const name of [...nodes.keys()]) {
    for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", dot + 1)) nodeAt(nodes, name.slice(dot + 1));
  }
}

function answerOf(nodes: ReadonlyMap<string, Node>, asked: string): TxtAnswer {
  let name = asked;
  let ttl: number | undefined;
  for (let links = 0; links <= MAX_CNAMES; links++) {
    const node = nodes.get(name) ?? wildcardFor(nodes, name);
    if (node === undefined) throw new DnsError("not-found", `${name}: NXDOMAIN`);
    if (node.ttl !== undefined) ttl = Math.min(node.ttl, ttl ?? node.ttl);
    if (node.cname === undefined) {
      if (node.records.length === 0) throw new DnsError("not-found", `${name}: no TXT record`);
      return ttl === undefined ? node.records : { records: node.records, ttl };
    }
    name = node.cname;
  }
  throw new DnsError("temporary", `${asked}: the CNAME chain is a loop or longer than ${MAX_CNAMES}`);
}

/** RFC 4592 §3.3.1: the asterisk below the closest name that exists. */
function wildcardFor(nodes: ReadonlyMap<string, Node>, name: string): Node | undefined {
  for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", dot + 1)) {
    const parent = name.slice(dot + 1);
    if (nodes.has(parent)) return nodes.get(`*.${parent}`);
  }
  return undefined;
}
