import { describe, expect, test } from "vitest";
import type { AuthorFinding } from "../../src/message/author.js";
import { alignmentOf, commonDomain, needsOrganizationalDomain } from "../../src/status/alignment.js";
import { loadPublicSuffixList } from "../../src/status/organizational-domain.js";
import { organizationalDomainOf } from "../../src/status/public-suffix-list.js";

const neverAsked = (): never => {
  throw new Error("the list was asked");
};

function byAuthor(displayName: string | null, domain = "bank.com"): AuthorFinding {
  return { mailbox: { displayName, localPart: "ceo", domain }, reason: null };
}

describe("the domain of a signer against the author's", () => {
  test.each([
    ["bank.com", "bank.com", "exact"],
    ["bank.com", "mail.bank.com", "organization"],
    ["mail.bank.com", "bank.com", "organization"],
    ["a.mail.bank.com", "b.news.bank.com", "organization"],
    ["bank.co.uk", "mail.bank.co.uk", "organization"],
    ["mail.bank.example", "news.bank.example", "organization"],
    ["a.xn--bcher-kva.example", "xn--bcher-kva.example", "organization"],
    ["bank.com", "evilbank.com", "none"],
    ["bank.com", "bank.com.evil.net", "none"],
    ["bank.com", "com", "none"],
    ["com", "bank.com", "none"],
    ["bank.co.uk", "co.uk", "none"],
    ["co.uk", "bank.co.uk", "none"],
    ["co.uk", "co.uk", "exact"],
    ["bank.co.uk", "evil.co.uk", "none"],
    ["bank.github.io", "evil.github.io", "none"],
    ["bank.github.io", "github.io", "none"],
    ["github.io", "github.io", "exact"],
    ["bank.xn--55qx5d.cn", "evil.xn--55qx5d.cn", "none"],
    ["10.0.0.1", "11.0.0.1", "none"],
  ])("from %s, signed by %s: %s", (author, signer, expected) => {
    expect(alignmentOf(author, signer, organizationalDomainOf)).toBe(expected);
  });

  test.each([
    ["bank.onmicrosoft.com", "bank.onmicrosoft.com", "exact"],
    ["sub.bank.onmicrosoft.com", "bank.onmicrosoft.com", "organization"],
    ["bank.onmicrosoft.com", "sub.bank.onmicrosoft.com", "organization"],
    ["bank.onmicrosoft.com", "evil.onmicrosoft.com", "none"],
    ["bank.onmicrosoft.com", "onmicrosoft.com", "none"],
    ["onmicrosoft.com", "evil.onmicrosoft.com", "none"],
    ["bank.mail.onmicrosoft.com", "evil.mail.onmicrosoft.com", "none"],
    ["bank.onmicrosoft.de", "evil.onmicrosoft.de", "none"],
    ["bank-com.20230601.gappssmtp.com", "evil-com.20230601.gappssmtp.com", "none"],
    ["bank.gappssmtp.com", "gappssmtp.com", "none"],
  ])("one tenant of a platform never vouches for another: from %s, signed by %s: %s", (author, signer, expected) => {
    expect(alignmentOf(author, signer, () => "onmicrosoft.com")).toBe(expected);
  });

  test("a function of the page's own that knows neither domain makes nobody related", () => {
    const ignorant = () => undefined as unknown as null;
    expect(alignmentOf("bank.github.io", "evil.github.io", ignorant)).toBe("none");
  });

  test("equal domains, unrelated ones and tenants need no list", () => {
    expect(alignmentOf("bank.com", "bank.com", neverAsked)).toBe("exact");
    expect(alignmentOf("bank.com", "evil.com", neverAsked)).toBe("none");
    expect(alignmentOf("bank.com", "bank.net", neverAsked)).toBe("none");
    expect(alignmentOf("a.onmicrosoft.com", "b.onmicrosoft.com", neverAsked)).toBe("none");
  });

  test("in between, the answer waits for the list, or cannot be had without it", () => {
    expect(alignmentOf("bank.com", "mail.bank.com", "pending")).toBe("pending");
    expect(alignmentOf("bank.com", "mail.bank.com", null)).toBe("unknown");
    expect(alignmentOf("bank.com", "bank.com", null)).toBe("exact");
    expect(alignmentOf("bank.com", "evil.net", "pending")).toBe("none");
  });

  test("the common domain is at least two labels", () => {
    expect(commonDomain("a.bank.com", "b.bank.com")).toBe("bank.com");
    expect(commonDomain("bank.com", "bank.com")).toBe("bank.com");
    expect(commonDomain("bank.com", "evil.com")).toBeNull();
    expect(commonDomain("bank.com", "evilbank.com")).toBeNull();
  });
});

describe("whether the list is needed", () => {
  test("only for signers in between, and for names that show such a domain", () => {
    expect(needsOrganizationalDomain(byAuthor(null), ["bank.com", "evil.net", null, "co.uk"])).toBe(false);
    expect(needsOrganizationalDomain(byAuthor(null), ["mail.bank.com"])).toBe(true);
    expect(needsOrganizationalDomain(byAuthor("ceo@mail.bank.com"), [])).toBe(true);
    expect(needsOrganizationalDomain(byAuthor("ceo@evil.net"), [])).toBe(false);
  });

  test("never without an author", () => {
    expect(needsOrganizationalDomain({ mailbox: null, reason: "from-missing" }, ["mail.bank.com"])).toBe(false);
  });
});

test("the Public Suffix List is loaded with both of its sections", async () => {
  const organizationalDomain = await loadPublicSuffixList();
  expect(organizationalDomain?.("a.b.bank.co.uk")).toBe("bank.co.uk");
  expect(organizationalDomain?.("a.bank.github.io")).toBe("bank.github.io");
  expect(organizationalDomain?.("github.io")).toBeNull();
});
