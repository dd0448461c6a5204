import { readdirSync, readFileSync } from "node:fs";
import { dkimSign } from "mailauth/lib/dkim/sign.js";
import { dkimVerify } from "mailauth/lib/dkim/verify.js";
import { describe, expect, it } from "vitest";
import { readZone } from "../../src/dns/zone.js";
import { makeKey, NOW, outcomes, resolverOf, signed, zoneOf } from "../support/dkim.js";

const folder = new URL("../fixtures/peers/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".eml"));
const peersZone = readZone(readFileSync(new URL("zone.json", folder), "utf8"));

describe("messages that Mail::DKIM, dkimpy and OpenDKIM signed", () => {
  it("are all there", () => {
    const by = (peer: string) => files.filter((name) => name.startsWith(peer)).length;
    expect([by("mail-dkim"), by("dkimpy"), by("opendkim")]).toEqual([16, 20, 12]);
  });

  it.each(files)("%s verifies", async (name) => {
    expect(await outcomes(readFileSync(new URL(name, folder)), peersZone)).toEqual(["pass"]);
  });
});

const rsa = makeKey("example.org", "r1", "rsa");
const ed25519 = makeKey("example.org", "e1");
const zone = zoneOf(rsa, ed25519);

const MESSAGES = {
  plain:
    "From: a@example.org\r\nTo: b@example.net\r\nSubject: Hi\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n\r\nHello.\r\n",
  odd: "Subject:  a \t b\r\n\tc\r\nFrom: a@example.org\r\nMessage-ID: <1@x>\r\n\r\n  a  b\t\r\n \r\nc\r\n\r\n\r\n",
  unended: "From: a@example.org\r\n\r\nno line end",
  empty: "From: a@example.org\r\n\r\n",
};

describe("the exchange with mailauth", () => {
  it.each(Object.entries(MESSAGES))("verifies what it signs: %s", async (_, message) => {
    for (const key of [rsa, ed25519]) {
      for (const canonicalization of ["simple/simple", "relaxed/relaxed", "relaxed/simple", "simple/relaxed"]) {
        const { signatures } = await dkimSign(message, {
          canonicalization,
          signTime: NOW,
          signatureData: [
            { signingDomain: key.key.domain, selector: key.key.selector, privateKey: key.key.privateKey as string },
          ],
        });
        expect(await outcomes(signatures + message, resolverOf(zone)), canonicalization).toEqual(["pass"]);
      }
    }
  });

  it.each(Object.entries(MESSAGES))("signs what it verifies: %s", async (_, message) => {
    for (const headerCanonicalization of ["simple", "relaxed"] as const) {
      for (const bodyCanonicalization of ["simple", "relaxed"] as const) {
        const text = await signed(message, [rsa, ed25519], { headerCanonicalization, bodyCanonicalization });
        const { results } = await dkimVerify(Buffer.from(text, "latin1"), {
          curTime: NOW,
          resolver: (name: string) => Promise.resolve((zone[name] as string[]).map((record) => [record])),
        });
        expect(results.map(({ status }) => status.result)).toEqual(["pass", "pass"]);
      }
    }
  });
});
