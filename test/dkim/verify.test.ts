import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { nodeCrypto } from "../../src/crypto/node.js";
import type { Crypto, PublicKey } from "../../src/dkim/crypto.js";
import { MAX_SIGNATURE_OCTETS, MAX_SIGNATURES, MAX_SIGNED_NAMES } from "../../src/dkim/limits.js";
import { DnsError, type Resolver } from "../../src/dkim/resolver.js";
import { createVerifier } from "../../src/dkim/verify.js";
import { readZone } from "../../src/dns/zone.js";
import { parseHeader } from "../../src/message/header.js";
import { octetsOf } from "../../src/message/octets.js";
import { SIGNATURE_CASES, SIGNATURE_TAGS as TAGS } from "../support/signature-cases.js";
import { craft as craftMessage } from "../support/craft.js";
import { makeKey, NOW, outcomes, resolverOf, signed, verified, zoneOf, type TestKey } from "../support/dkim.js";

const key = makeKey("example.org", "s1");
const zone = zoneOf(key);
const resolver = resolverOf(zone);
const MESSAGE = "From: a@example.org\r\nTo: b@example.net\r\nSubject: Hi\r\n\r\nHello.\r\n";
const SECONDS = Math.floor(NOW.getTime() / 1000);

const fixture = (name: string) => readFileSync(new URL(`../fixtures/rfc/${name}`, import.meta.url));

describe("the RFCs' examples", () => {
  const rfcZone = readZone(fixture("zone.json").toString());

  it("RFC 6376 A.2 verifies", async () => {
    expect(await outcomes(fixture("rfc6376-a.2.eml"), rfcZone)).toEqual(["pass"]);
  });

  it("RFC 8463 A.3 verifies with both of its signatures", async () => {
    expect(await outcomes(fixture("rfc8463-a.3.eml"), rfcZone)).toEqual(["pass", "pass"]);
  });

  it("neither verifies with one letter of its body or Subject changed", async () => {
    for (const name of ["rfc6376-a.2.eml", "rfc8463-a.3.eml"]) {
      const text = fixture(name).toString("latin1");
      const body = await outcomes(text.replace("We lost", "We Lost"), rfcZone);
      const subject = await outcomes(text.replace("Is dinner", "Is Dinner"), rfcZone);
      expect(new Set(body)).toEqual(new Set(["body-hash-mismatch"]));
      expect(new Set(subject)).toEqual(new Set(["signature-mismatch"]));
    }
  });
});

const craft = (tags: string, by: TestKey = key) => craftMessage(tags, by, MESSAGE);

const rsa = makeKey("example.org", "r1", "rsa", 1024);

