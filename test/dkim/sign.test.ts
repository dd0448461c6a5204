import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { nodeCrypto } from "../../src/crypto/node.js";
import type { Crypto } from "../../src/dkim/crypto.js";
import { namesToSign } from "../../src/dkim/signed-names.js";
import { parseHeader } from "../../src/message/header.js";
import { octetsOf } from "../../src/message/octets.js";
import { makeKey, NOW, outcomes, resolverOf, signed, verified, zoneOf } from "../support/dkim.js";

const ed25519 = makeKey("example.org", "e1");
const rsa = makeKey("example.org", "r1", "rsa");
const resolver = resolverOf(zoneOf(ed25519, rsa));
const MESSAGE =
  "Received: from x\r\nFrom: A <a@example.org>\r\nTo: b@example.net\r\nSubject: Hi\r\nDate: x\r\n" +
  "List-Id: <l.example.org>\r\nAuthentication-Results: x; none\r\nX-Own: 1\r\n\r\nHello  you \r\n\r\n";

const signedNames = async (message: string) => (await verified(message, resolver))[0]!.tags.signedNames;

describe("createSigner()", () => {
  it("signs with RSA and Ed25519 side by side, in every canonicalization, and both verify", async () => {
    for (const headerCanonicalization of ["simple", "relaxed"] as const) {
      for (const bodyCanonicalization of ["simple", "relaxed"] as const) {
        for (const message of [
          MESSAGE,
          MESSAGE.replaceAll("\r\n", "\n"),
          "From: a@example.org\r\n\r\n",
          "From: a@example.org",
        ]) {
          const ended = message.endsWith("\n") ? message : message + "\r\n";
          const text = await signed(ended, [ed25519, rsa], { headerCanonicalization, bodyCanonicalization });
          expect(await outcomes(text, resolver)).toEqual(["pass", "pass"]);
        }
      }
    }
  });

  it("oversigns the fields for who, to whom and what about, present or not", async () => {
    const names = await signedNames(await signed(MESSAGE, [ed25519]));
    const count = (name: string) => names.filter((other) => other === name).length;
    for (const name of ["from", "subject", "to", "date"]) expect(count(name), name).toBe(2);
    for (const name of ["cc", "reply-to", "list-id"]) expect(count(name), name).toBe(1);
    for (const name of ["message-id", "content-type", "mime-version"]) expect(count(name), name).toBe(0);
    for (const name of ["received", "authentication-results", "x-own"]) expect(count(name), name).toBe(0);
  });

  it("signs what the caller also asks for, but never a trace field", async () => {
    const names = await signedNames(await signed(MESSAGE, [ed25519], { alsoSign: ["X-Own", "Received"] }));
    expect(names).toContain("x-own");
    expect(names).not.toContain("received");
  });

  it("signs every field that says something to a reader, or what to do with the message (RFC 6376 §5.4.1)", () => {
    const names =
      "from reply-to subject date to cc resent-date resent-from resent-sender resent-to resent-cc resent-message-id " +
      "in-reply-to references list-id list-help list-unsubscribe list-unsubscribe-post list-subscribe list-post " +
      "list-owner list-archive sender message-id content-type content-transfer-encoding mime-version";
    const never = "received return-path authentication-results dkim-signature";
    const written = `${names} ${never} x-own`.split(" ");
    const { fields } = parseHeader(octetsOf(written.map((name) => `${name}: x\r\n`).join("")));
    expect(new Set(namesToSign(fields, never.split(" ")))).toEqual(new Set(names.split(" ")));
  });

  it("makes a second field of an oversigned name break the signature", async () => {
    const text = await signed(MESSAGE, [ed25519]);
    for (const name of ["From", "Subject", "To", "Cc", "Reply-To", "Date"]) {
      expect(await outcomes(`${name}: x\r\n${text}`, resolver), name).toEqual(["signature-mismatch"]);
    }
    expect(await outcomes(`Message-ID: <x@y>\r\n${text}`, resolver)).toEqual(["pass"]);
  });

  it("names the identity that it is given, in its encoded form", async () => {
    for (const identity of ["@example.org", "a;b=c\td\u00e4@news.example.org", '"x@y"@example.org']) {
      const text = await signed(MESSAGE, [{ ...ed25519, key: { ...ed25519.key, identity } }]);
      const [verdict] = await verified(text, resolver);
      expect(verdict).toMatchObject({ result: "pass", tags: { identity } });
    }
    for (const identity of ["a@evil.example", "@evil.example@example.org", "example.org"]) {
      const foreign = { ...ed25519, key: { ...ed25519.key, identity } };
      await expect(signed(MESSAGE, [foreign])).rejects.toMatchObject({ code: "identity-invalid" });
    }
  });

  it("makes each signature in the canonicalization of its key", async () => {
    const strict = { headerCanonicalization: "simple", bodyCanonicalization: "simple" } as const;
    const text = await signed(MESSAGE, [ed25519, { ...rsa, key: { ...rsa.key, ...strict } }]);
    expect(text).toMatch(/c=relaxed\/relaxed;[^]*c=simple\/simple;/);
    expect(await outcomes(text, resolver)).toEqual(["pass", "pass"]);
  });

  it("folds at 78 octets", async () => {
    const text = await signed(MESSAGE, [rsa, ed25519], { expiresAfter: 3600 });
    const lines = text.slice(0, text.indexOf("Received:")).split("\r\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(78);
    expect(lines.filter((line) => !/^(DKIM-Signature:|\t)/.test(line))).toEqual([""]);
  });

  it("writes t=, and x= only when asked, and never l=", async () => {
    const seconds = Math.floor(NOW.getTime() / 1000);
    const [plain] = await verified(await signed(MESSAGE, [ed25519]), resolver);
    expect(plain!.tags).toMatchObject({ timestamp: seconds, expiration: null, bodyLength: null });
    const [expiring] = await verified(await signed(MESSAGE, [ed25519], { expiresAfter: 60 }), resolver);
    expect(expiring!.tags.expiration).toBe(seconds + 60);
    const most = { expiresAfter: 999_999_999_999 - seconds };
    const [last] = await verified(await signed(MESSAGE, [ed25519], most), resolver);
    expect(last).toMatchObject({ result: "pass", tags: { expiration: 999_999_999_999 } });
    const beyond = signed(MESSAGE, [ed25519], { expiresAfter: most.expiresAfter + 1 });
    await expect(beyond).rejects.toMatchObject({ code: "expiration-invalid" });
  });

  it("imports a key once for each cryptography, and again where another one is put in its place", async () => {
    let imports = 0;
    const counting = (): Crypto => ({
      ...nodeCrypto,
      importPrivateKey: (pem) => {
        imports++;
        return nodeCrypto.importPrivateKey(pem);
      },
    });
    const key = { ...ed25519.key };
    const [crypto, other] = [counting(), counting()];
    const verdicts = async (by: Crypto) =>
      outcomes(await signed(MESSAGE, [{ ...ed25519, key }], { crypto: by }), resolver);
    for (const by of [crypto, crypto]) expect(await verdicts(by)).toEqual(["pass"]);
    expect(imports).toBe(1);
    expect(await verdicts(other)).toEqual(["pass"]);
    expect(imports).toBe(2);
    Object.assign(key, { privateKey: makeKey("example.org", "e1").key.privateKey });
    expect(await verdicts(other)).toEqual(["signature-mismatch"]);
  });

  it("reads RSA keys in PKCS #1 too", async () => {
    const pem = rsa.privateKey.export({ type: "pkcs1", format: "pem" }) as string;
    const text = await signed(MESSAGE, [{ ...rsa, key: { ...rsa.key, privateKey: pem } }]);
    expect(await outcomes(text, resolver)).toEqual(["pass"]);
  });

  it("refuses keys that nobody may accept, and names that are none, with a code", async () => {
    const small = generateKeyPairSync("rsa", { modulusLength: 1016 }).privateKey.export({
      type: "pkcs8",
      format: "pem",
    });
    const withKey = (change: object) => signed(MESSAGE, [{ ...rsa, key: { ...rsa.key, ...change } }]);
    const smallest = makeKey("example.org", "r1", "rsa", 1024);
    expect(await outcomes(await signed(MESSAGE, [smallest]), resolverOf(zoneOf(smallest)))).toEqual(["pass"]);
    await expect(withKey({ privateKey: small })).rejects.toMatchObject({ code: "key-too-small" });
    await expect(withKey({ domain: "org" })).rejects.toMatchObject({ code: "domain-invalid" });
    await expect(withKey({ selector: "a b" })).rejects.toMatchObject({ code: "selector-invalid" });
    for (const domain of [undefined, null, 7, {}]) {
      await expect(withKey({ domain })).rejects.toMatchObject({ code: "domain-invalid" });
      await expect(withKey({ selector: domain })).rejects.toMatchObject({ code: "selector-invalid" });
    }
    for (const identity of [null, 7]) {
      await expect(withKey({ identity })).rejects.toMatchObject({ code: "identity-invalid" });
    }
    await expect(withKey({ privateKey: "no key" })).rejects.toMatchObject({ code: "key-unreadable" });
  });

  it("refuses what no verifier could read in the field", async () => {
    for (const expiresAfter of [0, -1, 1.5, "60" as never, 1e12]) {
      await expect(signed(MESSAGE, [rsa], { expiresAfter })).rejects.toMatchObject({ code: "expiration-invalid" });
    }
    for (const name of ["headerCanonicalization", "bodyCanonicalization"]) {
      for (const given of ["RELAXED", "nofws", ""]) {
        const wrong = { code: "canonicalization-invalid" };
        await expect(signed(MESSAGE, [rsa], { [name]: given })).rejects.toMatchObject(wrong);
        const strange = { ...rsa, key: { ...rsa.key, [name]: given } };
        await expect(signed(MESSAGE, [strange])).rejects.toMatchObject(wrong);
      }
    }
  });
});
