import fc from "fast-check";
import { expect } from "vitest";
import { authorOfValues } from "../../src/message/author.js";
import { MAX_MAILBOXES, parseAddressList } from "../../src/message/address-list.js";
import { domainOf } from "../../src/message/domain.js";
import { encodeUtf8 } from "../../src/message/octets.js";
import { shownAddressDomains } from "../../src/message/shown-address.js";
import { fuzz } from "./campaign.js";

const MAILBOXES = [
  "alice@example.org",
  "Alice Example <alice@example.org>",
  '"Doe, \\"J\\"" <"john doe"@example.net>',
  "=?utf-8?Q?J=C3=B6rg?= =?utf-8?B?IDxh?= <joerg@m\xc3\xbcller.example>",
  '"ceo@bank.com" <x@evil.example> (really)',
  "(a (nested) comment) Bob . B <@a.example,@b.example:bob@example.org>",
  "Group: one@example.org, Two <two@example.org>;",
  "Nobody:;",
];

fuzz({
  name: "an address list is read alike folded and twice over, and each address can be written and read again",
  inputs: fc.shuffledSubarray(MAILBOXES, { minLength: 1, maxLength: 3 }).map((list) => list.join(", ")),
  words: [
    "@",
    "<",
    ">",
    "(",
    ")",
    '"',
    "\\",
    ",",
    ";",
    ":",
    ".",
    "=?utf-8?B?",
    "?=",
    "\xe2\x80\xae",
    "\r\n ",
    "\0",
    "\r",
    "[1.2.3.4]",
  ],
  check(value) {
    const mailboxes = parseAddressList(value);
    if (mailboxes === null) return `unread,${authorOfValues([value]).reason ?? ""}`;
    expect(mailboxes.length).toBeLessThanOrEqual(MAX_MAILBOXES);
    const isFolded = value.includes("\n");
    if (!isFolded) expect(parseAddressList(value.replaceAll(" ", "\r\n "))).toEqual(mailboxes);
    if (2 * mailboxes.length <= MAX_MAILBOXES) {
      expect(parseAddressList(`${value},${value}`)).toEqual([...mailboxes, ...mailboxes]);
    }
    for (const { displayName, localPart, domain } of mailboxes) {
      expect(domainOf(domain)).toBe(domain);
      const quoted = encodeUtf8(localPart.replace(/["\\]/g, "\\$&"));
      expect(parseAddressList(`"${quoted}"@${domain}`)).toEqual([{ displayName: null, localPart, domain }]);
      for (const shown of shownAddressDomains(displayName ?? "")) expect(domainOf(shown)).toBe(shown);
    }
    const shapes = mailboxes.map(({ displayName, localPart }) =>
      [displayName === null, /[^\w.]/.test(localPart)].join(),
    );
    return [authorOfValues([value]).reason, ...shapes].join();
  },
});
