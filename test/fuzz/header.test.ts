import fc from "fast-check";
import { expect } from "vitest";
import { authorOf } from "../../src/message/author.js";
import { parseHeader } from "../../src/message/header.js";
import { binaryString, octetsOf } from "../../src/message/octets.js";
import { readHeader } from "../../src/message/read-message.js";
import { statusOf } from "../../src/status/status-of.js";
import { fuzz, pieces } from "./campaign.js";

const FIELDS = [
  "From: Alice <alice@example.org>",
  "Subject: folded\r\n\tsubject",
  "Received: from a.example\r\n by b.example; Tue, 24 Nov 2026 12:00:00 +0000",
  "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s1;\r\n h=from:subject; b=abc",
  "Authentication-Results: mx.example.net; dkim=pass header.d=example.org",
  "From : other@example.net",
  "X:",
];

const inputs = fc
  .tuple(fc.shuffledSubarray(FIELDS), fc.constantFrom("\r\n", "\n"), fc.constantFrom("body\r\n", "", "From: a@b.c\n"))
  .map(([fields, end, body]) => [...fields, "", body].join("\r\n").replaceAll("\r\n", end));

async function inPieces(text: string) {
  async function* chunks() {
    for (const piece of pieces(text)) yield await Promise.resolve(octetsOf(piece));
  }
  const { header, octets, rest } = await readHeader(chunks());
  let all = binaryString(octets);
  for await (const piece of rest) all += binaryString(piece);
  return { header, all };
}

fuzz({
  name: "a header is cut alike in any pieces, its fields lie side by side, and only one with a single From has an author",
  inputs,
  words: [
    "\r\n",
    "\n",
    "\r",
    "\r\n ",
    "\n\t",
    ":",
    "From:",
    "from\0:",
    "\0",
    " ",
    "\r\n\r\n",
    "\n\n",
    "Received: x\r\n",
  ],
  async check(text) {
    const header = parseHeader(octetsOf(text));
    expect(await inPieces(text)).toEqual({ header, all: text });
    let at = 0;
    for (const { start, end, raw, name, value } of header.fields) {
      expect(start).toBe(at);
      expect(raw.replaceAll("\r\n", "\n")).toBe(
        text
          .slice(start, end)
          .replace(/\r?\n$/, "")
          .replaceAll("\r\n", "\n"),
      );
      expect(raw.startsWith(name) && raw.endsWith(value)).toBe(true);
      at = end;
    }
    const between = text.slice(at, header.bodyOffset);
    expect(["", "\n", "\r\n"]).toContain(between);
    const { mailbox, reason } = authorOf(header);
    if (mailbox !== null) expect(header.fields.filter(({ key }) => key === "from")).toHaveLength(1);
    const { status } = statusOf({ headers: text }, {});
    expect(status.state).toBe(mailbox === null ? "malformed" : "unknown");
    const { lineEnding, hasBareLf, strayLine } = header;
    return [reason, lineEnding, hasBareLf, strayLine === null, header.fields.length, between].join();
  },
});
