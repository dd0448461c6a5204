import type { Sample } from "./sample.js";
import { author, november, nobody, passing } from "./sample.js";
import { crlf, receivedField } from "./letter.js";

/** Messages that came by way of somebody: a list, a bulk sender, a forwarder. */

const paperboat: Sample = {
  id: "bulk-two-signatures",
  receivedAt: november(21, 18, 15),
  title: "A bulk sender with two signatures",
  about:
    "The shop’s own domain signed, and so did the service that sends its mail. The author’s signature counts first, whatever the order.",
  expected: author("paperboat.example", [passing("sendgrid.net"), passing("paperboat.example")]),
  letter: {
    from: "Paperboat Books <hello@paperboat.example>",
    subject: "12 books for long evenings",
    age: 300,
    fields: [
      ["List-Unsubscribe", "<https://paperboat.example/bye>"],
      ["List-Unsubscribe-Post", "List-Unsubscribe=One-Click"],
    ],
    body: `Dear readers,

it is dark at 5 now, so here are 12 books for long evenings. Half of
them are new, half are old friends, and one has no words at all.

The list hangs in the shop window and lies at the till.

Paperboat Books
`,
  },
  signers: [
    { domain: "sendgrid.net", selector: "sample" },
    { domain: "paperboat.example", selector: "shop" },
  ],
  sender: { from: "o1.mail.sendgrid.net", address: "198.51.100.40" },
};

const allotment: Sample = {
  id: "mailing-list",
  receivedAt: november(21, 12, 20),
  title: "A mailing list that rewrites the author",
  about:
    "The list put its own address in place of Jonas’s and added a footer, so his signature no longer matches. The list’s own does.",
  expected: author("lists.allotment.example", [
    passing("lists.allotment.example"),
    { domain: "orchard.example", result: "fail", reason: "body-hash-mismatch" },
  ]),
  letter: {
    from: "Jonas Weber <jonas@orchard.example>",
    to: "allotment@lists.allotment.example",
    subject: "Frost on Tuesday",
    age: 400,
    body: `Hello everybody,

minus 4 on Tuesday night, says the airfield. Cover the leeks, drain the
water barrels, and please lock the shed: it stood open twice last week.

Jonas
`,
  },
  signers: [{ domain: "orchard.example", selector: "k1" }],
  relaySigners: [{ domain: "lists.allotment.example", selector: "list" }],
  onTheWay: (message, at) =>
    receivedField("mail.orchard.example", "192.0.2.91", "lists.allotment.example", at) +
    message
      .replace(
        "From: Jonas Weber <jonas@orchard.example>",
        'From: "Jonas Weber via Allotment" <allotment@lists.allotment.example>',
      )
      .replace("Subject: ", "Subject: [Allotment] ")
      .replace("MIME-Version:", crlf(LIST_FIELDS) + "MIME-Version:") +
    crlf(LIST_FOOTER),
  sender: { from: "lists.allotment.example", address: "192.0.2.140" },
};

const LIST_FIELDS = `Reply-To: Jonas Weber <jonas@orchard.example>
List-Id: <allotment.lists.allotment.example>
List-Post: <mailto:allotment@lists.allotment.example>
List-Unsubscribe: <mailto:allotment-leave@lists.allotment.example>
Precedence: list
`;

const LIST_FOOTER = `_______________________________________________
Allotment mailing list
To leave: allotment-leave@lists.allotment.example
`;

const dentist: Sample = {
  id: "bulk-sender-only",
  receivedAt: november(20, 15, 0),
  title: "Only the bulk sender signed",
  about:
    "The practice lets a service send its mail and never set up a signature of its own. The service vouches for the message, not for the practice.",
  expected: {
    state: "third-party",
    signer: "sendgrid.net",
    alignment: "none",
    intermediary: { id: "sendgrid", kind: "bulk-sender" },
    warnings: [],
    signatures: [passing("sendgrid.net")],
  },
  letter: {
    from: "Hilltop Dental <reminder@hilltop.example>",
    subject: "Your appointment on 1 December",
    age: 200,
    body: `Dear Robin Vale,

this is a reminder of your appointment on Tuesday, 1 December, at 8:20.
If you cannot come, please call us a day before.

Hilltop Dental
`,
  },
  signers: [{ domain: "sendgrid.net", selector: "sample" }],
  sender: { from: "o1.mail.sendgrid.net", address: "198.51.100.40" },
};

const alumni: Sample = {
  id: "forwarder-broke-body",
  receivedAt: november(20, 10, 12),
  title: "A forwarder that changed the text",
  about:
    "alumni.example passes mail on and adds a line below. The author’s signature covers the text without that line, so it no longer matches.",
  expected: nobody("invalid", [{ domain: "meadow.example", result: "fail", reason: "body-hash-mismatch" }]),
  letter: {
    from: "Edda Sorensen <edda@meadow.example>",
    to: "Robin Vale <robin.vale.2009@alumni.example>",
    subject: "Class of 2009: who brings the photographs?",
    age: 500,
    body: `Dear Robin,

17 years, can you believe it? We meet on 5 December at 6 in the old
gym. You took most of the photographs back then. Do you still have them?

Edda
`,
  },
  signers: [{ domain: "meadow.example", selector: "m1" }],
  onTheWay: (message, at) =>
    receivedField("mail.meadow.example", "192.0.2.33", "alumni.example", at) +
    message +
    crlf("\n-- \nForwarded by alumni.example: your address for life\n"),
  sender: { from: "alumni.example", address: "192.0.2.200" },
};

const GROUP = "wooden-boats@yahoogroups.com";

const yahooGroups: Sample = {
  id: "yahoo-groups",
  receivedAt: new Date(Date.UTC(2013, 4, 14, 20, 11)),
  title: "An old post from Yahoo Groups",
  about:
    "The group’s server signed, the author’s did not. yahoogroups.com is a known mailing list service, so a signature of another domain is usual there.",
  expected: {
    state: "third-party",
    signer: "yahoogroups.com",
    alignment: "none",
    intermediary: { id: "yahoo-groups", kind: "mailing-list" },
    warnings: [],
    signatures: [passing("yahoogroups.com")],
  },
  letter: {
    from: "Jane Abbott <jane@estuary.example>",
    to: GROUP,
    subject: "[wooden-boats] Steaming oak, 25 mm",
    age: 700,
    fields: [
      ["Sender", GROUP],
      ["Mailing-List", `list ${GROUP}; contact wooden-boats-owner@yahoogroups.com`],
      ["List-Id", "<wooden-boats.yahoogroups.com>"],
      ["List-Unsubscribe", "<mailto:wooden-boats-unsubscribe@yahoogroups.com>"],
      ["X-Yahoo-Newman-Property", "groups-email-tradt-m"],
      ["Precedence", "bulk"],
    ],
    body: `An hour for every 25 mm, and then you have about 30 seconds to get the
plank on. Wear gloves. The second pair of hands matters more than the
third clamp.

Jane
`,
  },
  signers: [{ domain: "yahoogroups.com", selector: "sample" }],
  sender: { from: "ng1.grp.yahoogroups.com", address: "203.0.113.5" },
};

export const PASSED_ON: readonly Sample[] = [paperboat, allotment, dentist, alumni, yahooGroups];
