import fc from "fast-check";
import { expect } from "vitest";
import { nodeCrypto } from "../../src/crypto/node.js";
import { authorOf } from "../../src/message/author.js";
import { parseHeader } from "../../src/message/header.js";
import { octetsOf } from "../../src/message/octets.js";
import { annotate } from "../../src/service/annotate.js";
import { statusOf } from "../../src/status/status-of.js";
import { loadPublicSuffixList } from "../../src/status/organizational-domain.js";
import { AUTHSERV_ID, edited } from "../gateway/support.js";
import { makeKey, NOW, resolverOf, signed, zoneOf } from "../support/dkim.js";
import { fuzz } from "./campaign.js";

const ALICE = makeKey("example.org", "s1");
const NEWS = makeKey("news.example.org", "s2");
const MALLORY = makeKey("evil.example", "m");
const resolver = resolverOf(zoneOf(ALICE, NEWS, MALLORY));
const organizationalDomain = await loadPublicSuffixList();

const HEADER = "From: Alice <alice@example.org>\r\nTo: bob@example.net\r\nSubject: the plan\r\n";
const BODY = "Hello,\r\n\r\npay 10.\r\n";
const SEEDS = await Promise.all([
  signed(`${HEADER}\r\n${BODY}`, [ALICE]),
  signed(`${HEADER}\r\n${BODY}`, [NEWS, MALLORY], { headerCanonicalization: "simple" }),
  signed(`${HEADER}\r\n${BODY}`.replaceAll("\r\n", "\n"), [ALICE]),
  signed(`${HEADER.replace("example.org", "evil.example")}\r\nHello, pay 20.\r\n`, [MALLORY]),
]);
const FORGED = [
  "Authentication-Results: mx.example.net; dkim=pass header.d=example.org\r\n",
  "Authentication-Results: MX.example.net/job; dkim=pass header.d=bank.com\r\n",
  " ; dkim=pass header.d=bank.com\r\n",
  "Received: from x by y; Tue, 24 Nov 2026 12:00:00 +0000\r\n",
  "From: Boss <boss@bank.com>\r\n",
  "",
];

const squeezed = (text: string) => text.replace(/[ \t\r\n]+/g, "");
const SIGNED_BODIES: Readonly<Record<string, string>> = {
  "example.org": squeezed(BODY),
  "news.example.org": squeezed(BODY),
};

fuzz({
  name: "a good sign needs a signature of the author's domain over this From and body, and no forged field is read",
  inputs: fc.tuple(fc.constantFrom(...FORGED), fc.constantFrom(...SEEDS)).map((parts) => parts.join("")),
  words: [
    ...FORGED,
    "\r\n",
    "\n",
    "\r",
    "\r\n ",
    ":",
    ";",
    "From: boss@bank.com\n",
    "l=1;",
    "bank.com",
    "\0",
    "Subject: x\r\n",
    "\r\n\r\n",
  ],
  async check(message) {
    const octets = octetsOf(message);
    const options = { authservId: AUTHSERV_ID, resolver, crypto: nodeCrypto, now: NOW, organizationalDomain };
    const edit = await annotate(octets, options);
    const { status, signatures, author, authenticationResults } = edit.verification;
    const passes = signatures.filter(({ result }) => result === "pass");
    const header = parseHeader(octets);
    if (status.state === "author") {
      expect(passes.some(({ alignment }) => alignment !== "none")).toBe(true);
      expect(authorOf(header).mailbox?.domain).toBe(author?.domain);
    }
    const from = header.fields.filter(({ key }) => key === "from").map(({ value }) => squeezed(value));
    for (const { domain } of passes) {
      const body = SIGNED_BODIES[domain ?? ""];
      if (body === undefined) continue;
      expect(from).toContain("Alice<alice@example.org>");
      expect(squeezed(message.slice(header.bodyOffset))).toBe(body);
    }
    const text = await edited(message, edit);
    const report = statusOf({ headers: text }, { trusted: [AUTHSERV_ID], organizationalDomain, receivedAt: NOW });
    expect(report.field).toBe(authenticationResults);
    // A field that is taken out can be what made the author malformed: what is left may be better, if we verified it.
    if (status.state === "author") expect([report.status.state, report.author]).toEqual(["author", author]);
    if (report.status.signer !== null) expect(passes.map(({ domain }) => domain)).toContain(report.status.signer);
    return [
      status.state,
      status.alignment,
      ...status.reasons,
      ...status.concerns.map(({ code }) => code),
      edit.remove.length,
    ].join();
  },
});