describe("a signature field (RFC 6376 §6.1.1)", () => {
  it.each(SIGNATURE_CASES)("%s: %s", async (expected, tags) => {
    expect(await outcomes(craft(tags), resolver)).toEqual([expected]);
  });

  it("does not ask the DNS about what is refused already, or for names that are no host names", async () => {
    const asked: string[] = [];
    const messages = [
      TAGS + " bogus;",
      TAGS.replace("s=s1", "s=s1\\000.evil"),
      TAGS.replace("a=ed25519-", "a=rsa-sha1-"),
    ];
    for (const tags of messages) await verified(craft(tags), resolverOf(zone, asked));
    expect(asked).toEqual([]);
  });

  it("with l= that covers the whole body passes, and with less is policy (RFC 6376 §8.2)", async () => {
    for (const length of ["8", "8".padStart(76, "0")]) {
      expect(await outcomes(craft(TAGS + ` l=${length};`), resolver)).toEqual(["pass"]);
    }
    const short = craft(TAGS.replace("bh=$bh", "bh=" + createHash("sha256").update("Hell").digest("base64")) + " l=4;");
    const [verdict] = await verified(short, resolver);
    expect(verdict).toMatchObject({ result: "policy", reason: "body-partly-signed" });
  });

  it("with a bh= that is longer or shorter than the hash does not match", async () => {
    const hash = createHash("sha256").update("Hello.\r\n").digest();
    for (const octets of [Buffer.concat([hash, Buffer.of(0)]), hash.subarray(0, 31)]) {
      const message = craft(TAGS.replace("$bh", octets.toString("base64")));
      expect(await outcomes(message, resolver)).toEqual(["body-hash-mismatch"]);
    }
  });

  it("with a d= or s= that is not UTF-8 is reported without it", async () => {
    const [domain] = await verified(craft(TAGS.replace("d=example", "d=\xff")), resolver);
    expect(domain).toMatchObject({ reason: "domain-invalid", tags: { domain: null, identity: null } });
    const [selector] = await verified(craft(TAGS.replace("s=s1", "s=\xff")), resolver);
    expect(selector).toMatchObject({ reason: "selector-invalid", tags: { selector: null } });
  });

  it("is judged by the time of receipt", async () => {
    const message = craft(TAGS + ` x=${SECONDS};`);
    expect(await outcomes(message, resolver, { receivedAt: NOW })).toEqual(["pass"]);
    expect(await outcomes(message, resolver, { receivedAt: new Date(NOW.getTime() + 1000) })).toEqual([
      "signature-expired",
    ]);
  });

  it("counts as expired if the time of receipt is an invalid Date", async () => {
    const message = craft(TAGS + ` x=${SECONDS};`);
    expect(await outcomes(message, resolver, { receivedAt: new Date(NaN) })).toEqual(["signature-expired"]);
  });

  it("takes fields of a repeated name from the bottom up, and an absent name for nothing (§5.4.2)", async () => {
    const message = await signed(MESSAGE, [key]);
    expect(await outcomes("X-New: 1\r\n" + message, resolver)).toEqual(["pass"]);
    expect(await outcomes("Subject: other\r\n" + message, resolver)).toEqual(["signature-mismatch"]); // oversigned
    const twice = await outcomes(craft(TAGS.replace("h=From:", "h=From:X-None:")), resolver);
    expect(twice).toEqual(["pass"]);
    const prepended = "Subject: other\r\n" + craft(TAGS);
    expect(await outcomes(prepended, resolver)).toEqual(["pass"]); // the lower Subject is the signed one
  });

  it("never covers its own field, even where h= names DKIM-Signature (§3.7)", async () => {
    const naming = (names: string) => TAGS.replace("h=From:", `h=From:${names}:`);
    expect(await outcomes(craft(naming("DKIM-Signature:DKIM-Signature")), resolver)).toEqual(["pass"]);
    const older = craftMessage(naming("DKIM-Signature"), key, "DKIM-Signature: v=0\r\n" + MESSAGE).split("\r\n");
    const [own, other, ...rest] = older as [string, string, ...string[]];
    expect(await outcomes([own, other, ...rest].join("\r\n"), resolver)).toEqual(["pass", "tag-missing"]);
    expect(await outcomes([other, own, ...rest].join("\r\n"), resolver)).toEqual(["tag-missing", "pass"]);
    expect(await outcomes([own, ...rest].join("\r\n"), resolver)).toEqual(["signature-mismatch"]);
  });

  it("reads U-labels as A-labels for the key (RFC 8616)", async () => {
    const idn = makeKey("xn--mnchen-3ya.example", "s1");
    const asked: string[] = [];
    const message = craft(TAGS.replace("d=example.org", "d=m\xc3\xbcnchen.example"), idn);
    const [verdict] = await verified(message, resolverOf(zoneOf(idn), asked));
    expect(verdict).toMatchObject({ result: "pass", tags: { domain: "xn--mnchen-3ya.example" } });
    expect(asked).toEqual(["s1._domainkey.xn--mnchen-3ya.example"]);
  });
});

