import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesAddress, parseAddressPattern } from "../../../src/gateway/policy/address-pattern.js";
import { matchesLogin, parseLoginPattern } from "../../../src/gateway/policy/login-pattern.js";
import { NetworkList } from "../../../src/gateway/policy/network-list.js";
import { matchesWildcard, SigningTable } from "../../../src/gateway/policy/signing-table.js";

describe("a pattern of authors", () => {
  const matches = (pattern: string, address: string, login: string | null = null) => {
    const at = address.lastIndexOf("@");
    const author = { localPart: address.slice(0, at), domain: address.slice(at + 1) };
    return matchesAddress(parseAddressPattern(pattern)!, author, login);
  };

  it("of a domain means exactly it, with an asterisk all below it and not itself", () => {
    expect(matches("example.org", "a@example.org")).toBe(true);
    expect(matches("example.org", "a@sub.example.org")).toBe(false);
    expect(matches("*.example.org", "a@sub.example.org")).toBe(true);
    expect(matches("*.example.org", "a@example.org")).toBe(false);
    expect(matches("*.example.org", "a@notexample.org")).toBe(false);
    expect(matches("*@example.org", "a@example.org")).toBe(true);
    expect(matches("*@example.org", "a@sub.example.org")).toBe(false);
  });

  it("may be written in U-labels", () => {
    expect(matches("bücher.example", "a@xn--bcher-kva.example")).toBe(true);
    expect(matches("*.bücher.example", "a@b.xn--bcher-kva.example")).toBe(true);
  });

  it("of the login means its address, or its domain, and nobody where there is no login", () => {
    expect(matches("$login", "a@example.org", "a@example.org")).toBe(true);
    expect(matches("$login", "a@example.org", "b@example.org")).toBe(false);
    expect(matches("$login", "a@example.org", null)).toBe(false);
    expect(matches("$login_domain", "a@example.org", "b@EXAMPLE.org")).toBe(true);
    expect(matches("$login_domain", "a@example.org", null)).toBe(false);
    expect(matches("$login_domain", "a@example.org", "example.org")).toBe(false);
  });

  it.each(["", "@", "@example.org", "a@", "*@example.org.", "a*@example.org", "org", "*.", "**", "a b.org", "$user"])(
    "is not %j",
    (text) => {
      expect(parseAddressPattern(text)).toBeNull();
    },
  );
});

describe("a pattern of logins", () => {
  const matches = (pattern: string, login: string) => matchesLogin(parseLoginPattern(pattern)!, login);

  it("means one login, those of a domain, or all", () => {
    expect(matches("alice", "Alice")).toBe(true);
    expect(matches("alice", "alice@example.org")).toBe(false);
    expect(matches("*@example.org", "alice@example.org")).toBe(true);
    expect(matches("*@example.org", "alice@sub.example.org")).toBe(false);
    expect(matches("*", "")).toBe(true);
  });

  it("means a login with a domain however that is written", () => {
    expect(matches("alice@bücher.example", "Alice@XN--BCHER-kva.example")).toBe(true);
    expect(matches("alice@bücher.example", "bob@xn--bcher-kva.example")).toBe(false);
  });

  it.each(["", "a*", "*@", "*@org", "@*"])("is not %j", (text) => {
    expect(parseLoginPattern(text)).toBeNull();
  });
});

describe("a list of networks", () => {
  it("lets the narrower entry decide", () => {
    const list = new NetworkList([
      "!192.0.2.0/24",
      "192.0.2.1",
      "192.0.0.0/8",
      "[2001:db8::1]",
      "!2001:db8::2",
      "2001:db8::/64",
    ]);
    expect(list.has("192.0.2.1")).toBe(true);
    expect(list.has("192.0.2.2")).toBe(false);
    expect(list.has("192.1.2.2")).toBe(true);
    expect(list.has("2001:DB8:0:0::1")).toBe(true);
    expect(list.has("2001:db8::2")).toBe(false);
    expect(list.has("2001:db8::3")).toBe(true);
  });

  it("excludes where two entries are equal", () => {
    expect(new NetworkList(["192.0.2.1", "!192.0.2.1/32"]).has("192.0.2.1")).toBe(false);
  });

  it.each(["localhost", "192.0.2.1/33", "192.0.2", "!!192.0.2.1", "192.0.2.1/", "::1/129", "1[0.0.0.0]/8"])(
    "refuses %j",
    (entry) => {
      expect(() => new NetworkList([entry])).toThrow(/no IP address or network/);
    },
  );
});

describe("OpenDKIM's SigningTable", () => {
  const found = (
    patterns: string[],
    form: "file" | "refile",
    multiple = true,
    localPart = "User",
    domain = "a.b.org",
  ) => {
    const entries = patterns.map((pattern) => ({ pattern, keyName: pattern, signer: null }));
    return new SigningTable(entries, { form, multiple }).lookUp({ localPart, domain }).map(({ keyName }) => keyName);
  };

  it("as a file is looked up from the address to the asterisk", () => {
    const order = ["user@a.b.org", "a.b.org", "user@.b.org", "user@.org", ".b.org", ".org", "user@*", "*"];
    expect(found([...order].reverse(), "file")).toEqual(order);
    expect(found([".a.b.org", "user@.a.b.org", "other@a.b.org", "b.org", "*@a.b.org"], "file")).toEqual([]);
  });

  it("as a refile has wildcards, tried in their order", () => {
    expect(found(["*@*.org", "USER@a.b.org", "*@b.org", "*"], "refile")).toEqual(["*@*.org", "USER@a.b.org", "*"]);
  });

  it("signs with the first that fits only, unless several are wanted", () => {
    expect(found(["a.b.org", "*"], "file", false)).toEqual(["a.b.org"]);
    expect(found(["*", "a.b.org"], "refile", false)).toEqual(["*"]);
  });

  it("as a file has all lines of one pattern, in their order and whatever their case", () => {
    expect(found(["user@a.b.org", "USER@a.b.org"], "file")).toEqual(["user@a.b.org", "USER@a.b.org"]);
  });

  it.each([
    ["*", "", true],
    ["a*", "a", true],
    ["a**", "a", true],
    ["a*b", "a", false],
    ["a", "ab", false],
    ["", "a", false],
  ])("has a wildcard %j that for %j says %s", (pattern, text, does) => {
    expect(matchesWildcard(pattern, text)).toBe(does);
  });

  it("matches wildcards as a regular expression would", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", ".", "*"), maxLength: 8 });
    fc.assert(
      fc.property(pattern, word, (glob, text) => {
        const regex = new RegExp(`^${glob.replaceAll(".", "\\.").replaceAll("*", ".*")}$`, "s");
        expect(matchesWildcard(glob, text)).toBe(regex.test(text));
      }),
    );
  });
});
