import { areStrings } from "../message/argument-error.js";
import { withDeadline } from "./deadline.js";
import { readKeyRecord, type KeyRecordReading } from "./key-record.js";
import { isPromise, type MaybePromise } from "./maybe-promise.js";
import type { ReasonCode } from "./reasons.js";
import { isNotFound, type Resolver, type TxtAnswer } from "./resolver.js";

/** Looks keys up, each name once for all signatures of a message. RFC 6376 §3.6.2 and §6.1.2 */
export class KeyLookup {
  readonly #asked = new Map<string, MaybePromise<KeyRecordReading>>();

  /**
   * @param timeout milliseconds for one lookup
   * @param signal cancels all lookups
   */
  constructor(
    private readonly resolver: Resolver,
    private readonly timeout: number,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** @returns the key record of a selector, or why there is none; never throws or rejects */
  find(selector: string, domain: string): MaybePromise<KeyRecordReading> {
    const name = `${selector}._domainkey.${domain}`;
    let reading = this.#asked.get(name);
    if (reading === undefined) {
      reading = this.#ask(name);
      this.#asked.set(name, reading);
    }
    return reading;
  }

  #ask(name: string): MaybePromise<KeyRecordReading> {
    if (this.signal?.aborted) return unread("cancelled");
    const options = new LookupOptions();
    try {
      const answer = this.resolver.resolveTxt(name, options);
      if (!isPromise(answer)) return readingOf(answer);
      return withDeadline(name, this.timeout, this.signal, () => answer, options.controller)
        .then(readingOf)
        .catch((error: unknown) => this.#failure(error));
    } catch (error) {
      return this.#failure(error);
    }
  }

  #failure(error: unknown): KeyRecordReading {
    if (isNotFound(error)) return unread("key-not-found");
    return unread(this.signal?.aborted ? "cancelled" : "key-lookup-failed");
  }
}

/** What a resolver is given. The signal is its own, enumerable property, so that copies of the options have it, too. */
class LookupOptions {
  readonly controller = new AbortController();
  declare readonly signal: AbortSignal;

  constructor() {
    Object.defineProperty(this, "signal", SIGNAL);
  }
}

/**
 * The signal is made when it is first read: a resolver that has the answer in its cache does not need it, and to make
 * it costs more than such an answer. One getter for all lookups: with one for each, the engine would make, and long
 * keep, a hidden class for each.
 */
const SIGNAL = {
  enumerable: true,
  get(this: LookupOptions) {
    return this.controller.signal;
  },
};

function readingOf(answer: TxtAnswer): KeyRecordReading {
  const records = "records" in answer ? answer.records : answer;
  if (!areStrings(records)) throw new TypeError("a resolver answers an array of strings"); // counts as a failed lookup
  const [record, ...more] = records;
  if (record === undefined) return unread("key-not-found");
  // RFC 6376 §3.6.2.2: the results are undefined. A record that somebody adds must not win.
  return more.length > 0 ? unread("key-ambiguous") : readKeyRecord(record);
}

function unread(reason: ReasonCode): KeyRecordReading {
  return { record: null, reason };
}
