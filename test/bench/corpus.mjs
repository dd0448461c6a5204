// Messages for the bench: seeded, so that every run measures the same octets; keys are new in each run.
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { sign } from "../../dist/index.js";

export const SIZES = { "2 kB": 2_000, "20 kB": 20_000, "200 kB": 200_000, "5 MB": 5_000_000 };
export const BODIES = ["prose", "base64"];
export const KINDS = {
  "rsa relaxed": { type: "rsa", canonicalization: "relaxed" },
  "rsa simple": { type: "rsa", canonicalization: "simple" },
  "ed25519 relaxed": { type: "ed25519", canonicalization: "relaxed" },
};

const NOW = new Date("2026-11-24T12:00:00Z");

/** A small seeded generator (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function makeKey(type) {
  const pair = type === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ed25519");
  const der = pair.publicKey.export({ type: "spki", format: "der" });
  const p = (type === "rsa" ? der : der.subarray(-32)).toString("base64");
  return {
    type,
    record: `v=DKIM1; k=${type}; p=${p}`,
    publicKey: createPublicKey({ key: pair.publicKey.export({ format: "jwk" }), format: "jwk" }),
    privateKey: pair.privateKey,
    pem: pair.privateKey.export({ type: "pkcs8", format: "pem" }),
  };
}

/** @returns a signed message, and what the limit needs of it */
export async function makeMessage({ size, body, kind, key, seed }) {
  const { canonicalization } = KINDS[kind];
  const text = body === "prose" ? prose(size, random(seed)) : base64(size, random(seed));
  const message = Buffer.from(HEADER.replace("%", String(seed)) + text, "latin1");
  const edit = await sign(message, {
    keys: [{ domain: "bench.example", selector: "s1", privateKey: key.pem }],
    now: NOW,
    headerCanonicalization: canonicalization,
    bodyCanonicalization: canonicalization,
  });
  const octets = Buffer.concat([edit.prepend, message]);
  return { octets, bodyOffset: octets.length - text.length };
}

/** About as much as a message of today carries before its signature. */
const HEADER =
  "Received: from out.bench.example (out.bench.example [192.0.2.1])\r\n\tby mx.reader.example (Postfix) with ESMTPS id 4Xy%\r\n" +
  "\tfor <bob@reader.example>; Tue, 24 Nov 2026 11:59:58 +0000 (UTC)\r\n" +
  "From: Ann Example <ann@bench.example>\r\nTo: Bob <bob@reader.example>\r\nSubject: A message of the bench, number %\r\n" +
  "Date: Tue, 24 Nov 2026 11:59:57 +0000\r\nMessage-ID: <%@bench.example>\r\nMIME-Version: 1.0\r\n" +
  'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: 7bit\r\n\r\n';

function prose(size, next) {
  const words = "the of and to in a is that for it as was with be by on not he this are or his from at which but".split(
    " ",
  );
  let text = "";
  let column = 0;
  while (text.length < size) {
    const word = words[Math.floor(next() * words.length)];
    if (column + word.length > 72) {
      text += next() < 0.1 ? " \r\n\r\n" : "\r\n";
      column = 0;
    } else if (column > 0) {
      text += next() < 0.03 ? "  " : " ";
      column++;
    }
    text += word;
    column += word.length;
  }
  return text.slice(0, size - 2).trimEnd() + "\r\n";
}

function base64(size, next) {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const line = Array.from({ length: 1000 }, () => {
    let text = "";
    for (let i = 0; i < 76; i++) text += digits[Math.floor(next() * 64)];
    return text + "\r\n";
  });
  let text = "";
  for (let i = 0; text.length < size; i++) text += line[i % 1000];
  return text.slice(0, size - 2) + "\r\n";
}

export { NOW };
