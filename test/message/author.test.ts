import { describe, expect, test } from "vitest";

import { authorOf, authorOfValues } from "../../src/message/author.js";
import { MAX_HEADER_OCTETS, parseHeader } from "../../src/message/header.js";
import { binary, octets } from "./text.js";

/** The author's address, or the reason why there is none. */
function author(header: string): string {
  const { mailbox, reason } = authorOf(parseHeader(octets(header + "\r\n\r\nbody")));
  return mailbox === null ? reason : `${mailbox.localPart}@${mailbox.domain}`;
}

describe("the author", () => {
  test("is the mailbox of the only From field, whatever the name's case and obsolete white space", () => {
    for (const name of ["From:", "fRoM:", "From :", "FROM\t :"]) {
      expect(author(`To: x@y.example\r\n${name} Alice <alice@bank.example>`)).toBe("alice@bank.example");
    }
  });

  test("is the first of several mailboxes of one domain", () => {
    expect(author("From: a@bank.example, b@BANK.example")).toBe("a@bank.example");
    expect(author("From: G: a@bank.example;, b@bank.example")).toBe("a@bank.example");
  });

  test("is read from header-only messages and LF files", () => {
    expect(authorOf(parseHeader(octets("From: a@bank.example"))).mailbox?.domain).toBe("bank.example");
    expect(authorOf(parseHeader(octets("From: a@bank.example\nX: y\n\nbody"))).mailbox?.domain).toBe("bank.example");
  });

  test("is never read from Sender, Resent-From or Reply-To (CK A12, A13)", () => {
    expect(author("Sender: a@bank.example\r\nResent-From: a@bank.example\r\nReply-To: a@bank.example")).toBe(
      "from-missing",
    );
  });
});

describe("the author cannot be told", () => {
  test("where there is no From", () => {
    expect(author("To: a@bank.example")).toBe("from-missing");
    expect(authorOf(parseHeader(octets(""))).reason).toBe("from-missing");
  });

  test.each([
    ["twice", "From: a@bank.com\r\nFrom: x@evil.net"],
    ["twice the same", "From: a@bank.com\r\nFrom: a@bank.com"],
    ["with white space before the colon (CK A9)", "From: x@evil.net\r\nFrom : a@bank.com"],
    ["in other letters", "from: x@evil.net\r\nFROM: a@bank.com"],
    ["with NUL in its name", "From: x@evil.net\r\nFrom\0: a@bank.com"],
    ["with a control character in its name", "From: x@evil.net\r\n\x01From: a@bank.com"],
    ["with a non-ASCII octet in its name", "From: x@evil.net\r\nFrom\u00a0: a@bank.com"],
    ["with a byte order mark", "\ufeffFrom: a@bank.com\r\nFrom: x@evil.net"],
    ["with white space in its name", "From: x@evil.net\r\nFr om: a@bank.com"],
    ["with its name folded (CK A10)", "From: x@evil.net\r\nFrom\r\n : a@bank.com"],
    ["behind a line that is no field", "From: x@evil.net\r\nno field\r\nX: y\r\nFrom: a@bank.com"],
    ["behind a line without a name", "From: x@evil.net\r\n: no field\r\nFrom : a@bank.com"],
    ["behind a line that is a bare CR", "From: x@evil.net\r\n\r\r\nFrom: a@bank.com"],
    ["behind a bare CR in a line that is no field", "From: x@evil.net\r\nno field\rFrom: a@bank.com"],
    ["behind a bare CR, in another field", "From: x@evil.net\r\nSubject: hi\rFrom: a@bank.com"],
    ["behind the second bare CR of a field", "From: x@evil.net\r\nSubject: hi\rX: y\rFrom: a@bank.com"],
    ["behind a bare CR, in the From itself", "From: x@evil.net\rFrom: a@bank.com"],
    ["behind a bare CR at a field's end", "From: x@evil.net\r\nSubject: hi\r\r\n From : a@bank.com"],
  ])("where From is there more than once in some reader's eyes: %s", (_, header) => {
    expect(author(header)).toBe("from-repeated");
  });

  test("where From is there more than once in some reader's eyes: behind a bare CR, where nothing ends the header", () => {
    const header = parseHeader(octets("From: x@evil.net\r\nSubject: hi\rFrom: a@bank.com"));
    expect(authorOf(header).reason).toBe("from-repeated");
  });

  test.each([
    ["a name that only some readers squeeze to From", "From\0: a@bank.com"],
    ["a byte order mark before it", "\ufeffFrom: a@bank.com"],
    ["a line that continues nothing (CK A11)", " From: a@bank.com"],
    ["a folded name", "From\r\n : a@bank.com"],
  ])("where the only From is irregular: %s", (_, header) => {
    expect(author(header)).toBe("from-unparsable");
  });

  test("is not said where From only begins another name, or is a line of a folded field", () => {
    expect(author("From: a@bank.com\r\nFrom-Original: x@evil.net\r\nX-From: x@evil.net")).toBe("a@bank.com");
    expect(author("From: a@bank.com\r\nSubject: x\r\n From: x@evil.net")).toBe("a@bank.com");
    expect(author("From: a@bank.com\r\nSubject: bare\rCR")).toBe("a@bank.com");
    expect(author("From: a@bank.com\r\nno field, yet from: somebody")).toBe("a@bank.com");
  });

  test("where a bare LF stands in the header of a CRLF message", () => {
    expect(author("To: x@y.example\r\nFrom: a@bank.com\nSubject: x")).toBe("header-bare-lf");
    expect(author("From: a@bank.com\r\n\nFrom: x@evil.net")).toBe("header-bare-lf");
  });

  test("is not said where From begins a line of the body", () => {
    expect(author("From: a@bank.com\r\n\r\nFrom: x@evil.net")).toBe("a@bank.com");
    expect(author("From: a@bank.com\r\nno field\r\n\r\nFrom: x@evil.net")).toBe("a@bank.com");
  });

  test("where no empty line follows a line that is no field, because another From could", () => {
    const header = octets("From: a@bank.com\r\nno field\r\n" + "x\r\n".repeat(MAX_HEADER_OCTETS / 3));
    expect(authorOf(parseHeader(header)).reason).toBe("header-too-large");
  });

  test("where the header was cut, because another From could follow", () => {
    expect(author(`From: a@bank.com\r\nX: ${"x".repeat(MAX_HEADER_OCTETS)}`)).toBe("header-too-large");
  });

  test.each(["", "undisclosed:;", "<>", "Alice", "a@[192.0.2.1]", "<a@bank.com> x", "=?utf-8?B?Y2VvQGJhbmsuY29t?="])(
    "from `From: %s`",
    (value) => {
      expect(author("From: " + value)).toBe("from-unparsable");
    },
  );

  test("from mailboxes of several domains, in groups too (CK A14)", () => {
    expect(author("From: a@bank.com, b@evil.net")).toBe("from-several-domains");
    expect(author("From: a@bank.com, b@mail.bank.com")).toBe("from-several-domains");
    expect(author("From: G: a@bank.com;, b@evil.net")).toBe("from-several-domains");
  });
});

