import type { Sample } from "./sample.js";
import { author, november, nobody } from "./sample.js";
import { crlf } from "./letter.js";

/** Messages that were changed, or want to look like what they are not; and the plain unsigned one. */

const otherName: Sample = {
  id: "name-shows-other-address",
  receivedAt: november(20, 19, 31),
  title: "A name that shows another address",
  about:
    "The name reads like an address of the bank; the address behind it is another one. It is signed in order, and still drawn as a caution.",
  expected: author("parcel-desk.example", undefined, ["name-shows-other-address"]),
  letter: {
    from: '"statements@bank.example" <desk@parcel-desk.example>',
    subject: "Please confirm your address",
    age: 30,
    body: `Dear customer,

we could not deliver your new card. Please confirm your address within
2 days, or the card goes back.

Customer desk
`,
  },
  signers: [{ domain: "parcel-desk.example", selector: "a" }],
  sender: { from: "mx.parcel-desk.example", address: "198.51.100.99" },
};

const invoice: Sample = {
  id: "tampered-header",
  receivedAt: november(20, 17, 48),
  title: "A subject that was changed on the way",
  about:
    "The workshop signed “180 euros”. Somebody made 980 of it. The subject is signed, so the signature does not match.",
  expected: nobody("invalid", [{ domain: "nettle.example", result: "fail", reason: "signature-mismatch" }]),
  letter: {
    from: "Nettle & Rye Workshop <accounts@nettle.example>",
    subject: "Invoice 2041: 180 euros, due on 30 November",
    age: 100,
    body: `Dear Robin,

thank you for your order. The amount is in the subject, our account is
the one you know.

Nettle & Rye Workshop
`,
  },
  signers: [{ domain: "nettle.example", selector: "n1" }],
  onTheWay: (message) => message.replace("2041: 180 euros", "2041: 980 euros"),
  sender: { from: "relay.wayside.example", address: "198.51.100.7" },
};

const advert: Sample = {
  id: "appended-advert",
  receivedAt: november(20, 8, 19),
  title: "An advert below the signed part",
  about:
    "This signature covers only the first part of the text (l=). Anybody can add to it, and somebody did: the signature itself still matches.",
  expected: nobody(
    "invalid",
    [{ domain: "weather.example", result: "policy", reason: "body-partly-signed" }],
    ["partly-signed"],
  ),
  letter: {
    from: "Weather by Post <today@weather.example>",
    subject: "Friday: fog, then sun",
    age: 70,
    body: `Fog until 10, then sun, 6 degrees. Light wind from the east. Frost at
night.

Weather by Post
`,
  },
  signers: [{ domain: "weather.example", selector: "w1" }],
  signsFirstPart: true,
  onTheWay: (message) => message + crlf("\n* * *\nWINTER TYRES, 4 for the price of 2: tyres-today.example\n"),
  sender: { from: "mail.weather.example", address: "192.0.2.88" },
};

const forgedResults: Sample = {
  id: "forged-results",
  receivedAt: november(19, 9, 14),
  title: "A result that came from outside",
  about:
    "The sender wrote a “pass” in the name of mx.example.net itself. It stands below that server’s own lines, so it is not read.",
  expected: nobody("unsigned", []),
  letter: {
    from: "Alder Bank <statements@bank.example>",
    subject: "Your account is locked",
    age: 15,
    fields: [
      [
        "Authentication-Results",
        "mx.example.net; dkim=pass header.d=bank.example\n\theader.i=@bank.example header.s=mail; dmarc=pass header.from=bank.example",
      ],
    ],
    body: `Dear customer,

your account is locked. Please answer with your card number and the 4
digits of your PIN.

Alder Bank
`,
  },
  signers: [],
  sender: { from: "host7.rented.example", address: "203.0.113.77", keepForged: true },
};

const twoAuthors: Sample = {
  id: "two-authors",
  receivedAt: november(20, 6, 55),
  title: "A message with two authors",
  about: "From names two people at two domains. Nobody can say whose signature would count, so none does.",
  expected: nobody("malformed", [{ domain: "harbour.example", result: "pass", reason: null }]),
  letter: {
    from: "Alder Bank <statements@bank.example>, Port Office <office@harbour.example>",
    subject: "New account for berth fees",
    age: 45,
    body: `Dear berth holders,

from 1 December please pay the berth fees to the new account only. The
old one is closed.

The port office
`,
  },
  signers: [{ domain: "harbour.example", selector: "h1" }],
  sender: { from: "mx.harbour.example", address: "198.51.100.61" },
};

const unsigned: Sample = {
  id: "unsigned",
  receivedAt: november(22, 13, 9),
  title: "Not signed",
  about: "Nothing is wrong with this message, and no domain vouches for it. Much honest mail is like that.",
  expected: nobody("unsigned", []),
  letter: {
    from: "Tomas Varga <tomas@birchwood.example>",
    subject: "The saw",
    age: 75,
    body: `Robin,

I still have your saw. It has 3 teeth less than before, sorry. I am
home on Wednesday after 5.

Tomas
`,
  },
  signers: [],
  sender: { from: "birchwood.example", address: "192.0.2.119" },
};

export const AGAINST_THE_READER: readonly Sample[] = [otherName, invoice, advert, forgedResults, twoAuthors, unsigned];
