import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readBindZone } from "../../src/dns/bind-zone.js";
import type { TxtAnswer } from "../../src/dkim/resolver.js";

function ask(text: string, name: string): TxtAnswer | Promise<TxtAnswer> {
  return readBindZone(text, "zone").resolveTxt(name);
}

const ZONE =
  String.raw`
$TTL 1h30m
$ORIGIN example.org.
@	IN SOA	ns1 hostmaster.example.org. ( 2024010101 ; serial
		1d 2h 4w 1h )
	NS	ns1
ns1	A	192.0.2.1
s1._domainkey 300 IN TXT ( "v=DKIM1; k=rsa; "   ; the key of s1
	"p=AAAA"
	"BBBB" )	; from opendkim-genkey
	TXT second
S2._DomainKey	IN 2d TXT v=DKIM1\;\ p=CCCC
escaped TXT "a\"b\\c\059\000\255" Gr` +
  "üße" +
  String.raw`
chain 60 CNAME one
one 30 CNAME two.example.net.
two.example.net. 120 IN TXT end
loop CNAME pool
pool CNAME loop
away CNAME elsewhere.example.
chaos CH TXT "not the internet"
*.wild TXT anything
exists.wild A 192.0.2.2
below.nothing.wild TXT here
d\097sh TXT letter
dot\.ted TXT label
$ORIGIN sub
deep TXT down
$ORIGIN .
root.example TXT root
$ttl 5
root.example. TXT again
last.example TXT "no line end" ; nor of this comment`;

