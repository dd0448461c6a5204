import { readdirSync, readFileSync } from "node:fs";
import type { Zone } from "../../src/dns/zone.js";
import { octetsOf } from "../../src/message/octets.js";
import { craft } from "../support/craft.js";
import { makeKey, signed, zoneOf } from "../support/dkim.js";
import { SIGNATURE_CASES } from "../support/signature-cases.js";

/** A message with its DNS and what is to come out: the same on every runtime. All of it is JSON. */
export interface Case {
  readonly id: string;
  /** base64 */
  readonly message: string;
  readonly zone: Zone;
  /** For each signature `pass` or its reason. */
  readonly expected: readonly string[];
}

const fixtures = new URL("../fixtures/", import.meta.url);

export async function conformanceCases(): Promise<Case[]> {
  return [...fixtureCases("rfc"), ...fixtureCases("peers"), ...craftedCases(), ...(await signedCases())];
}

function fixtureCases(folder: string): Case[] {
  const at = new URL(`${folder}/`, fixtures);
  const zone = JSON.parse(readFileSync(new URL("zone.json", at), "utf8")) as Zone;
  return readdirSync(at)
    .filter((name) => name.endsWith(".eml"))
    .map((name) => {
      const message = readFileSync(new URL(name, at));
      const count = message.toString("latin1").match(/^DKIM-Signature:/gim)?.length ?? 0;
      return { id: name, message: message.toString("base64"), zone, expected: Array<string>(count).fill("pass") };
    });
}

const MESSAGE = "From: a@example.org\r\nTo: b@example.net\r\nSubject: Hi\r\n\r\nHello.\r\n";

function craftedCases(): Case[] {
  const key = makeKey("example.org", "s1");
  return SIGNATURE_CASES.map(([expected, tags]) => caseOf(tags, craft(tags, key, MESSAGE), zoneOf(key), [expected]));
}

async function signedCases(): Promise<Case[]> {
  const keys = [
    makeKey("example.org", "e1"),
    makeKey("example.org", "r1", "rsa", 1024),
    makeKey("example.org", "r2", "rsa", 2048),
    makeKey("example.org", "r4", "rsa", 4096),
  ];
  const cases: Case[] = [];
  for (const message of [
    MESSAGE,
    MESSAGE.replaceAll("\r\n", "\n"),
    "From: a@example.org\r\n\r\n",
    MESSAGE + "\xe4 \xff\r",
  ]) {
    const text = await signed(message, keys);
    cases.push(caseOf(`signed ${JSON.stringify(message)}`, text, zoneOf(...keys), ["pass", "pass", "pass", "pass"]));
  }
  const text = await signed(MESSAGE, keys);
  const altered = text.replace("Hello", "Hallo");
  cases.push(caseOf("altered", altered, zoneOf(...keys), Array<string>(4).fill("body-hash-mismatch")));
  const swapped = zoneOf(...keys.map((key, i) => ({ ...key, record: keys[(i + 1) % 4]!.record })));
  const mismatches = ["key-type-mismatch", "signature-mismatch", "signature-mismatch", "key-type-mismatch"];
  cases.push(caseOf("keys swapped", text, swapped, mismatches));
  return cases;
}

function caseOf(id: string, message: string, zone: Zone, expected: readonly string[]): Case {
  return { id, message: Buffer.from(octetsOf(message)).toString("base64"), zone, expected };
}
