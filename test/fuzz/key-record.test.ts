import fc from "fast-check";
import { expect } from "vitest";
import { parseKeyRecord, readKeyRecord } from "../../src/dkim/key-record.js";
import { parseTagList } from "../../src/dkim/tag-list.js";
import { makeKey } from "../support/dkim.js";
import { fuzz } from "./campaign.js";

const KEYS = [makeKey("example.org", "r", "rsa", 1024), makeKey("example.org", "e")].map(({ record }) => record);
const MORE = ["", "; t=y:s", "; h=sha256:sha1", "; s=email", "; g=*", "; n=a note"];

fuzz({
  name: "a key record gives a sane key or one reason, and an unknown tag behind it changes nothing",
  inputs: fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom(...MORE)).map(([key, more]) => key + more),
  words: [";", "=", ":", " ", "v=DKIM1", "k=rsa", "k=ed25519", "p=", "h=", "s=", "t=", "A", "MIGf", "//", "\0", "\xff"],
  check(text) {
    const reading = parseKeyRecord(text);
    expect(readKeyRecord(text)).toEqual(reading);
    const { record, reason } = reading;
    expect(record === null).toBe(reason !== null);
    if (record !== null && !parseTagList(text).tags.has("zz9")) {
      expect(parseKeyRecord(`${text.replace(/;[ \t\r\n]*$/, "")};zz9=1`)).toEqual(reading);
      const { material } = record;
      if (material.type === "rsa")
        expect(record.bits).toBe(BigInt("0x" + Buffer.from(material.modulus).toString("hex")).toString(2).length);
      else expect(material.octets).toHaveLength(32);
    }
    return [reason, record?.material.type, record?.bits, record?.hashes?.join("."), record?.flags.join(".")].join();
  },
});
