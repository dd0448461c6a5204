import type { Site } from "../stack/site.js";
import { send } from "../stack/smtp.js";
import type { Attack } from "./attack.js";
import { RECORDS } from "./keys.js";

/** Postfix trusts its own networks with more than strangers. */
const OUTSIDE = "192.0.2.77";

/** What became of attacks, by their names. */
export interface Deliveries {
  /** As they lie in a mailbox. */
  readonly delivered: ReadonlyMap<string, Buffer>;
  /** `refused` and the code, of those that were. */
  readonly refused: ReadonlyMap<string, string>;
}

/** Publishes the victim's and the attacker's records, sends every attack and waits for what is delivered. */
export async function deliver(
  site: Site,
  port: number,
  attacks: readonly Attack[],
  explain: () => string,
): Promise<Deliveries> {
  for (const [record, value] of Object.entries(RECORDS)) site.bind.addTxt(record, value);
  const delivered = new Map<string, Buffer>();
  const refused = new Map<string, string>();
  await Promise.all(
    attacks.map(async ({ name, envelope: from, message, isStuffed }, index) => {
      const to = `reader-${index}@home.example`;
      const submission = { from, to, message: Buffer.from(message, "latin1"), isStuffed, clientAddress: OUTSIDE };
      const { code } = await send(port, submission);
      if (code === 250) delivered.set(name, await site.dovecot.mailbox(to).arrival("", explain));
      else refused.set(name, `refused ${code}`);
    }),
  );
  return { delivered, refused };
}
