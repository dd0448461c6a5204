import { DnsError, type Resolver } from "../dkim/resolver.js";
import { encodeUtf8 } from "../message/octets.js";
import { readBindZone } from "./bind-zone.js";
import { DnsConfigurationError } from "./errors.js";

/** TXT records by name (lower case, no final dot); null is NXDOMAIN, as is a name that is not listed. */
export type Zone = Readonly<Record<string, readonly string[] | null | "SERVFAIL" | "TIMEOUT">>;

/**
 * A resolver that answers from a file and from nothing else: JSON (see {@link Zone}) if the first character other than
 * white space is a brace or bracket, otherwise a BIND master file (RFC 1035 §5). Non-ASCII text counts as its octets in
 * UTF-8.
 * @param text the file's text
 * @param fileName what errors call the file
 * @throws {DnsConfigurationError} `zone-unreadable`
 */
export function readZone(text: string, fileName = "zone"): Resolver {
  const content = text.replace(/^\ufeff/, "");
  return /^\s*[{[]/.test(content) ? readJsonZone(content, fileName) : readBindZone(content, fileName);
}

/** A resolver over records in memory. `TIMEOUT` answers at once. */
export function zoneResolver(zone: Zone): Resolver {
  const records = new Map(Object.entries(zone));
  return {
    resolveTxt: (name) => {
      const answer = records.get(name);
      if (answer === "SERVFAIL" || answer === "TIMEOUT") throw new DnsError("temporary", `${name}: ${answer}`);
      if (answer === undefined || answer === null) throw new DnsError("not-found", `${name}: NXDOMAIN`);
      if (answer.length === 0) throw new DnsError("not-found", `${name}: no TXT record`);
      return answer.map(encodeUtf8);
    },
  };
}

function readJsonZone(text: string, fileName: string): Resolver {
  return zoneResolver(checkedZone(parsedJson(text, fileName), fileName));
}

/** The text begins with a brace or bracket: it can be nothing else. */
function parsedJson(text: string, fileName: string): object {
  try {
    return JSON.parse(text) as object;
  } catch (cause) {
    throw new DnsConfigurationError("zone-unreadable", `${fileName}: not JSON: ${(cause as Error).message}`, { cause });
  }
}

function checkedZone(value: object, fileName: string): Zone {
  if (Array.isArray(value)) throw new DnsConfigurationError("zone-unreadable", `${fileName}: not an object of names`);
  for (const [name, answer] of Object.entries(value)) {
    const fault = nameFault(name) ?? answerFault(answer);
    if (fault !== null) {
      throw new DnsConfigurationError("zone-unreadable", `${fileName}: ${JSON.stringify(name)} ${fault}`);
    }
  }
  return value as Zone;
}

function nameFault(name: string): string | null {
  if (name === "") return "is no name";
  if (name.endsWith(".")) return "must not end with a dot";
  return name === name.toLowerCase() ? null : "must be in lower case";
}

function answerFault(answer: unknown): string | null {
  if (answer === null || answer === "SERVFAIL" || answer === "TIMEOUT") return null;
  if (Array.isArray(answer) && answer.every((record) => typeof record === "string")) return null;
  return 'must be an array of strings, null, "SERVFAIL" or "TIMEOUT"';
}