describe("readBindZone", () => {
  it.each<[string, TxtAnswer]>([
    ["s1._domainkey.example.org", { records: ["v=DKIM1; k=rsa; p=AAAABBBB", "second"], ttl: 300 }],
    ["s2._domainkey.example.org", { records: ["v=DKIM1; p=CCCC"], ttl: 172_800 }],
    ["escaped.example.org", { records: ['a"b\\c;\x00\xffGr\xc3\xbc\xc3\x9fe'], ttl: 5400 }],
    ["chain.example.org", { records: ["end"], ttl: 30 }],
    ["dash.example.org", { records: ["letter"], ttl: 5400 }],
    ["deep.sub.example.org", { records: ["down"], ttl: 5400 }],
    ["root.example", { records: ["root", "again"], ttl: 5 }],
    ["last.example", { records: ["no line end"], ttl: 5 }],
    ["new.wild.example.org", { records: ["anything"], ttl: 5400 }],
    ["new.and.deep.wild.example.org", { records: ["anything"], ttl: 5400 }],
    ["x.wild.example.org", { records: ["anything"], ttl: 5400 }],
    ["xexists.wild.example.org", { records: ["anything"], ttl: 5400 }],
    ["xists.wild.example.org", { records: ["anything"], ttl: 5400 }],
  ])("answers for %s", (name, answer) => {
    expect(ask(ZONE, name)).toEqual(answer);
    expect(ask(ZONE.replaceAll("\n", "\r\n"), name)).toEqual(answer);
  });

  it.each([
    ["a name that is not there", "nobody.example.org"],
    ["a name with other records", "ns1.example.org"],
    ["a name above others", "sub.example.org"],
    ["the apex", "example.org"],
    ["a record of another class", "chaos.example.org"],
    ["a CNAME that leads out of the file", "away.example.org"],
    ["a name that keeps the wildcard away", "exists.wild.example.org"],
    ["a name below one that exists", "new.exists.wild.example.org"],
    ["a name without records between others", "nothing.wild.example.org"],
    ["the name of a wildcard's parent", "wild.example.org"],
    ["a label that has a dot inside", "dot.ted.example.org"],
    ["a label that has a dot inside, without it", "dotted.example.org"],
    ["a name of which no part is there", "a.name.test"],
  ])("says not-found for %s", (_, name) => {
    expect(() => ask(ZONE, name)).toThrow(expect.objectContaining({ name: "DnsError", code: "not-found" }));
  });

  it("says temporary for a CNAME loop and for a chain of more than 8", () => {
    const chain = Array.from({ length: 10 }, (_, i) => `c${i}.example. CNAME c${i + 1}.example.\n`).join("");
    const zone = chain + "c10.example. TXT end\n";
    expect(() => ask(ZONE, "loop.example.org")).toThrow(expect.objectContaining({ code: "temporary" }));
    expect(() => ask(zone, "c1.example")).toThrow(expect.objectContaining({ code: "temporary" }));
    expect(ask(zone, "c2.example")).toEqual(["end"]);
  });

  it("gives no time to live where the file states none, and the last stated one where there is no $TTL", () => {
    expect(ask("a.example. TXT one", "a.example")).toEqual(["one"]);
    expect(ask("a.example. 7 TXT one\nb.example. TXT two", "b.example")).toEqual({ records: ["two"], ttl: 7 });
  });

  it("takes no time to live from records of other types, nor for one what only holds a number", () => {
    expect(ask("a. 5 A 192.0.2.1\na. 60 TXT one\na. 7 TYPE65534 \\# 0", "a")).toEqual({ records: ["one"], ttl: 60 });
  });

  it("takes @ for the origin", () => {
    expect(ask("$ORIGIN example.org.\n@ TXT one", "example.org")).toEqual(["one"]);
  });

  it.each([
    ["a. TXT one\n$INCLUDE other.zone", "zone:2: $INCLUDE is not supported"],
    ["$GENERATE 1-9 a$ A 192.0.2.$", "zone:1: $GENERATE is not supported"],
    ["$ORIGIN", "zone:1: $ORIGIN needs a value"],
    ["$TTL soon", "zone:1: soon is no time to live"],
    ["$TTL 2147483648", "zone:1: 2147483648 is no time to live"],
    ["$TTL 3550w5d3h14m8s", "zone:1: 3550w5d3h14m8s is no time to live"],
    ["\n\nrelative TXT one", "zone:3: relative is relative, and no $ORIGIN stands above"],
    ["@ TXT one", "zone:1: @ is relative, and no $ORIGIN stands above"],
    ["  TXT one", "zone:1: the first record has no owner"],
    ["a. 300 IN", "zone:1: a record has no type"],
    ["a. IN 5x TXT one", "zone:1: a record has no type"],
    ["a. IN -TXT one", "zone:1: a record has no type"],
    ['a. IN "TXT\'" one', "zone:1: a record has no type"],
    ["a. TXT", "zone:1: a TXT record has no string"],
    ["a. TXT \\# 4 03616263", "zone:1: the generic form of RFC 3597 is not supported"],
    ['a. TXT "one', "zone:1: a quoted string does not end on its line"],
    ['a. TXT "one\\\n"', "zone:1: a quoted string does not end on its line"],
    ["a. TXT one\\", "zone:1: a backslash is followed by no octet or by a number above 255"],
    ["a. TXT \\256", "zone:1: a backslash is followed by no octet or by a number above 255"],
    ["a. TXT \\12", "zone:1: a backslash is followed by no octet or by a number above 255"],
    [`a. TXT ${"x".repeat(256)}`, "zone:1: a string is longer than 255 octets"],
    ["\na. TXT ( one\n two\n", "zone:2: a parenthesis is not closed"],
    ["a. TXT one )", "zone:1: a parenthesis closes that was not opened"],
    ["a. CNAME b.\na. TXT one", "zone:2: a CNAME stands beside a TXT"],
    ["a. TXT one\na. CNAME b.", "zone:2: a CNAME stands beside a TXT"],
    ["a. CNAME b.\na. CNAME c.", "zone:2: a name has two CNAME records"],
    ["a. CNAME b. c.", "zone:1: a CNAME record has one name"],
    ["a..b. TXT one", "zone:1: a..b. is no name"],
    [".a. TXT one", "zone:1: .a. is no name"],
    ['"" TXT one', "zone:1:  is no name"],
    ["a\\999. TXT one", "zone:1: a\\999. is no name"],
  ])("refuses %j and says where and why", (text, message) => {
    expect(() => readBindZone(text, "zone")).toThrow(
      expect.objectContaining({ name: "DnsConfigurationError", code: "zone-unreadable", message }),
    );
  });

  it("reads what was formatted, whatever the octets are", () => {
    const strings = fc.array(fc.uint8Array({ maxLength: 255 }), { minLength: 1, maxLength: 5 });
    const records = fc.array(strings, { minLength: 1, maxLength: 4 });
    const layout = fc.record({
      quoted: fc.boolean(),
      parentheses: fc.boolean(),
      ttl: fc.boolean(),
      crlf: fc.boolean(),
    });
    fc.assert(
      fc.property(records, layout, (all, how) => {
        const lines = all.map((record) => formatted(record, how));
        const text = lines.join(how.crlf ? "\r\n" : "\n");
        const expected = all.map((record) => record.map((octets) => String.fromCharCode(...octets)).join(""));
        const answer = ask(text, "s1._domainkey.example.org");
        expect(answer).toEqual(how.ttl ? { records: expected, ttl: 90 } : expected);
      }),
    );
  });

  it("gives a result or an error with a code, whatever the text", () => {
    const piece = fc.constantFrom(
      ...'\n \t\r;()"\\@.$0'.split(""),
      ..."$ORIGIN $TTL a.example. TXT CNAME IN 1h30m \\000 \\# \u00a0 \f".split(" "),
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join("")),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (source) => {
        try {
          void ask(source, "a.example");
        } catch (error) {
          expect(["zone-unreadable", "not-found", "temporary"]).toContain((error as { code?: string }).code);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

it("reads the largest time to live, and a string of as many octets as one can have", () => {
  for (const ttl of ["2147483647", "3550w5d3h14m7s"]) {
    expect(ask(`a. ${ttl} TXT ${"x".repeat(255)}`, "a")).toEqual({ records: ["x".repeat(255)], ttl: 2_147_483_647 });
  }
});

it("reads a name of as many characters as one can have, and none of one more, by $ORIGIN neither", () => {
  const name = "ab".repeat(2 * 253);
  expect(ask(`${name}. TXT x`, name)).toEqual(["x"]);
  expect(() => ask(`b${name}. TXT x`, name)).toThrow("zone:1: a name is longer than a name can be");
  expect(() => ask(`$ORIGIN ${name}.\n$ORIGIN a\n`, name)).toThrow("zone:2: a name is longer than a name can be");
});

/** One TXT record, every octet that means something in a master file escaped. */
function formatted(
  strings: readonly Uint8Array[],
  { quoted, parentheses, ttl, crlf }: { quoted: boolean; parentheses: boolean; ttl: boolean; crlf: boolean },
): string {
  const texts = strings.map((octets) => {
    const text = Array.from(octets, escaped).join("");
    return quoted || text === "" ? `"${text}"` : text;
  });
  const data = parentheses ? `( ${texts.join(crlf ? "\r\n ; comment (\r\n" : "\n\t")} )` : texts.join(" ");
  return `s1._domainkey.example.org. ${ttl ? "1m30s IN" : "IN"} TXT ${data}`;
}

function escaped(octet: number): string {
  return octet > 0x20 && octet < 0x7f
    ? String.fromCharCode(octet).replace(/[";()\\@$]/, "\\$&")
    : `\\${octet.toString().padStart(3, "0")}`;
}
