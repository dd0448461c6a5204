import type { Sample } from "./sample.js";
import { before, november, nobody } from "./sample.js";
import { messageOf } from "./letter.js";

/** Messages whose signature may be fine, but time or the key record stands against it. */

const choir: Sample = {
  id: "expired",
  receivedAt: november(19, 21, 40),
  title: "A signature that had expired",
  about:
    "The signer gave its signature one day. The message lay in a queue for three, so the signature no longer counts.",
  expected: nobody("invalid", [{ domain: "choir.example", result: "permerror", reason: "signature-expired" }]),
  async write(office, { id, receivedAt }) {
    const sentAt = before(receivedAt, 3 * 86_400);
    const written = messageOf(
      {
        from: "Oona Reilly <oona@choir.example>",
        subject: "Rehearsal moved to 7:30",
        date: sentAt,
        body: `Dear all,

the hall is taken until 7, so we start half an hour later this week.
Bring the Purcell, pages 12 to 30.

Oona
`,
      },
      id,
    );
    const expires = new Date(sentAt.getTime() + 86_400_000);
    const sent = await office.sign(written, [{ domain: "choir.example", selector: "c1" }], sentAt, expires);
    return office.receive(sent, { from: "mail.choir.example", address: "192.0.2.52" }, receivedAt);
  },
};

const cycling: Sample = {
  id: "revoked-key",
  receivedAt: november(19, 17, 3),
  title: "A key that was revoked",
  about: "velo.example published an empty key under this name: it takes back everything that was signed with it.",
  expected: nobody("invalid", [{ domain: "velo.example", result: "permerror", reason: "key-revoked" }]),
  async write(office, { id, receivedAt }) {
    const written = messageOf(
      {
        from: "Velo Workshop <service@velo.example>",
        subject: "Your bicycle is ready",
        date: before(receivedAt, 90),
        body: `Hello Robin,

new chain, new brake pads, and the wheel runs true again. 64 euros.
We are open until 6.

Velo Workshop
`,
      },
      id,
    );
    const sent = await office.sign(written, [{ domain: "velo.example", selector: "old" }], before(receivedAt, 80));
    return office.receive(sent, { from: "mail.velo.example", address: "192.0.2.58" }, receivedAt);
  },
};

const ferry: Sample = {
  id: "dns-down",
  receivedAt: november(19, 14, 26),
  title: "The key could not be fetched",
  about:
    "The name server of ferry.example did not answer. Nothing is known then, and nothing is held against the message.",
  expected: nobody("unknown", [{ domain: "ferry.example", result: "temperror", reason: "key-lookup-failed" }]),
  async write(office, { id, receivedAt }) {
    const written = messageOf(
      {
        from: "Island Ferries <timetable@ferry.example>",
        subject: "Winter timetable from 1 December",
        date: before(receivedAt, 120),
        body: `Dear passengers,

from 1 December the first boat leaves at 7:10 and the last one at 18:40.
On Sundays there are 3 crossings only.

Island Ferries
`,
      },
      id,
    );
    const sent = await office.sign(written, [{ domain: "ferry.example", selector: "f1" }], before(receivedAt, 110));
    return office.receive(sent, { from: "mail.ferry.example", address: "192.0.2.64" }, receivedAt);
  },
};

export const KEY_TROUBLE: readonly Sample[] = [choir, cycling, ferry];