describe("the address that counts is the one of the grammar (CK A15 to A19)", () => {
  test.each([
    ["a route", "<@bank.com:x@evil.net>", "x@evil.net"],
    ["a quoted local part", '"ceo@bank.com"@evil.net', "ceo@bank.com@evil.net"],
    ["quoted pairs", String.raw`"\c\e\o\@bank.com\ "@evil.net`, "ceo@bank.com @evil.net"],
    ["a comment", "x@evil.net(<ceo@bank.com>)", "x@evil.net"],
    ["a name that is an address", '"ceo@bank.com" <x@evil.net>', "x@evil.net"],
    ["an encoded name that is an address", "=?utf-8?B?PGNlb0BiYW5rLmNvbT4s?= <x@evil.net>", "x@evil.net"],
    ["a name with a whole mailbox", '"a <x@evil.net>" <ceo@bank.com>', "ceo@bank.com"],
  ])("behind %s", (_, value, expected) => {
    expect(author("From: " + value)).toBe(expected);
  });
});

describe("authorOfValues()", () => {
  test("judges the values of From fields where no header can be had", () => {
    expect(authorOfValues([" Jörg <a@bank.example>\r\n"].map((v) => binary(v.trimEnd())))).toMatchObject({
      mailbox: { displayName: "Jörg", localPart: "a", domain: "bank.example" },
      reason: null,
    });
    expect(authorOfValues([]).reason).toBe("from-missing");
    expect(authorOfValues(["a@bank.com", "a@bank.com"]).reason).toBe("from-repeated");
  });

  test("finds no second From after a line end in a value", () => {
    expect(authorOfValues(["a@bank.com\r\nFrom: x@evil.net"]).reason).toBe("from-unparsable");
  });
});

test("headers of half a megabyte that a quadratic reader would hang on are judged", () => {
  for (const unit of ["From:\r\n", "\r", "\rfrom", "From\r:", "\r\r\n ", ":"]) {
    author("X:" + unit.repeat(500_000 / unit.length));
    author("From: a@bank.com\r\n" + "x" + unit.repeat(480_000 / unit.length));
  }
  expect(author("From: a@bank.com\r\n" + "A: b\r\n".repeat(80_000))).toBe("a@bank.com");
});
