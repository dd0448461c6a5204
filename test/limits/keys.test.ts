import { createPublicKey } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { parseKeyRecord } from "../../src/dkim/key-record.js";
import {
  LOOKUP_TIMEOUT,
  MAX_KEY_RECORD_OCTETS,
  MAX_RSA_BITS,
  MAX_RSA_EXPONENT_OCTETS,
  MIN_RSA_BITS,
} from "../../src/dkim/limits.js";
import type { Resolver } from "../../src/dkim/resolver.js";
import { makeKey, outcomes, resolverOf, signed } from "../support/dkim.js";

const KEY = makeKey("example.org", "s1");
const RSA = makeKey("example.org", "r1", "rsa", 1024);
const MESSAGE = "From: alice@example.org\r\n\r\nHello\r\n";

afterEach(() => {
  vi.useRealTimers();
});

/** The record of an RSA key of that size to which nobody has the private part. */
function rsaRecord(bits: number, exponentOctets = 3): string {
  const modulus = Buffer.alloc(Math.ceil(bits / 8), 0xff);
  modulus[0] = 0xff >> (modulus.length * 8 - bits);
  const exponent = Buffer.alloc(exponentOctets, 1);
  const jwk = { kty: "RSA", n: modulus.toString("base64url"), e: exponent.toString("base64url") };
  const der = createPublicKey({ key: jwk, format: "jwk" }).export({ type: "spki", format: "der" });
  return `v=DKIM1; p=${der.toString("base64")}`;
}

describe("limits of keys", () => {
  it("reads a record of MAX_KEY_RECORD_OCTETS, and none of one octet more", () => {
    const record = `${KEY.record}; n=`;
    expect(parseKeyRecord(record.padEnd(MAX_KEY_RECORD_OCTETS, "x")).reason).toBeNull();
    expect(parseKeyRecord(record.padEnd(MAX_KEY_RECORD_OCTETS + 1, "x")).reason).toBe("key-malformed");
  });

  it("reads an exponent of MAX_RSA_EXPONENT_OCTETS, and none of one octet more", () => {
    expect(parseKeyRecord(rsaRecord(2048, MAX_RSA_EXPONENT_OCTETS)).reason).toBeNull();
    expect(parseKeyRecord(rsaRecord(2048, MAX_RSA_EXPONENT_OCTETS + 1)).reason).toBe("key-malformed");
  });

  it.each([
    [MIN_RSA_BITS - 1, "key-too-small"],
    [MIN_RSA_BITS, "signature-mismatch"],
    [MAX_RSA_BITS, "signature-mismatch"],
    [MAX_RSA_BITS + 1, "key-too-large"],
  ])("uses an RSA key of MIN_RSA_BITS to MAX_RSA_BITS only: with %i bits it is %s", async (bits, expected) => {
    const message = await signed(MESSAGE, [RSA]);
    expect(await outcomes(message, resolverOf({ [RSA.name]: [rsaRecord(bits)] }))).toEqual([expected]);
  });

  it("waits LOOKUP_TIMEOUT for a key, and not a millisecond longer", async () => {
    const message = await signed(MESSAGE, [KEY]);
    vi.useFakeTimers();
    const after = async (milliseconds: number) => {
      const resolver: Resolver = {
        resolveTxt: () =>
          new Promise((resolve) => {
            setTimeout(() => {
              resolve([KEY.record]);
            }, milliseconds);
          }),
      };
      const answer = outcomes(message, resolver);
      await vi.advanceTimersByTimeAsync(LOOKUP_TIMEOUT + 1);
      return answer;
    };
    expect(await after(LOOKUP_TIMEOUT - 1)).toEqual(["pass"]);
    expect(await after(LOOKUP_TIMEOUT + 1)).toEqual(["key-lookup-failed"]);
  });
});
