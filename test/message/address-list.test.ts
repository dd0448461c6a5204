import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { MAX_ADDRESS_LIST_OCTETS, MAX_MAILBOXES, parseAddressList } from "../../src/message/address-list.js";
import { parsePlainMailbox } from "../../src/message/plain-mailbox.js";
import { binary } from "./text.js";

/** The mailboxes as `name|local@domain`, or null. */
function read(text: string): string[] | null {
  const mailboxes = parseAddressList(binary(text));
  return mailboxes?.map((m) => `${m.displayName ?? ""}|${m.localPart}@${m.domain}`) ?? null;
}

describe("a mailbox (RFC 5322 §3.4) is read", () => {
  test.each([
    ["bare", "alice@bank.example", "|alice@bank.example"],
    ["in angle brackets", "<alice@bank.example>", "|alice@bank.example"],
    ["with a name", "Alice Smith <alice@bank.example>", "Alice Smith|alice@bank.example"],
    ["with a quoted name", '"Smith, Alice" <alice@bank.example>', "Smith, Alice|alice@bank.example"],
    ["with quoted pairs in the name", String.raw`"A \"B\" \\" <a@bank.example>`, String.raw`A "B" \|a@bank.example`],
    ["with dots in the name (obs-phrase)", "J. R. R. Tolkien <j@bank.example>", "J. R. R. Tolkien|j@bank.example"],
    ["with words and strings mixed", 'A "b"  c <a@bank.example>', "A b c|a@bank.example"],
    ["with an encoded name", "=?utf-8?Q?J=C3=B6rg?= <j@bank.example>", "Jörg|j@bank.example"],
    ["with a name in UTF-8 (RFC 6532)", "Jörg <j@bank.example>", "Jörg|j@bank.example"],
    ["with comments anywhere", "(a) A (b) < (c) a (d) @ (e) b (f) . example (g) > (h)", "A|a@b.example"],
    ["with nested comments and quoted pairs there", String.raw`(a(b\)c)\() a@b.example`, "a(b)c)(|a@b.example"],
    ["with the name in a comment (§3.4, older programs)", "x@evil.net (ceo@bank.com)", "ceo@bank.com|x@evil.net"],
    ["with several comments", "x@b.example (A)(B) (C)", "A B C|x@b.example"],
    ["with an empty name", '"" <a@b.example>', "|a@b.example"],
    ["folded", "A\r\n <a@b.example>\r\n\t(x)", "A|a@b.example"],
    ["folded with bare LF, as an HTML attribute gives it", "A\n <a@b.example>", "A|a@b.example"],
    ["with a quoted local part", '"a b"@b.example', "|a b@b.example"],
    ["with an address for a local part", '"a@bank.com"@evil.net', "|a@bank.com@evil.net"],
    ["with quoted pairs in the local part", String.raw`"a\@bank.com\>"@evil.net`, "|a@bank.com>@evil.net"],
    ["with an obsolete local part", 'a . "b" (c) . d@b.example', "c|a.b.d@b.example"],
    ["with an obsolete route (§4.4)", "<@bank.com,@b.example:a@evil.net>", "|a@evil.net"],
    ["with a route with empty parts", "< , ,@bank.com , , @b.example : a@evil.net>", "|a@evil.net"],
    ["with a local part in UTF-8", "jörg@b.example", "|jörg@b.example"],
    ["with a U-label domain, as A-labels", "a@BÜCHER.example", "|a@xn--bcher-kva.example"],
    ["with every atom character", "!#$%&'*+-/=?^_`{|}~@b.example", "|!#$%&'*+-/=?^_`{|}~@b.example"],
    ["with a hidden letter's domain told by its A-label", "a@\u0430pple.com", "|a@xn--pple-43d.com"],
  ])("%s", (_, text, expected) => {
    expect(read(text)).toEqual([expected]);
  });
});

describe("a list is read", () => {
  test("with several mailboxes, in order", () => {
    expect(read("a@b.example, C <c@d.example>,e@f.example")).toEqual(["|a@b.example", "C|c@d.example", "|e@f.example"]);
  });

  test("with empty elements (§4.4 obs-mbox-list)", () => {
    expect(read(",a@b.example,, (x) ,c@d.example,")).toEqual(["|a@b.example", "|c@d.example"]);
  });

  test("with groups (RFC 6854), whose mailboxes count", () => {
    expect(read("G:a@b.example,c@d.example;, e@f.example")).toHaveLength(3);
    expect(read('"A group" (x): , a@b.example, ; (y)')).toEqual(["|a@b.example"]);
  });

  test("with empty groups or nothing at all, which name nobody", () => {
    for (const text of ["undisclosed:;", "G: (x) ;", "", " ", "(x)", ",", "A:;,B:;"])
      expect(read(text), text).toEqual([]);
  });
});

