import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { MAX_SHOWN_NAME, shownAddressDomains } from "../../src/message/shown-address.js";

describe("shownAddressDomains() finds", () => {
  test.each([
    ["an address", "ceo@bank.com", ["bank.com"]],
    ["a mailbox", "a <x@evil.net>", ["evil.net"]],
    ["upper case", "CEO@BANK.COM", ["bank.com"]],
    ["several, each once", "a@bank.com, b@evil.net / c@bank.com", ["bank.com", "evil.net"]],
    ["two at signs", "ceo@bank.com@evil.net", ["bank.com", "evil.net"]],
    ["space around the at sign", "ceo @ bank.com", ["bank.com"]],
    ["no-break space around it", "ceo\u00a0@\u00a0bank.com", ["bank.com"]],
    ["a fullwidth at sign", "ceo\uff20bank.com", ["bank.com"]],
    ["a small at sign", "ceo\ufe6bbank.com", ["bank.com"]],
    ["fullwidth letters and stops", "ceo@\uff42ank\uff0ecom", ["bank.com"]],
    ["an ideographic full stop", "ceo@bank\u3002com ceo@bank\uff61net", ["bank.com", "bank.net"]],
    ["trailing dots", "ceo@bank.com...", ["bank.com"]],
    ["an ellipsis", "ceo@bank.com\u2026evil", ["bank.com"]],
    ["an ending that is no domain", "ceo@bank.com.-x ceo@bank.net.", ["bank.com", "bank.net"]],
    ["a number behind it", "ceo@bank.com.2026", ["bank.com"]],
    ["invisible characters", "ce\u200bo\u2060@\u200dba\u00adnk\ufeff.\u202ecom", ["bank.com"]],
    ["the thinnest spaces", "ceo\u200a@\u2009bank\u200a.\u202fcom", ["bank.com"]],
    ["a name that runs from right to left", "\u202emoc.knab@oec", ["bank.com"]],
    ["control characters", "ceo@ba\0nk.com", ["bank.com"]],
    ["a U-label, as A-label", "a@b\u00fccher.example", ["xn--bcher-kva.example"]],
    ["a decomposed U-label", "a@bu\u0308cher.example", ["xn--bcher-kva.example"]],
    ["a homograph, told from what it imitates", "a@\u0430pple.com", ["xn--pple-43d.com"]],
    ["no local part", "@bank.com", ["bank.com"]],
    ["a domain that begins with a digit", "ceo@1bank.com", ["1bank.com"]],
    ["nothing but fullwidth characters", "ｃｅｏ＠ｂａｎｋ．ｃｏｍ", ["bank.com"]],
    ["a domain behind more than one can hold", `ceo@bank.com.${"a".repeat(300)}`, ["bank.com"]],
  ])("%s", (_, name, expected) => {
    expect(shownAddressDomains(name)).toEqual(expected);
  });
});

test("shownAddressDomains() finds nothing in names without an address", () => {
  for (const name of [
    "",
    "Alice",
    "bank.com",
    "Alice @ Bank",
    "a@",
    "@",
    "@@@",
    "a@192.0.2.1",
    "a@-.com",
    "é moc.knab@oec",
  ]) {
    expect(shownAddressDomains(name), name).toEqual([]);
  }
});

test("shownAddressDomains() looks at MAX_SHOWN_NAME characters", () => {
  const pad = "x".repeat(MAX_SHOWN_NAME - 12);
  expect(shownAddressDomains(pad + "ceo@bank.com")).toEqual(["bank.com"]);
  expect(shownAddressDomains(pad + "x".repeat(12) + "ceo@bank.com")).toEqual([]);
});

test("shownAddressDomains() answers for any text, with host names only", () => {
  const piece = fc.oneof(
    fc.constantFrom("@", "\uff20", ".", "-", " ", "a", "bank.com", "\u200b", "\u0301"),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      for (const domain of shownAddressDomains(pieces.join(""))) expect(domain).toMatch(/^[a-z0-9.-]+\.[a-z0-9-]+$/);
    }),
    { numRuns: 2000 },
  );
  for (const unit of [
    "@",
    "@.",
    "@ ",
    "a@",
    "@a.",
    "a.",
    "@a-.",
    ".",
    "\u0301",
    "@\u0301",
    "\ufdfa",
    "@a.b.",
    "\u00fc.",
  ]) {
    shownAddressDomains(unit.repeat(500_000 / unit.length));
    shownAddressDomains("@" + unit.repeat(500_000 / unit.length));
  }
});
