import { createHash } from "node:crypto";
import type { Resolver } from "../../../src/dkim/resolver.js";
import { verify } from "../../../src/index.js";
import { resultsIn } from "../arrived.js";
import { explainDoubles, type ExplainedDouble } from "../doubles.js";
import { TEMPERROR } from "../faults.js";
import { numberOf } from "../stack/traffic.js";
import type { FaultTimes } from "./fault-times.js";
import type { SoakMessage } from "./mail.js";

export const NOTHING_WRONG: Pick<Account, "lost" | "damaged" | "wrong" | "forged"> = {
  lost: [],
  damaged: [],
  wrong: [],
  forged: [],
};

interface Sent {
  readonly length: number;
  readonly digest: string;
  readonly verdict: RegExp | null;
  readonly needsDns: boolean;
  /** When it was first offered, and when it was taken over. */
  readonly from: number;
  to: number | null;
}

interface Copy {
  /** Its own header and that of the servers. */
  readonly header: Buffer;
  readonly isWhole: boolean;
  readonly results: readonly string[];
  /** What its signatures are worth, where it left signed; null where it came in. */
  readonly signatures: readonly string[] | null;
}

/** What came of the mail of one lane; numbers of messages. */
export interface Account {
  readonly accepted: number;
  readonly lost: readonly number[];
  readonly doubles: readonly ExplainedDouble[];
  /** Other octets than were sent, or some too few. */
  readonly damaged: readonly number[];
  /** With another verdict than the true one, with several, or not signed as it must be. */
  readonly wrong: readonly number[];
  /** Somebody else's field that claims our id, or that no reader can place. */
  readonly forged: readonly number[];
  /** dkim=temperror while the DNS was at fault: what may be said then. */
  readonly unchecked: number;
}

/** What was sent in one lane, and what has arrived of it. */
export class Ledger {
  readonly #sent = new Map<number, Sent>();
  readonly #copies = new Map<number, Copy[]>();
  #accepted = 0;

  constructor(private readonly resolver: Resolver) {}

  get accepted(): number {
    return this.#accepted;
  }

  /** Messages of which at least one copy is there. */
  get arrived(): number {
    return this.#copies.size;
  }

  offered({ number, expected, verdict, needsDns }: SoakMessage): void {
    const { length } = expected;
    this.#sent.set(number, {
      length,
      digest: digestOf(expected),
      verdict,
      needsDns,
      from: performance.now(),
      to: null,
    });
  }

  taken({ number }: SoakMessage): void {
    this.#sent.get(number)!.to = performance.now();
    this.#accepted += 1;
  }

  async arrives(message: Buffer): Promise<void> {
    const number = numberOf(message);
    const sent = this.#sent.get(number);
    if (sent === undefined) throw new Error(`nobody has sent this:\n${message.toString("latin1").slice(0, 2000)}`);
    const signatures = sent.verdict === null ? (await verify(message, { resolver: this.resolver })).signatures : null;
    const copy = {
      header: Buffer.from(message.subarray(0, message.indexOf("\r\n\r\n") + 4)),
      isWhole: digestOf(message.subarray(Math.max(0, message.length - sent.length))) === sent.digest,
      results: resultsIn(message),
      signatures: signatures?.map(({ result }) => result) ?? null,
    };
    this.#copies.set(number, [...(this.#copies.get(number) ?? []), copy]);
  }

  /** @param log Postfix' */
  account(faults: FaultTimes, log: string): Account {
    const numbersWhere = (test: (copy: Copy, sent: Sent) => boolean) =>
      [...this.#copies]
        .filter(([number, copies]) => copies.some((copy) => test(copy, this.#sent.get(number)!)))
        .map(([number]) => number);
    const doubled = [...this.#copies].filter(([, copies]) => copies.length > 1);
    const headers = new Map(doubled.map(([number, copies]) => [number, copies.map(({ header }) => header)]));
    return {
      accepted: this.#accepted,
      lost: [...this.#sent.keys()].filter((number) => !this.#copies.has(number)),
      doubles: explainDoubles(headers, log),
      damaged: numbersWhere(({ isWhole }) => !isWhole),
      wrong: numbersWhere((copy, sent) => !isTrue(copy, sent, faults)),
      forged: numbersWhere(({ header }) => /bank\.example|^X-DKIM-Auth/im.test(header.toString("latin1"))),
      unchecked: numbersWhere(({ results }) => results.some((result) => TEMPERROR.test(result))).length,
    };
  }
}

function isTrue({ results, signatures }: Copy, { verdict, needsDns, from, to }: Sent, faults: FaultTimes): boolean {
  if (verdict === null) return results.length === 0 && signatures?.join() === "pass,pass";
  const [result = ""] = results;
  if (results.length !== 1) return false;
  return verdict.test(result) || (needsDns && TEMPERROR.test(result) && faults.touch(from, to ?? Infinity));
}

function digestOf(octets: Uint8Array): string {
  return createHash("sha256").update(octets).digest("base64");
}
