import { describe, expect, test } from "vitest";

import { domainAtStartOf, domainOf, isAtOrBelow, selectorOf } from "../../src/message/domain.js";

describe("domainOf()", () => {
  test("gives lower-case A-labels", () => {
    expect(domainOf("Bank.EXAMPLE")).toBe("bank.example");
    expect(domainOf("bücher.example")).toBe("xn--bcher-kva.example");
    expect(domainOf("BÜCHER.example")).toBe("xn--bcher-kva.example");
    expect(domainOf("faß.example")).toBe("xn--fa-hia.example");
    expect(domainOf("例え.テスト")).toBe("xn--r8jz45g.xn--zckzah");
    expect(domainOf("xn--pple-43d.com")).toBe("xn--pple-43d.com");
  });

  test("tells a homograph from what it imitates", () => {
    expect(domainOf("\u0430pple.com")).toBe("xn--pple-43d.com");
  });

  test.each([
    ["an invisible character", "bank\u200b.com"],
    ["a soft hyphen", "ba\u00adnk.com"],
    ["a bidi control", "bank\u202e.com"],
    ["a fullwidth letter", "\uff42ank.com"],
    ["an ideographic full stop", "bank\u3002com"],
    ["the Kelvin sign for a k", "ban\u212a.com"],
    ["a decomposed letter", "ba\u0301nk.com"],
    ["letters of both directions", "\u05d0a.com"],
    ["a ligature", "\ufb01.com"],
    ["a joiner that joins nothing", "a\u200db.com"],
    ["a label that begins with a mark", "\u0300a.com"],
    ["what a URL would end or split at", "\u00fc/x.com"],
    ["half a surrogate pair", "\ud800a.com"],
    ["NUL", "bank\0.com"],
    ["white space", "ba nk.com"],
    ["an underscore", "_x.bank.com"],
    ["quotes and parentheses", 'bank.com(".evil.net'],
  ])("refuses %s", (_, text) => {
    expect(domainOf(text)).toBeNull();
  });

  test("refuses what is no host name: one label, empty labels, outer hyphens, numbers at the end", () => {
    for (const text of ["com", "", ".", "a..b", ".a.b", "a.b.", "-a.b", "a-.b", "192.0.2.1", "a.123"]) {
      expect(domainOf(text), text).toBeNull();
    }
    expect(domainOf("123.example")).toBe("123.example");
  });

  test("refuses labels over 63 and names over 253 octets (RFC 1035 §2.3.4)", () => {
    expect(domainOf("a".repeat(63) + ".example")).not.toBeNull();
    expect(domainOf("a".repeat(64) + ".example")).toBeNull();
    const label = "a".repeat(49) + ".";
    expect(domainOf(label.repeat(5) + "abc")).toHaveLength(253);
    expect(domainOf(label.repeat(5) + "abcd")).toBeNull();
    expect(domainOf("ü".repeat(63) + ".example")).toBeNull();
    expect(domainOf("a.".repeat(250_000) + "b")).toBeNull();
  });
});

test("domainAtStartOf() finds the longest domain that a text begins with", () => {
  expect(domainAtStartOf("bank.com")).toBe("bank.com");
  expect(domainAtStartOf("B\u00fccher.example.")).toBe("xn--bcher-kva.example");
  expect(domainAtStartOf("bank.com..evil.net")).toBe("bank.com");
  expect(domainAtStartOf("bank.com.-x")).toBe("bank.com");
  expect(domainAtStartOf("bank.com.1.2")).toBe("bank.com");
  expect(domainAtStartOf("bank.com." + "a".repeat(1000))).toBe("bank.com");
  expect(domainAtStartOf("bank.com" + ".abc".repeat(1000))).toHaveLength(252);
  for (const text of ["", ".", "bank", "bank.", ".bank.com", "1.2"]) expect(domainAtStartOf(text), text).toBeNull();
});

test("selectorOf() takes one label and underscores, and no label that DNS would read otherwise", () => {
  expect(selectorOf("S1")).toBe("s1");
  expect(selectorOf("_k1.2026")).toBe("_k1.2026");
  const longest = ["a".repeat(63), "_" + "a".repeat(62), `${"a".repeat(49)}.`.repeat(5) + "abc"];
  for (const text of longest) {
    expect(selectorOf(text)).toBe(text);
    expect(selectorOf(text.toUpperCase())).toBe(text);
    for (const over of [`${text}a`, `${text}A`]) expect(selectorOf(over)).toBeNull();
  }
  for (const text of ["", "a..b", "a\0b", "a b", "a(b", "a/b", 'a"b', "a;b"]) expect(selectorOf(text), text).toBeNull();
});

test("isAtOrBelow() compares whole labels", () => {
  expect(isAtOrBelow("bank.com", "bank.com")).toBe(true);
  expect(isAtOrBelow("mail.bank.com", "bank.com")).toBe(true);
  expect(isAtOrBelow("evilbank.com", "bank.com")).toBe(false);
  expect(isAtOrBelow("bank.com.evil.net", "bank.com")).toBe(false);
  expect(isAtOrBelow("com", "bank.com")).toBe(false);
});