describe("a list cannot be read", () => {
  test.each([
    ["text behind an address", "<a@b.example> x"],
    ["a second address behind one", "<a@b.example> <c@d.example>"],
    ["an address in front of one", "a@bank.com <x@evil.net>"],
    ["two addresses without a comma", "a@b.example c@d.example"],
    ["two at signs", "a@b.example@c.example"],
    ["an address in front of an angle bracket inside one", "<a@bank.com<x@evil.net>>"],
    ["an unterminated comment", "a@b.example (x"],
    ["a comment that closes too often", "a@b.example (x))"],
    ["an unterminated quoted string", '"A <a@b.example>'],
    ["a quoted string that ends in a backslash", '"A\\'],
    ["a comment that ends in a backslash", "a@b.example (\\"],
    ["an unterminated angle bracket", "A <a@b.example"],
    ["an unterminated group", "G: a@b.example"],
    ["a group in a group", "G: H: a@b.example;;"],
    ["a group without a name", ": a@b.example;"],
    ["a semicolon without a group", "a@b.example;"],
    ["a route without an address", "<@b.example:>"],
    ["a route that never ends", "<@b.example"],
    ["a route without commas", "<@b.example@c.example:a@d.example>"],
    ["a route with something else than commas", "<@b.example;@c.example:a@d.example>"],
    ["something else than an at sign", "<a:b.example>"],
    ["an angle bracket for an at sign", "<a>b.example>"],
    ["a dot in front of a name", ". A <a@b.example>"],
    ["an empty address", "<>"],
    ["an empty address with a name", "A <>"],
    ["a name only", "Alice"],
    ["no local part", "@b.example"],
    ["no domain", "a@"],
    ["a dot in front", ".a@b.example"],
    ["a dot at the end", "a.@b.example"],
    ["two dots", "a..b@b.example"],
    ["two words for a local part", "a b@b.example"],
    ["a string next to a word", '"a"b@b.example'],
    ["a domain that ends in a dot", "a@b.example."],
    ["a domain of one label", "a@com"],
    ["a domain literal", "a@[192.0.2.1]"],
    ["an IP address", "a@192.0.2.1"],
    ["an encoded address", "=?utf-8?B?Y2VvQGJhbmsuY29t?="],
    ["an encoded address in angle brackets", "<=?utf-8?B?Y2VvQGJhbmsuY29t?=>"],
    ["an encoded local part", "=?utf-8?Q?ceo?=@evil.net"],
    ["an encoded local part in quotes", '"=?utf-8?Q?ceo=40bank.com?="@evil.net'],
    ["an encoded domain", "a@=?utf-8?Q?b?=.example"],
    ["an at sign in an encoded word (RFC 2047 §5)", "=?utf-8?Q?ceo@bank.com?= <x@evil.net>"],
    ["an invisible character in the domain", "a@bank\u200b.com"],
    ["an invisible character in the local part", "a\u200bb@b.example"],
    ["a bidi control in the local part", '"a\u202eb"@b.example'],
    ["a C1 control in the local part", "a\u0085@b.example"],
    ["NUL in the address", "a\0@b.example"],
    ["NUL in the name", '"A\0" <a@b.example>'],
    ["DEL", "a\x7f@b.example"],
    ["a bare CR", "a@b.example\r(x)"],
    ["a line that is no folding", "a@b.example\r\nx"],
    ["a special where a word should be", "[x] <a@b.example>"],
  ])("with %s", (_, text) => {
    expect(read(text)).toBeNull();
  });

  test("with invalid UTF-8 in the address", () => {
    expect(parseAddressList("a\xff@b.example")).toBeNull();
    expect(parseAddressList("a@b\xc3.example")).toBeNull();
    expect(parseAddressList("a@b.ex\xc0\xae.example")).toBeNull();
  });

  test("beyond its limits", () => {
    const many = (count: number) => Array.from({ length: count }, () => "a@b.example").join(",");
    expect(read(many(MAX_MAILBOXES))).toHaveLength(MAX_MAILBOXES);
    expect(read(many(MAX_MAILBOXES + 1))).toBeNull();
    const long = (size: number) => "a@b.example" + " ".repeat(size - 11);
    expect(read(long(MAX_ADDRESS_LIST_OCTETS))).toHaveLength(1);
    expect(read(long(MAX_ADDRESS_LIST_OCTETS + 1))).toBeNull();
  });
});

test("a name that is not UTF-8 is shown as far as it can be", () => {
  expect(parseAddressList('"J\xf6rg" <a@b.example>')?.[0]?.displayName).toBe("J\ufffdrg");
});

test("an empty name counts as none", () => {
  expect(parseAddressList('"" <a@b.example>')?.[0]?.displayName).toBeNull();
});

test("a name never holds a control character", () => {
  expect(read("=?utf-8?Q?A=0D=0AB=00C=C2=85?= <a@b.example>")).toEqual(["A  BC|a@b.example"]);
});

test("a name shows through control characters, as readers drop them", () => {
  expect(read("=?utf-8?Q?ceo=40b=00ank=01.com?= <x@evil.net>")).toEqual(["ceo@bank.com|x@evil.net"]);
});

