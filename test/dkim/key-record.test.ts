import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { parseKeyRecord, readKeyRecord } from "../../src/dkim/key-record.js";
import { makeKey } from "../support/dkim.js";

const ed25519 = makeKey("example.org", "s1").record;
const p = ed25519.slice(ed25519.indexOf("p="));

describe("parseKeyRecord()", () => {
  it("reads both encodings of an RSA key alike (RFC 6376, erratum 3017)", () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const encodings = (["spki", "pkcs1"] as const).map((type) =>
      publicKey.export({ type, format: "der" }).toString("base64"),
    );
    const [spki, pkcs1] = encodings.map((text) => parseKeyRecord(`v=DKIM1; p=${text}`).record);
    expect(spki?.bits).toBe(1024);
    expect(pkcs1).toEqual(spki);
  });

  it("gives a key whose octets keep no others in memory, because records are kept for long", () => {
    const keyOctets = [ed25519, makeKey("example.org", "r1", "rsa", 1024).record].map((record) => {
      const { material } = parseKeyRecord(record).record!;
      return material.type === "rsa" ? material.modulus.buffer.byteLength : material.octets.buffer.byteLength;
    });
    expect(keyOctets).toEqual([32, 162]); // the second is the whole SubjectPublicKeyInfo
  });

  it("needs no v=, and takes rsa where there is no k=", () => {
    expect(parseKeyRecord("k=ed25519; " + p).record?.bits).toBe(256);
    expect(parseKeyRecord(p).reason).toBe("key-malformed"); // 32 octets are no RSA key
  });

  it.each([
    ["p=", "key-revoked"],
    ["v=DKIM1; p= ;", "key-revoked"],
    ["v=DKIM1", "key-malformed"],
    ["", "key-malformed"],
    ["bogus", "key-malformed"],
    ["v=DKIM2; k=ed25519; $p", "key-malformed"],
    ["v=dkim1; k=ed25519; $p", "key-malformed"],
    ["k=ed25519; v=DKIM1; $p", "key-malformed"],
    ["v=DKIM1; v=DKIM1; k=ed25519; $p", "key-malformed"],
    ["k=ed25519; $p; k=rsa", "key-malformed"],
    ["k=ed25519; $p; bogus", "key-malformed"],
    ["k=ed25519; p=AAAA", "key-malformed"],
    ["k=rsa; p=!!!!", "key-malformed"],
    ["k=dsa; $p", "key-type-mismatch"],
    ["k=ed25519; n=$long; $p", "key-malformed"],
  ])("says of %j: %s", (text, reason) => {
    const record = text.replace("$p", p).replace("$long", "x".repeat(20_000));
    expect(parseKeyRecord(record)).toEqual({ record: null, reason });
  });

  it("ignores g=, notes and unknown tags", () => {
    expect(parseKeyRecord("v=DKIM1; g=; n=a note; zz=1; k=ed25519; " + p).reason).toBeNull();
  });

  it("reads lists with white space in them", () => {
    const { record } = parseKeyRecord("k=ed25519; h=sha1 : sha256; s=email : x; t=y : s; " + p);
    expect(record).toMatchObject({ hashes: ["sha1", "sha256"], services: ["email", "x"], flags: ["y", "s"] });
  });

  it.each([1n, 2n, 65536n])("refuses the public exponent %s, with which it is no RSA key", (exponent) => {
    const { n } = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ format: "jwk" });
    const modulus = [0, ...Buffer.from(n!, "base64url")];
    const e = [...Buffer.from(exponent.toString(16).padStart(8, "0"), "hex")];
    const integer = (octets: number[]) => [0x02, 0x82, octets.length >> 8, octets.length & 255, ...octets];
    const content = [...integer(modulus), ...integer(e)];
    const der = Buffer.from([0x30, 0x82, content.length >> 8, content.length & 255, ...content]);
    expect(parseKeyRecord("p=" + der.toString("base64")).reason).toBe("key-malformed");
  });

  it("never throws, whatever octets the key has", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (octets, asSequence) => {
        const der = asSequence ? Uint8Array.of(0x30, octets.length & 127, ...octets) : octets;
        parseKeyRecord("p=" + Buffer.from(der).toString("base64"));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("readKeyRecord()", () => {
  it("says what parseKeyRecord() says, and reads a text only once", () => {
    const first = readKeyRecord(ed25519);
    expect(first).toEqual(parseKeyRecord(ed25519));
    expect(readKeyRecord(ed25519)).toBe(first);
  });

  it.each([
    [511, true],
    [512, false],
  ])("with %i newer records still has the oldest: %s", async (newer, isKept) => {
    vi.resetModules(); // none is kept yet
    const fresh = await import("../../src/dkim/key-record.js");
    const first = fresh.readKeyRecord(ed25519);
    for (let i = 0; i < newer; i++) fresh.readKeyRecord(`n=${i}; ${ed25519}`);
    expect(fresh.readKeyRecord(ed25519) === first).toBe(isKept);
  });

  it("keeps a text of 2048 octets, and none of one more", () => {
    const long = `${ed25519}; n=`.padEnd(2048, "x");
    expect(readKeyRecord(long)).toBe(readKeyRecord(long));
    expect(readKeyRecord(`${long}x`)).not.toBe(readKeyRecord(`${long}x`));
    expect(readKeyRecord(`${long}x`)).toEqual(parseKeyRecord(`${long}x`));
  });
});
