import fc from "fast-check";
import { expect } from "vitest";
import { parseSignature } from "../../src/dkim/signature.js";
import { domainOf, isAtOrBelow } from "../../src/message/domain.js";
import { parseHeader } from "../../src/message/header.js";
import { octetsOf } from "../../src/message/octets.js";
import { fuzz } from "./campaign.js";

const TAGS = [
  "c=relaxed/simple",
  "q=dns/txt",
  "t=1795521600",
  "x=1795525200",
  "l=10",
  "i=J=C3=B6rg@news.example.org",
  "z=From:a|To:b",
];

fuzz({
  name: "a DKIM-Signature field without a fault keeps every rule of RFC 6376 §6.1.1, and one with a fault names it",
  inputs: fc
    .shuffledSubarray(TAGS)
    .map((tags) =>
      ["v=1", "a=rsa-sha256", "d=example.org", ...tags, "s=s1", "h=from:to:from", "bh=YWJj", "b=YWJj\r\n\tZGVm"].join(
        "; ",
      ),
    ),
  words: [
    ";",
    "=",
    ":",
    "@",
    "\r\n ",
    "d=",
    "i=@",
    "i=a@b.example",
    "l=-1",
    "h=",
    "a=rsa-sha1",
    "=3B",
    "\xc3\xbc",
    "\0",
    ".",
  ],
  check(value) {
    const [field] = parseHeader(octetsOf(`DKIM-Signature: ${value}\r\n\r\n`)).fields;
    const { tags, reason, bTag } = parseSignature(field!);
    if (reason === null) {
      expect(domainOf(tags.domain!)).toBe(tags.domain);
      expect(isAtOrBelow(tags.identityDomain!, tags.domain!)).toBe(true);
      expect(tags.signedNames).toContain("from");
      expect(tags.signature!.length * tags.bodyHash!.length).toBeGreaterThan(0);
      expect(tags.timestamp === null || tags.expiration === null || tags.timestamp < tags.expiration).toBe(true);
      const cut = field!.value.slice(0, bTag!.start) + field!.value.slice(bTag!.end);
      expect(parseSignature({ ...field!, value: cut }).reason).toBe("tag-missing");
    }
    return [reason, tags.algorithm, tags.headerCanonicalization, tags.bodyCanonicalization, tags.bodyLength].join();
  },
});