describe("for any text", () => {
  const piece = fc.constantFrom(
    ...'<>@,;:.\\"()[] \t\r\n\0a'.split(""),
    "a@b.example",
    "\xc3\xa4",
    "\xff",
    "=?utf-8?Q?a?=",
    "=?",
    "?=",
  );

  test("parseAddressList() answers, and every domain is a host name of several labels", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join("")),
          fc.string({ unit: "binary", maxLength: 80 }),
        ),
        (text) => {
          for (const { domain } of parseAddressList(text) ?? []) {
            expect(domain).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
          }
        },
      ),
      { numRuns: 5000 },
    );
  });

  test("what is formatted with quoting reads back, among comments and folding too", () => {
    const visible = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter(isPlain);
    const cfws = fc.constantFrom("", " ", "\r\n ", " (c) ", "(a (b) \\) c)");
    fc.assert(
      fc.property(
        visible,
        visible,
        cfws,
        fc.constantFrom("b.example", "xn--bcher-kva.example"),
        (name, local, gap, domain) => {
          const text = `${gap}${quoted(name)}${gap}<${gap}${quoted(local)}${gap}@${gap}${domain}${gap}>${gap}`;
          const shown = name.trim() === "" ? null : name.trim();
          const [mailbox, ...others] = parseAddressList(binary(text)) ?? [];
          expect(others).toEqual([]);
          expect(mailbox).toMatchObject({ localPart: local, domain });
          if (shown !== null) expect(mailbox?.displayName).toBe(shown);
        },
      ),
      { numRuns: 2000 },
    );
  });

  function isPlain(text: string): boolean {
    return !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u.test(text) && !text.includes("=?");
  }

  function quoted(text: string): string {
    return `"${text.replace(/["\\]/g, "\\$&")}"`;
  }
});

test("lists that a quadratic parser would hang on are answered", () => {
  const units = [
    "(",
    "()",
    "((",
    '"',
    '""',
    '"\\',
    "\\",
    "a ",
    "a.",
    ".",
    ",",
    "<",
    "<@",
    "@",
    ":",
    "G:;",
    "a@",
    "=?",
    "=?a?q?",
  ];
  for (const unit of [
    ...units,
    "=?a?q??=",
    "=?utf-8?b?YQ==?= ",
    "(\\",
    " ",
    "\t",
    "\r\n ",
    "a@b.example,",
    "<a@b.example>",
    "ü",
  ]) {
    const many = binary(unit).repeat(Math.floor(MAX_ADDRESS_LIST_OCTETS / unit.length / 2));
    parseAddressList(many);
    parseAddressList(many + "<a@b.example>");
    parseAddressList("<a@b.example>" + many);
    parseAddressList(`"${many}" <a@b.example>`);
    parseAddressList(`(${many}) a@b.example`);
  }
  expect(parseAddressList("a ".repeat(250_000))).toBeNull();
});

describe("a plain mailbox", () => {
  test("is what nearly every From is", () => {
    const address = { localPart: "ann.b", domain: "bank.example" };
    for (const [value, displayName] of [
      [" Ann Example <ann.b@Bank.example>", "Ann Example"],
      [' "Example, Ann (Bank)" <ann.b@bank.example>', "Example, Ann (Bank)"],
      [' "" <ann.b@bank.example>', null],
      [" <ann.b@bank.example>", null],
      ["ann.b@bank.example", null],
    ] as const) {
      expect(parsePlainMailbox(value)).toEqual({ displayName, ...address });
    }
  });

  test("is read as the list that it is, or left to be read as one", () => {
    const near = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom("Ann", "<", ">", "@", "bank.example", " ", '"', "ann", ".") },
      fc.constantFrom(
        "\\",
        "(",
        ")",
        ",",
        ":",
        ";",
        "=?utf-8?q?a=40b.c?=",
        "\t",
        "\r\n ",
        "\xe9",
        "\0",
        "\x7f",
        "-",
        "9",
      ),
    );
    const shapes = fc.oneof(
      fc.array(near, { maxLength: 12 }),
      fc.tuple(fc.constant("Ann "), near, fc.constant(" <ann@bank.example>")),
      fc.tuple(fc.constant('"Ann '), near, fc.constant('" <ann'), near, fc.constant("@bank.example>")),
      fc.tuple(fc.constant(" ann@bank"), near, fc.constant(".example"), near),
    );
    let plain = 0;
    fc.assert(
      fc.property(shapes, (parts) => {
        const value = parts.join("");
        const mailbox = parsePlainMailbox(value);
        if (mailbox === null) return;
        plain++;
        expect(parseAddressList(value)).toEqual([mailbox]);
        expect(value.split("@")).toHaveLength(2);
      }),
      { numRuns: 20_000, seed: 6 },
    );
    expect(plain).toBeGreaterThan(1000);
  });
});