describe("a key (RFC 6376 §6.1.2)", () => {
  const answer = (...records: string[]): Resolver => resolverOf({ [key.name]: records });

  it.each([
    ["pass", "k=ed25519; p=$p"],
    ["pass", "v=DKIM1; k=ed25519; p=$p; h=sha1:sha256; s=*:x; t=s; n=note"],
    ["pass", "v=DKIM1; k=ed25519; p=$p; s=x:email"],
    ["pass", "v=DKIM1; k=ed25519; p=$p; t=y"],
    ["key-revoked", "v=DKIM1; p="],
    ["key-malformed", "v=spf1 -all"],
    ["key-type-mismatch", "v=DKIM1; k=rsa; p=$rsa"],
    ["key-hash-forbidden", "v=DKIM1; k=ed25519; p=$p; h=sha1"],
    ["key-not-for-email", "v=DKIM1; k=ed25519; p=$p; s=tlsrpt"],
    ["key-ambiguous", "v=DKIM1; k=ed25519; p=$p", "v=DKIM1; k=ed25519; p=$p"],
    ["key-not-found"],
  ])("%s: %s", async (expected, ...records) => {
    const pOf = ({ record }: TestKey) => record.replace(/.*p=/, "");
    const published = records.map((record) => record.replace("$p", pOf(key)).replace("$rsa", pOf(rsa)));
    expect(await outcomes(craft(TAGS), answer(...published))).toEqual([expected]);
  });

  it("that the DNS does not have is not found, and one that it does not answer about is temporary", async () => {
    expect(await outcomes(craft(TAGS), resolverOf({}))).toEqual(["key-not-found"]);
    expect(await outcomes(craft(TAGS), resolverOf({ [key.name]: null }))).toEqual(["key-not-found"]);
    expect(await outcomes(craft(TAGS), resolverOf({ [key.name]: "SERVFAIL" }))).toEqual(["key-lookup-failed"]);
  });

  it("with t=s forbids an identity below d=", async () => {
    const message = craft(TAGS + " i=@news.example.org;");
    expect(await outcomes(message, answer(key.record + "; t=s"))).toEqual(["key-forbids-subdomain"]);
  });

  it("with t=y is reported as testing", async () => {
    expect(await verified(craft(TAGS), answer(key.record + "; t=s:y"))).toMatchObject([
      { testing: true, keyBits: 256 },
    ]);
    expect(await verified(craft(TAGS), resolverOf({}))).toMatchObject([{ testing: false, keyBits: null }]);
  });

  it("of 32 octets under k=rsa is no Ed25519 key (algorithm confusion)", async () => {
    expect(await outcomes(craft(TAGS), answer(key.record.replace("k=ed25519; ", "")))).toEqual(["key-malformed"]);
  });

  const withRsa = async (k: TestKey) =>
    outcomes(craft(TAGS.replace("ed25519", "rsa").replace("s=s1", "s=r1"), k), resolverOf(zoneOf(k)));

  it("of RSA has 1024 bits at least, and 8192 at most", async () => {
    expect(await withRsa(rsa)).toEqual(["pass"]);
    expect(await withRsa(makeKey("example.org", "r1", "rsa", 1016))).toEqual(["key-too-small"]);
    const large = "v=DKIM1; p=" + spkiOfBits(8200);
    const message = craft(TAGS.replace("ed25519", "rsa"), rsa);
    expect(await outcomes(message, answer(large))).toEqual(["key-too-large"]);
  });

  it("lookup that throws anything else is temporary", async () => {
    const message = craft(TAGS);
    for (const failure of [new DnsError("temporary", "SERVFAIL"), new Error("boom")]) {
      const failing: Resolver = { resolveTxt: () => Promise.reject(failure) };
      expect(await outcomes(message, failing)).toEqual(["key-lookup-failed"]);
    }
  });

  it("resolver whose answer has the wrong form is a failed lookup, synchronous or not", async () => {
    const answers: unknown[] = [null, undefined, 7, [7], [undefined], [["p="]], "p=", { records: 7 }, { records: "p" }];
    for (const answer of answers) {
      for (const given of [answer, Promise.resolve(answer)]) {
        const odd: Resolver = { resolveTxt: () => given as string[] };
        expect(await outcomes(craft(TAGS), odd)).toEqual(["key-lookup-failed"]);
      }
    }
  });

  it("resolver may tell how long its answer lasts, and answer with no record at all", async () => {
    const lasting: Resolver = { resolveTxt: () => ({ records: [key.record], ttl: 60 }) };
    expect(await outcomes(craft(TAGS), lasting)).toEqual(["pass"]);
    expect(await outcomes(craft(TAGS), { resolveTxt: () => [] })).toEqual(["key-not-found"]);
  });

  it("resolver and cryptography that answer synchronously give synchronous verdicts", async () => {
    const header = parseHeader(octetsOf(await signed("From: a@example.org\r\n\r\n", [key])));
    const verifier = createVerifier(header, { crypto: nodeCrypto, resolver, receivedAt: NOW, authorDomain: null });
    expect(verifier.finish()).toMatchObject([{ result: "pass" }]);
  });

  it("resolver and cryptography may answer with promises that are not this realm's own", async () => {
    const foreign = <T>(value: T): Promise<T> => runInNewContext("Promise.resolve(value)", { value }) as Promise<T>;
    const late: Resolver = { resolveTxt: (name) => foreign(resolver.resolveTxt(name) as string[]) };
    const crypto: Crypto = {
      ...nodeCrypto,
      importPublicKey: (material) => foreign(nodeCrypto.importPublicKey(material) as PublicKey),
      verify: (...args) => foreign(nodeCrypto.verify(...args) as boolean),
    };
    const message = await signed(MESSAGE, [key]);
    expect(await outcomes(message, late, { crypto })).toEqual(["pass"]);
    expect(await outcomes("DKIM-Signature: v=1\r\n" + message, late)).toEqual(["tag-missing", "pass"]);
    expect(await outcomes(message.replace("Subject: Hi", "Subject: Ho"), late, { crypto })).toEqual([
      "signature-mismatch",
    ]);
  });

  it("that the cryptography refuses is malformed, and its failure to verify is temporary, at once or later", async () => {
    const message = await signed(MESSAGE, [key]);
    const failures = [
      () => {
        throw new Error("no such key");
      },
      () => Promise.reject(new Error("no such key")),
    ];
    for (const fail of failures) {
      expect(await outcomes(message, resolver, { crypto: { ...nodeCrypto, importPublicKey: fail } })).toEqual([
        "key-malformed",
      ]);
      expect(await outcomes(message, resolver, { crypto: { ...nodeCrypto, verify: fail } })).toEqual([
        "internal-error",
      ]);
    }
  });

  it("lookup that is given up is cancelled, also where a resolver hands a copy of its options on", async () => {
    let signal: AbortSignal | undefined;
    const wrapping: Resolver = {
      resolveTxt: (_, options) => {
        ({ signal } = { ...options });
        return new Promise<never>(() => undefined);
      },
    };
    expect(await outcomes(craft(TAGS), wrapping, { lookupTimeout: 10 })).toEqual(["key-lookup-failed"]);
    expect(signal?.aborted).toBe(true);
  });

  it("lookup that never answers ends at the time limit, and at the caller's signal", async () => {
    const silent: Resolver = { resolveTxt: () => new Promise(() => undefined) };
    expect(await outcomes(craft(TAGS), silent, { lookupTimeout: 10 })).toEqual(["key-lookup-failed"]);
    const controller = new AbortController();
    const pending = outcomes(craft(TAGS), silent, { signal: controller.signal });
    controller.abort();
    expect(await pending).toEqual(["cancelled"]);
    const asked: string[] = [];
    const late = resolverOf(zone, asked);
    expect(await outcomes(craft(TAGS), late, { signal: controller.signal })).toEqual(["cancelled"]);
    expect(asked).toEqual([]);
  });

  it("is looked up once for all signatures of a message that name it", async () => {
    const asked: string[] = [];
    await verified(craft(TAGS).replace(MESSAGE, "") + craft(TAGS), resolverOf(zone, asked));
    expect(asked).toEqual([key.name]);
  });
});

