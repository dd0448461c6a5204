import { describe, expect, it } from "vitest";
import { mayBeAsked } from "../../../src/gateway/http/dns-name.js";

describe("the names that a browser may ask for", () => {
  it.each([
    "s1._domainkey.example.org",
    "a.b_c._domainkey.mail.example.org",
    "_dmarc.example.org",
    "s1._domainkey.xn--mnchen-3ya.example",
  ])("hold %s", (name) => {
    expect(mayBeAsked(name)).toBe(true);
  });

  it.each([
    "",
    "example.org",
    "_domainkey.example.org",
    "._domainkey.example.org",
    "s1._domainkey.",
    "s1._domainkey.org",
    "s1._domainkey.example.org.",
    "S1._domainkey.example.org",
    "s1._domainkey.münchen.example",
    "s1._domainkey.a._domainkey.example.org",
    "s 1._domainkey.example.org",
    "s1._domainkey.exa\0mple.org",
    "x._dmarc.example.org",
    "_dmarc._dmarc.example.org",
    `_dmarc.${"a.".repeat(126)}org`,
  ])("do not hold %j", (name) => {
    expect(mayBeAsked(name)).toBe(false);
  });
});
