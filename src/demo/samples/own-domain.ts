import type { Sample } from "./sample.js";
import { author, november, passing } from "./sample.js";

/** Messages that the author's own domain vouches for. */

const boathouse: Sample = {
  id: "own-domain",
  receivedAt: november(23, 16, 42),
  title: "The author’s own domain",
  about:
    "lakeside.example signed this message, and the author’s address is there. Change one letter of the source: the seal cracks.",
  expected: author("lakeside.example", [passing("lakeside.example"), passing("lakeside.example")]),
  letter: {
    from: "Mira Lindqvist <mira@lakeside.example>",
    subject: "Keys for the boathouse",
    age: 40,
    body: `Hi Robin,

the new lock is in. The code is 4719 until Friday, after that Ossi
changes it again. Please bring the blue canoe back before the ice does.

The heating costs us 35 euros each this year; no hurry with that.

See you on Saturday
Mira
`,
  },
  signers: [
    { domain: "lakeside.example", selector: "s2026" },
    { domain: "lakeside.example", selector: "ed2026" },
  ],
  sender: { from: "out.lakeside.example", address: "192.0.2.10" },
};

/** Two messages that differ in nothing but the domain. */
function statement(domain: string, id: string, receivedAt: Date, address: string, about: string): Sample {
  return {
    id,
    receivedAt,
    title: "Twins",
    about,
    expected: author(domain),
    letter: {
      from: `Alder Bank <statements@${domain}>`,
      subject: "Your statement for November",
      age: 20,
      body: `Dear Robin Vale,

your statement for November is ready. You will find it in your mailbox
at Alder Bank under "Documents".

Balance on 20 November: 2,318.40 euros

With kind regards
Alder Bank
`,
    },
    signers: [{ domain, selector: "mail" }],
    sender: { from: `mx1.${domain}`, address },
  };
}

const library: Sample = {
  id: "sibling-domain",
  receivedAt: november(22, 7, 30),
  title: "A sibling domain of the same organization",
  about:
    "The address is at library.example, the signature is post.library.example’s. Both belong to one domain, so it vouches for its own.",
  expected: {
    state: "author",
    signer: "post.library.example",
    alignment: "organization",
    intermediary: null,
    warnings: [],
    signatures: [passing("post.library.example")],
  },
  letter: {
    from: "City Library <loans@library.example>",
    subject: "Two books are due on Thursday",
    age: 60,
    body: `Good morning,

these two books are due on 26 November:

  The Living Mountain, Nan Shepherd
  A Field Guide to Getting Lost, Rebecca Solnit

Both can be kept for another 4 weeks: nobody else has asked for them.

Your City Library
`,
  },
  signers: [{ domain: "post.library.example", selector: "loans" }],
  sender: { from: "post.library.example", address: "192.0.2.25" },
};

const international: Sample = {
  id: "international",
  receivedAt: november(19, 11, 5),
  title: "An internationalized domain",
  about:
    "The author’s domain has a letter outside ASCII. DNS knows it in another spelling, and that one is shown first: letters that look alike do not.",
  expected: author("xn--grnerweg-75a.example"),
  letter: {
    from: "Jürgen Grün <jürgen@grünerweg.example>",
    subject: "Äpfel, Birnen und 12 Gläser Honig",
    age: 90,
    body: `Hallo Robin,

deine Bestellung steht bereit: 2 Kisten Äpfel, 1 Kiste Birnen und
12 Gläser Honig. Abholen kannst du sie bis Samstag um 13 Uhr.

Grüße vom Hof
Jürgen
`,
  },
  signers: [{ domain: "grünerweg.example", selector: "hof" }],
  sender: { from: "mail.xn--grnerweg-75a.example", address: "203.0.113.61" },
};

export const OWN_DOMAIN: readonly Sample[] = [
  boathouse,
  statement(
    "bank.example",
    "twin-bank",
    november(23, 9, 2),
    "192.0.2.77",
    "The next message has the same name, subject and text. Open both: only the domain beside the seal tells them apart.",
  ),
  statement(
    "bank-login.example",
    "twin-bank-login",
    november(23, 8, 57),
    "198.51.100.13",
    "The signature is in order, and it says bank-login.example. A seal tells who stands behind a message, not whether that is good.",
  ),
  library,
  international,
];
