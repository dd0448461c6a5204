import { sign, type SigningKey } from "../../../src/index.js";
import { FROM, NONE, PASS } from "../faults.js";
import { FORGED } from "../forged.js";
import { letter, octets } from "../messages.js";
import type { Random } from "../random.js";
import { LOGIN } from "../stack/site.js";
import { withNumber } from "../stack/traffic.js";

/** A message of the soak, and what may become of it. */
export interface SoakMessage {
  readonly number: number;
  readonly sent: Buffer;
  /** What must arrive, below what servers put in front. */
  readonly expected: Buffer;
  /** What our field must say; null where the message must leave signed, and without one. */
  readonly verdict: RegExp | null;
  /** Whether a key is looked up: what it says then hangs on the DNS. */
  readonly needsDns: boolean;
}

/** What senders of incoming mail sign with. */
export interface SenderKeys {
  readonly rsa: SigningKey;
  /** Published under every selector that has no record of its own, so that no cache knows it. RFC 1034 §4.3.3 */
  readonly wildcard: SigningKey;
}

const FAIL = /^mx\.home\.example; dkim=fail .*header\.d=sender\.example/;

/** Octets of a body: most mail is small; from 256 KiB on the proxies spool to disk. */
const SIZES = [200, 500, 1000, 1000, 2000, 2000, 4000, 8000, 20_000, 50_000, 100_000];
const LARGE_SIZES = [300_000, 1024 * 1024];
const LARGE_ONE_IN = 25;
const FORGED_ONE_IN = 4;

type Kind = (letter: Buffer, number: number, keys: SenderKeys) => Promise<Pick<SoakMessage, "expected" | "verdict">>;

const KINDS: Readonly<Record<string, Kind>> = {
  unsigned: (expected) => Promise.resolve({ expected, verdict: NONE }),
  signed: async (message, _, { rsa }) => ({ expected: await signed(message, rsa), verdict: PASS }),
  "signed by a key that no cache knows": async (message, number, { wildcard }) => ({
    expected: await signed(message, { ...wildcard, selector: `n${number}` }),
    verdict: PASS,
  }),
  "changed in its body": async (message, _, { rsa }) => ({
    expected: Buffer.concat([await signed(message, rsa), octets("P.S. changed.\r\n")]),
    verdict: FAIL,
  }),
  "changed in its header": async (message, number, { wildcard }) => ({
    expected: octets(
      (await signed(message, { ...wildcard, selector: `n${number}` }))
        .toString("latin1")
        .replace("\r\nSubject: ", "\r\nSubject: Fwd: "),
    ),
    verdict: FAIL,
  }),
};

/** Mail of sender.example and of those who pretend to be, some with forged fields. */
export async function incomingMail(number: number, random: Random, keys: SenderKeys): Promise<SoakMessage> {
  const kind = KINDS[random.pick(Object.keys(KINDS))]!;
  const { expected, verdict } = await kind(draft(number, random, FROM), number, keys);
  return { number, sent: perhapsForged(expected, random), expected, verdict, needsDns: verdict !== NONE };
}

/** Mail of a user who has logged in, some with forged fields. */
export function outgoingMail(number: number, random: Random): Promise<SoakMessage> {
  const expected = draft(number, random, LOGIN.user);
  return Promise.resolve({
    number,
    sent: perhapsForged(expected, random),
    expected,
    verdict: null,
    needsDns: false,
  });
}

function draft(number: number, random: Random, from: string): Buffer {
  const size = random.between(1, LARGE_ONE_IN) === 1 ? random.pick(LARGE_SIZES) : random.pick(SIZES);
  const line = `${random.next().toString(36).repeat(6).slice(0, 70)}\r\n`;
  const body = line.repeat(Math.ceil(size / line.length));
  return withNumber(number, letter({ from, mark: `m${number}`, body }));
}

async function signed(message: Buffer, key: SigningKey): Promise<Buffer> {
  const { prepend } = await sign(message, { keys: [key] });
  return Buffer.concat([prepend, message]);
}

/** Forged fields on top, or between the fields. */
function perhapsForged(message: Buffer, random: Random): Buffer {
  if (random.between(1, FORGED_ONE_IN) > 1) return message;
  const at = random.pick([0, message.indexOf("From: ")]);
  const fields = Array.from({ length: random.between(1, 3) }, () => FORGED[random.pick(Object.keys(FORGED))]!);
  return Buffer.concat([message.subarray(0, at), octets(fields.join("")), message.subarray(at)]);
}
