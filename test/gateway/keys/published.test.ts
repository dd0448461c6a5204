import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeCrypto } from "../../../src/crypto/node.js";
import type { PrivateKey } from "../../../src/dkim/crypto.js";
import { parseKeyRecord } from "../../../src/dkim/key-record.js";
import { zoneResolver } from "../../../src/dns/zone.js";
import { checkPublished, comparePublished } from "../../../src/gateway/keys/published.js";
import { formatRecord } from "../../../src/gateway/keys/record-form.js";
import { recordOf, revokedRecord } from "../../../src/gateway/keys/record.js";
import { readZone } from "../../../src/dns/zone.js";
import { makeKey } from "../../support/dkim.js";

const RSA = makeKey("example.org", "rsa1", "rsa");
const ED = makeKey("example.org", "ed1");
const imported = (key: typeof RSA) => nodeCrypto.importPrivateKey(key.key.privateKey as string) as PrivateKey;
const strings = RSA.record.match(/.{1,255}/g)!;

describe("recordOf()", () => {
  it("is the record of the public half", () => {
    expect(recordOf(imported(RSA))).toBe(RSA.record);
    expect(recordOf(imported(ED))).toBe(ED.record);
  });
});

describe("formatRecord()", () => {
  it("writes a zone file that gives the record back, in strings of 255 octets at most", async () => {
    const zone = formatRecord(RSA, "zone", 300);
    expect(await readZone(zone, "zone").resolveTxt(RSA.name)).toEqual({ records: [RSA.record], ttl: 300 });
    for (const [, string] of zone.matchAll(/"([^"]*)"/g)) expect(string!.length).toBeLessThanOrEqual(255);
  });

  it("writes one line for web forms, and one transaction for nsupdate", () => {
    expect(formatRecord(ED, "text", 300)).toBe(`Name:  ${ED.name}\nType:  TXT\nValue: ${ED.record}\n\n`);
    expect(formatRecord(ED, "nsupdate", 300)).toBe(
      `update delete ${ED.name}. TXT\nupdate add ${ED.name}. 300 TXT "${ED.record}"\nsend\n`,
    );
    expect(formatRecord(RSA, "nsupdate", 300)).toContain(`TXT "${strings[0]}" "${strings[1]}"\n`);
  });

  it("withdraws a key with an empty p=", () => {
    expect(parseKeyRecord(revokedRecord("rsa")).reason).toBe("key-revoked");
  });
});

describe("comparePublished()", () => {
  it.each([
    ["published", [RSA.record]],
    ["published", [RSA.record.replace("v=DKIM1; k=rsa; ", "")]],
    ["published", [RSA.record.replace("p=", "n=a note; t=s; p=")]],
    ["published", [RSA.record.replace("p=", "s=email; h=sha1:sha256; p=")]],
    ["published", [strings.join(" ")]],
    ["absent", []],
    ["several-records", [RSA.record, "v=spf1 -all"]],
    ["several-records", [RSA.record, RSA.record]],
    ["several-records", [strings[0], "v=spf1 -all"]],
    ["strings-as-records", strings],
    ["strings-as-records", [...strings].reverse().map((string) => `"${string}"`)],
    ["quotes-inside", [strings.map((string) => `"${string}"`).join(" ")]],
    ["quotes-inside", [RSA.record.replaceAll(";", "\\;")]],
    ["strings-out-of-order", [[...strings].reverse().join("")]],
    ["truncated", [strings[0]]],
    ["truncated", [RSA.record.slice(0, -1)]],
    ["truncated", [strings[0].slice(0, 100) + strings[1]!]],
    ["revoked", ["v=DKIM1; p="]],
    ["other-key", [makeKey("example.org", "x", "rsa").record]],
    ["other-key", [RSA.record.replace(/(?<=p=.{200})./, (octet) => (octet === "A" ? "B" : "A"))]],
    ["other-key", [ED.record]],
    ["malformed", ["v=spf1 -all"]],
    ["malformed", ["v=DKIM1; p=!"]],
    ["testing", [RSA.record.replace("p=", "t=y:s; p=")]],
    ["not-for-email", [RSA.record.replace("p=", "s=tlsrpt; p=")]],
    ["hash-forbidden", [RSA.record.replace("p=", "h=sha1; p=")]],
  ])("finds %s", (finding, records) => {
    expect(comparePublished(records, RSA.record)).toEqual([finding]);
  });

  it("finds that an Ed25519 key is published without its type", () => {
    expect(comparePublished([ED.record.replace("k=ed25519; ", "")], ED.record)).toEqual(["type-missing"]);
    expect(comparePublished([ED.record], ED.record)).toEqual(["published"]);
    expect(comparePublished([RSA.record], ED.record)).toEqual(["other-key"]);
  });

  it("names all that restricts a key", () => {
    const record = RSA.record.replace("p=", "t=y; s=other; h=sha1; p=");
    expect(comparePublished([record], RSA.record)).toEqual(["testing", "not-for-email", "hash-forbidden"]);
  });

  it("takes any records, and calls published only what has the whole key", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary-ascii" }),
      fc.constantFrom(...strings, RSA.record, "; t=y", '"', "p="),
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.array(piece).map((pieces) => pieces.join("")),
          { maxLength: 3 },
        ),
        (records) => {
          const findings = comparePublished(records, RSA.record);
          expect(findings.length).toBeGreaterThan(0);
          if (findings.includes("published"))
            expect(records.join("").replace(/\s/g, "")).toContain(RSA.record.slice(-100));
        },
      ),
    );
  });
});

describe("checkPublished()", () => {
  it("tells a name without a record from a DNS without an answer", async () => {
    const resolver = zoneResolver({ a: null, b: [], c: "SERVFAIL", d: "TIMEOUT", e: [RSA.record] });
    const found = (name: string) => checkPublished(resolver, name, RSA.record);
    expect(await Promise.all(["a", "b", "c", "d", "e"].map(found))).toEqual([
      ["absent"],
      ["absent"],
      ["no-answer"],
      ["no-answer"],
      ["published"],
    ]);
  });
});
