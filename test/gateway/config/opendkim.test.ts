import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseHostList, parseKeyTable, parseSigningTable } from "../../../src/gateway/config/opendkim.js";

describe("parseKeyTable()", () => {
  it("reads names, domains, selectors and paths, and the algorithm that OpenDKIM of 2026 writes after them", () => {
    const text = `
# KeyTable
rsa._domainkey.example.org example.org:rsa:/etc/dkim/rsa.private   # the old one
ed\tExample.NET:ed:./ed.private:ed25519-sha256
all %:any:../any.pem
`;
    expect(parseKeyTable(text, "KeyTable")).toEqual({
      entries: [
        { name: "rsa._domainkey.example.org", domain: "example.org", selector: "rsa", file: "/etc/dkim/rsa.private" },
        { name: "ed", domain: "example.net", selector: "ed", file: "./ed.private" },
        { name: "all", domain: null, selector: "any", file: "../any.pem" },
      ],
      problems: [],
      warnings: [],
    });
  });

  it.each([
    ["a b", 'KeyTable:1: a: "b" is no domain'],
    ["a example.org::/k", 'KeyTable:1: a: "" is no selector'],
    [
      "a example.org:s:keys/./a.pem",
      "KeyTable:1: a: name the private key's file, by a path that begins with / or ./ (keys in the table are not read)",
    ],
    ["a example.org:s:/keys/%.pem", "KeyTable:1: a: a % in the path is not supported; name each domain's key"],
  ])("names file and line: %s", (text, problem) => {
    expect(parseKeyTable(text, "KeyTable").problems).toEqual([problem]);
  });

  it("refuses a key in the table itself, and does not repeat it", () => {
    const secret = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(4);
    for (const line of [`a example.org:s:${secret}`, `a ${secret}`]) {
      const { problems } = parseKeyTable(line, "KeyTable");
      expect(problems).toHaveLength(1);
      expect(problems[0]).not.toContain("MIIE");
    }
  });
});

describe("parseSigningTable()", () => {
  it("reads patterns, names of keys and signers", () => {
    expect(parseSigningTable("*@example.org rsa\nexample.net  %\nx y:alice@%\nz y:", "refile")).toEqual({
      entries: [
        { pattern: "*@example.org", keyName: "rsa", signer: null },
        { pattern: "example.net", keyName: "%", signer: null },
        { pattern: "x", keyName: "y", signer: "alice@%" },
        { pattern: "z", keyName: "y", signer: null },
      ],
      problems: [],
      warnings: [],
    });
  });

  it("reports that a key's name is missing", () => {
    expect(parseSigningTable("example.org", "t").problems).toEqual(["t:1: example.org: names no key of the KeyTable"]);
  });
});

describe("parseHostList()", () => {
  it("reads addresses and networks, and warns of host names", () => {
    const { entries, warnings } = parseHostList(
      "127.0.0.1\nlocalhost\n!10.0.0.1\n10.0.0.0/8\n[::1]\n*.example.org\n",
      "hosts",
    );
    expect(entries).toEqual(["127.0.0.1", "127.0.0.0/8", "::1", "!10.0.0.1", "10.0.0.0/8", "[::1]"]);
    expect(warnings).toEqual([expect.stringMatching(/^hosts:6: "\*\.example\.org" has no effect/)]);
  });
});

describe("all three", () => {
  it("take any text, and say of every line something or nothing", () => {
    const line = fc.string({
      unit: fc.constantFrom("a", ".", ":", "%", "/", "#", " ", "\t", "\r", "!", "@", "0", "é"),
    });
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join("\n");
        for (const parse of [parseKeyTable, parseSigningTable, parseHostList]) {
          const { entries, problems, warnings } = parse(text, "f");
          expect(problems.length + warnings.length + entries.length).toBeLessThanOrEqual(2 * lines.length + 2);
        }
      }),
    );
  });
});
