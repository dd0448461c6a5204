import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { nodeCrypto } from "../../src/crypto/node.js";
import { annotate } from "../../src/service/annotate.js";
import { verify } from "../../src/service/verify.js";
import { statusOf } from "../../src/status/status-of.js";
import { octetsOf } from "../../src/message/octets.js";
import { makeKey, NOW, resolverOf, signed, zoneOf } from "../support/dkim.js";

const KEY = makeKey("a-domain-of-some-length.example.org", "a-selector-of-some-length");
const ID = "mx.of-some-length.example.net";
const OPTIONS = { crypto: nodeCrypto, resolver: resolverOf(zoneOf(KEY)), now: NOW, authservId: ID };

const MESSAGES = 100;
const HEADER_OCTETS = 100_000;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

it.each([
  ["verify", (message: Uint8Array) => verify(message, OPTIONS)],
  ["annotate", (message: Uint8Array) => annotate(message, OPTIONS)],
  ["statusOf", (message: Uint8Array) => Promise.resolve(statusOf({ headers: message }, { trusted: [ID] }))],
  [
    "statusOf, of a field from before RFC 5451,",
    (message: Uint8Array) => Promise.resolve(statusOf({ headers: message }, { legacyFields: true })),
  ],
])("what %s answers can be kept without the header that it is about", async (_, judge) => {
  const kept = [await judge(await message(0))];
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let i = 1; i <= MESSAGES; i++) kept.push(await judge(await message(i)));
  collectGarbage();
  expect(kept.filter((answer) => JSON.stringify(answer).includes(KEY.key.domain))).toHaveLength(1 + MESSAGES);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan((MESSAGES * HEADER_OCTETS) / 2);
});

async function message(i: number): Promise<Uint8Array> {
  const from = `From: Somebody ${i} <somebody.of.number.${i}@${KEY.key.domain}>\r\n`;
  const fields = await signed(`${from}Subject: ${i}\r\n\r\nHello\r\n`, [KEY]);
  const result = `Authentication-Results: ${ID}; dkim=pass header.d=${KEY.key.domain} header.b=of-number-${i}\r\n`;
  const legacy = `X-Spam-Status: No, tests=DKIM_SIGNED,DKIM_VALID,NUMBER_${i}\r\n`;
  return octetsOf(`${result}${legacy}X-Long: ${"x".repeat(HEADER_OCTETS)}\r\n${fields}`);
}
