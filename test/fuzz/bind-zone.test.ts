import fc from "fast-check";
import { expect } from "vitest";
import { DnsError } from "../../src/dkim/resolver.js";
import { DnsConfigurationError } from "../../src/dns/errors.js";
import { readZone } from "../../src/dns/zone.js";
import { fuzz } from "./campaign.js";

const ENTRIES = [
  "$TTL 1h30m",
  "$ORIGIN example.org.",
  "@ IN SOA ns root ( 1 2h ; serial\n 3 4 5 )",
  's1._domainkey 300 IN TXT ( "v=DKIM1; k=rsa; "\n "p=abc" )',
  "s2._domainkey TXT v=DKIM1;p=\\;x\\034",
  "alias CNAME s1._domainkey",
  '*.wild IN TXT "wild"',
  "loop CNAME loop",
  '\tTXT "of the last owner"',
];
const NAMES = [
  "s1._domainkey.example.org",
  "s2._domainkey.example.org",
  "alias.example.org",
  "a.wild.example.org",
  "loop.example.org",
  "",
];

function read(text: string) {
  try {
    return readZone(text, "zone");
  } catch (error) {
    if (error instanceof DnsConfigurationError && error.code === "zone-unreadable") return error.message;
    throw error;
  }
}

async function answers(text: string): Promise<string> {
  const resolver = read(text);
  if (typeof resolver === "string") {
    expect(resolver).toMatch(/^zone(?::[0-9]+)?: /);
    return `unread ${resolver.replace(/^zone(?::[0-9]+)?: /, "").replace(/^\S*\W\S* /, "")}`;
  }
  const all = NAMES.map(async (name) => {
    try {
      return JSON.stringify(await resolver.resolveTxt(name, {}));
    } catch (error) {
      if (error instanceof DnsError) return error.code;
      throw error;
    }
  });
  return (await Promise.all(all)).join();
}

fuzz({
  name: "a zone file is refused with its line or answers with strings and codes, the same with comments and CRLF",
  inputs: fc.shuffledSubarray(ENTRIES).map((entries) => ["$ORIGIN example.org.", ...entries, ""].join("\n")),
  words: [
    "\n",
    "\r\n",
    "(",
    ")",
    ";",
    '"',
    "\\",
    "\\255",
    "\\256",
    "@",
    ".",
    "$INCLUDE x\n",
    "IN",
    "TXT",
    "CNAME",
    "300",
    "\xff",
    "\0",
    "{",
  ],
  async check(text) {
    const said = await answers(text);
    if (!said.startsWith("unread")) {
      expect(await answers(`; first\n${text}`)).toBe(/^[\s\ufeff]*[{[]/.test(text) ? expect.anything() : said);
      expect(await answers(`${text}\n; last\n\n`)).toBe(said);
    }
    return said;
  },
});
