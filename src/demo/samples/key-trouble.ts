import type { Sample } from "./sample.js";
import { november, nobody } from "./sample.js";

/** Messages whose signature may be fine, but time or the key record stands against it. */

const choir: Sample = {
  id: "expired",
  receivedAt: november(19, 21, 40),
  title: "A signature that had expired",
  about:
    "The signer gave its signature one day. The message lay in a queue for three, so the signature no longer counts.",
  expected: nobody("invalid", [{ domain: "choir.example", result: "permerror", reason: "signature-expired" }]),
  letter: {
    from: "Oona Reilly <oona@choir.example>",
    subject: "Rehearsal moved to 7:30",
    age: 3 * 86_400,
    body: `Dear all,

the hall is taken until 7, so we start half an hour later this week.
Bring the Purcell, pages 12 to 30.

Oona
`,
  },
  signers: [{ domain: "choir.example", selector: "c1" }],
  expiresAfter: 86_400,
  sender: { from: "mail.choir.example", address: "192.0.2.52" },
};

const cycling: Sample = {
  id: "revoked-key",
  receivedAt: november(19, 17, 3),
  title: "A key that was revoked",
  about: "velo.example published an empty key under this name: it takes back everything that was signed with it.",
  expected: nobody("invalid", [{ domain: "velo.example", result: "permerror", reason: "key-revoked" }]),
  letter: {
    from: "Velo Workshop <service@velo.example>",
    subject: "Your bicycle is ready",
    age: 90,
    body: `Hello Robin,

new chain, new brake pads, and the wheel runs true again. 64 euros.
We are open until 6.

Velo Workshop
`,
  },
  signers: [{ domain: "velo.example", selector: "old" }],
  sender: { from: "mail.velo.example", address: "192.0.2.58" },
};

const ferry: Sample = {
  id: "dns-down",
  receivedAt: november(19, 14, 26),
  title: "The key could not be fetched",
  about:
    "The name server of ferry.example did not answer. Nothing is known then, and nothing is held against the message.",
  expected: nobody("unknown", [{ domain: "ferry.example", result: "temperror", reason: "key-lookup-failed" }]),
  letter: {
    from: "Island Ferries <timetable@ferry.example>",
    subject: "Winter timetable from 1 December",
    age: 120,
    body: `Dear passengers,

from 1 December the first boat leaves at 7:10 and the last one at 18:40.
On Sundays there are 3 crossings only.

Island Ferries
`,
  },
  signers: [{ domain: "ferry.example", selector: "f1" }],
  sender: { from: "mail.ferry.example", address: "192.0.2.64" },
};

export const KEY_TROUBLE: readonly Sample[] = [choir, cycling, ferry];