describe("limits", () => {
  const fields = (count: number, domain: string) =>
    `DKIM-Signature: v=1; a=rsa-sha256; d=${domain}; s=s1; h=from; bh=AAAA; b=AAAA\r\n`.repeat(count);

  it("tries as many signatures as the limit says, and those of the author's domain first", async () => {
    const message = fields(MAX_SIGNATURES, "evil.example") + craft(TAGS);
    const all = await outcomes(message, resolver, { authorDomain: "example.org" });
    expect(all.at(-1)).toBe("pass");
    expect(all.filter((reason) => reason === "too-many-signatures")).toHaveLength(1);
    const within = await outcomes(fields(MAX_SIGNATURES - 1, "evil.example") + craft(TAGS), resolver);
    expect(within).not.toContain("too-many-signatures");
  });

  it.each([
    ["the author's domain before those below it", "example.org", ["news.example.org"]],
    ["one above it before strangers", "news.example.org", ["evil.example", "example.net"]],
    ["one below it before strangers, also where a d= is unreadable", "org", ["evil.example", "exa_mple.org"]],
  ])("tries %s", async (_, authorDomain, crowd) => {
    const message = crowd.map((domain) => fields(MAX_SIGNATURES, domain)).join("") + craft(TAGS);
    expect((await outcomes(message, resolver, { authorDomain })).at(-1)).toBe("pass");
  });

  it("judges 5,000 signature fields one by one, with few lookups", async () => {
    const asked: string[] = [];
    const all = await outcomes(fields(5000, "evil.example") + MESSAGE, resolverOf(zone, asked));
    expect(all).toHaveLength(5000);
    expect(asked.length).toBeLessThanOrEqual(MAX_SIGNATURES);
  });

  it("refuses a field one octet too long, and h= with one name too many", async () => {
    const pad = (octets: number) => craft(TAGS + ` z=${"x".repeat(octets)};`);
    const size = pad(0).indexOf("\r\n");
    expect(await outcomes(pad(MAX_SIGNATURE_OCTETS - size), resolver)).toEqual(["pass"]);
    expect(await outcomes(pad(MAX_SIGNATURE_OCTETS - size + 1), resolver)).toEqual(["tag-list-too-large"]);
    const named = (count: number) => craft(TAGS.replace("h=From:Subject", "h=From" + ":X".repeat(count - 1)));
    expect(await outcomes(named(MAX_SIGNED_NAMES), resolver)).toEqual(["pass"]);
    expect(await outcomes(named(MAX_SIGNED_NAMES + 1), resolver)).toEqual(["too-many-signed-names"]);
  });

  it("judges nothing in a header that was cut off", async () => {
    const message = craft(TAGS).replace("\r\n\r\n", "\r\nX: " + "x".repeat(600_000) + "\r\n\r\n");
    expect(await outcomes(message, resolver)).toEqual(["header-too-large"]);
  });
});

/** A SubjectPublicKeyInfo with an odd modulus of that length; nobody needs its private key. */
function spkiOfBits(bits: number): string {
  const modulus = Buffer.alloc(bits / 8, 0xff);
  const tlv = (tag: number, ...parts: Uint8Array[]): Buffer => {
    const content = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([tag, 0x82, content.length >> 8, content.length & 255]), content]);
  };
  const rsaKey = tlv(0x30, tlv(0x02, Buffer.of(0), modulus), Buffer.of(2, 3, 1, 0, 1));
  const oid = Buffer.from("300d06092a864886f70d0101010500", "hex");
  return tlv(0x30, oid, tlv(0x03, Buffer.of(0), rsaKey)).toString("base64");
}
