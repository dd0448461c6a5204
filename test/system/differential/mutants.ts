/** Messages that were signed, and then were not left alone: the same ones for the same seed. */
import { craft } from "../../support/craft.js";
import { makeKey, signed } from "../../support/dkim.js";
import type { Random } from "../random.js";

const KEY = makeKey("sender.example", "s1", "rsa");
const P = /p=.*$/.exec(KEY.record)![0];

/** Records of one key, good and odd, by selector. */
const RECORDS_BY_SELECTOR: Readonly<Record<string, string>> = {
  s1: KEY.record,
  bare: P,
  spaced: `v=DKIM1 ; k = rsa ; ${P.replace(/(.{60})/g, "$1 ")};`,
  testing: `v=DKIM1; t=y; ${P}`,
  strict: `v=DKIM1; t=s; ${P}`,
  sha1: `v=DKIM1; h=sha1; ${P}`,
  both: `v=DKIM1; h=sha1:sha256; ${P}`,
  other: `v=DKIM1; s=tlsrpt; ${P}`,
  granular: `v=DKIM1; g=nobody; ${P}`,
  second: `v=DKIM2; ${P}`,
  late: `k=rsa; v=DKIM1; ${P}`,
  doubled: `v=DKIM1; k=rsa; k=rsa; ${P}`,
  edwards: `v=DKIM1; k=ed25519; ${P}`,
  revoked: "v=DKIM1; p=",
  broken: `v=DKIM1; bogus; ${P}`,
};

export const RECORDS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(RECORDS_BY_SELECTOR).map(([selector, record]) => [`${selector}._domainkey.sender.example`, record]),
);

const HEADER =
  "From: Alice <alice@sender.example>\r\nTo: bob@home.example\r\nSubject: the  plan\r\n" +
  "Date: Tue, 24 Nov 2026 02:00:00 +0000\r\nMessage-ID: <1@sender.example>\r\nX-Note: in \r\n\t two  lines\r\n";
const BODY = "Hello,\r\n\r\n pay  10 \t\r\n.\r\nend\r\n";
const MESSAGE = `${HEADER}\r\n${BODY}`;

/** Each in its usual form first. */
const TAGS: readonly (readonly string[])[] = [
  ["v=1;", "v=1;", "", "v=2;", "v=1; v=1;", "V=1;"],
  ["a=rsa-sha256;", "a=rsa-sha256;", "a=RSA-SHA256;", "a=rsa-sha1;", "a=rsa;", "a=ed25519-sha256;"],
  [
    "d=sender.example;",
    "d=sender.example;",
    "d=SENDER.example;",
    "d=sender.example.;",
    "d=example;",
    "d= sender.example ;",
  ],
  ["c=simple/simple;", "c=simple/simple;", "c=simple;", "", "c=SIMPLE/simple;", "c=simple/simple/simple;", "c=/;"],
  ["", "", "i=@sender.example;", "i=a@sub.sender.example;", "i=@evilsender.example;", "i=@example;", "i=x;"],
  ["", "", "q=dns/txt;", "q=dns;", "q=http;", "q=x:dns/txt;"],
  ["", "", "t=1795521600;", "t=4000000000;", "t=x;", "t=-1;"],
  ["", "", "x=4000000000;", "x=1000;", "x=1;", "t=2000; x=1000;", "x=;"],
  ["", "", "", `l=${BODY.length};`, "l=5;", "l=999999;", "l=-1;", "l=0;"],
  ["", "", "", "zz=1;", "z=From:a|To:b;", "1a=b;", ";", "bogus;", "n=a b;"],
];
const NAMES = [
  "From:To:Subject:Date",
  "From",
  "from:from",
  "To:Subject",
  "From : To",
  "From::To",
  "From:X-None:X-None",
  "From:DKIM-Signature",
];

/** A message whose signature is right, with tags that may not be. */
export function oddlySigned(random: Random): string {
  const oddities = random.pick([0, 1, 1, 1, 2]);
  const odd = new Set(Array.from({ length: oddities }, () => random.between(0, TAGS.length - 1)));
  const tags = TAGS.map((choices, index) => (odd.has(index) ? random.pick(choices) : choices[0]!));
  const selector = random.next() < 0.3 ? random.pick(Object.keys(RECORDS_BY_SELECTOR)) : "s1";
  const names = random.next() < 0.2 ? random.pick(NAMES) : NAMES[0]!;
  return craft(`${tags.join(" ")} s=${selector}; h=${names}; bh=$bh;`, KEY, MESSAGE);
}

const WORDS = [
  ...[" ", "\t", "\r\n ", "\r\n", "\n", "\r", "\0", ";", "=", ":", "\xff", "x", "\r\n\r\n", "  ", " \r\n"],
  ...["From: x@evil.example\r\n", "Subject: x\r\n", "l=1;", "x=1;", " (c) ", "DKIM-Signature: v=1\r\n", ".\r\n"],
];

/** A message that was signed well, with some octets that are others now. */
export async function changed(random: Random): Promise<string> {
  const canonicalizations = ["simple", "relaxed"] as const;
  const options = {
    now: new Date(1_700_000_000_000),
    alsoSign: ["X-Note"],
    headerCanonicalization: random.pick(canonicalizations),
    bodyCanonicalization: random.pick(canonicalizations),
  };
  let text = await signed(MESSAGE, [KEY], options);
  for (let edits = random.pick([1, 1, 1, 2]); edits > 0; edits--) text = edited(text, random);
  return text;
}

function edited(text: string, random: Random): string {
  const at = random.between(0, text.length);
  const rest = text.slice(at);
  switch (random.between(0, 3)) {
    case 0:
      return text.slice(0, at) + random.pick(WORDS) + rest;
    case 1:
      return text.slice(0, at) + rest.slice(random.between(1, 3));
    case 2:
      return text.slice(0, at) + rest.charAt(0).toUpperCase() + rest.slice(1);
    default: {
      // Beside a line end, where canonicalization has its rules.
      const lines = text.split("\r\n");
      const line = random.between(0, lines.length - 1);
      lines[line] = random.next() < 0.5 ? lines[line]! + random.pick(WORDS) : random.pick(WORDS) + lines[line]!;
      return lines.join("\r\n");
    }
  }
}
