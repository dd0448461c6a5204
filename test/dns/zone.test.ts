import { describe, expect, it } from "vitest";
import { readZone, zoneResolver } from "../../src/dns/zone.js";

describe("readZone with JSON", () => {
  const resolver = readZone(
    `\ufeff
    { "s1._domainkey.example.org": ["v=DKIM1; p=AAAA", "second"], "note.example": ["n=Grüße"], "gone.example": null,
      "empty.example": [], "down.example": "SERVFAIL", "slow.example": "TIMEOUT" }`,
  );

  it("answers with the records of a name, synchronously", () => {
    expect(resolver.resolveTxt("s1._domainkey.example.org")).toEqual(["v=DKIM1; p=AAAA", "second"]);
  });

  it("gives characters beyond ASCII as octets of UTF-8", () => {
    expect(resolver.resolveTxt("note.example")).toEqual(["n=Gr\xc3\xbc\xc3\x9fe"]);
  });

  it.each(["gone.example", "empty.example", "unlisted.example", "constructor", "__proto__"])(
    "says not-found for %s",
    (name) => {
      expect(() => resolver.resolveTxt(name)).toThrow(expect.objectContaining({ name: "DnsError", code: "not-found" }));
    },
  );

  it.each(["down.example", "slow.example"])("says temporary for %s at once", (name) => {
    expect(() => resolver.resolveTxt(name)).toThrow(expect.objectContaining({ name: "DnsError", code: "temporary" }));
  });

  it.each([
    ["{", /^dns\.json: not JSON/],
    ["[]", /^dns\.json: not an object of names$/],
    ['{"A.example": []}', /^dns\.json: "A\.example" must be in lower case$/],
    ['{"a.example.": []}', /^dns\.json: "a\.example\." must not end with a dot$/],
    ['{"": []}', /^dns\.json: "" is no name$/],
    ['{"a.example": "text"}', /^dns\.json: "a\.example" must be an array of strings/],
    ['{"a.example": [1]}', /^dns\.json: "a\.example" must be an array of strings/],
    ['{"a.example": ["one", 1]}', /^dns\.json: "a\.example" must be an array of strings/],
    ['{"a.example": {}}', /^dns\.json: "a\.example" must be an array of strings/],
  ])("refuses %s and says why", (text, message) => {
    expect(() => readZone(text, "dns.json")).toThrow(
      expect.objectContaining({ code: "zone-unreadable", message: expect.stringMatching(message) as string }),
    );
  });
});

describe("readZone", () => {
  it("takes what does not begin with a brace for a master file", () => {
    expect(readZone("\n$ORIGIN example.org.\na TXT one\n").resolveTxt("a.example.org")).toEqual(["one"]);
    expect(readZone('a[0]. TXT "{\ufeff}"').resolveTxt("a[0]")).toEqual(["{\xef\xbb\xbf}"]);
    expect(() => readZone("").resolveTxt("a.example")).toThrow(expect.objectContaining({ code: "not-found" }));
  });
});

describe("zoneResolver", () => {
  it("answers from records in memory", () => {
    expect(zoneResolver({ "a.example": ["one"] }).resolveTxt("a.example")).toEqual(["one"]);
  });
});
