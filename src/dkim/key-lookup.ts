import { parseKeyRecord, type KeyRecordReading } from "./key-record.js";
import type { ReasonCode } from "./reasons.js";
import { isNotFound, type Resolver, type TxtAnswer } from "./resolver.js";
import type { MaybePromise } from "./crypto.js";

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

  /** @returns the key record of a selector, or why there is none; never rejects */
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
    const deadline = new Deadline(this.timeout, this.signal);
    try {
      const answer = this.resolver.resolveTxt(name, { signal: deadline.signal });
      if (!(answer instanceof Promise)) {
        deadline.clear();
        return readingOf(answer);
      }
      return Promise.race([answer, deadline.passed])
        .then(readingOf, (error: unknown) => this.#failure(error))
        .finally(() => {
          deadline.clear();
        });
    } catch (error) {
      deadline.clear();
      return this.#failure(error);
    }
  }

  #failure(error: unknown): KeyRecordReading {
    if (isNotFound(error)) return unread("key-not-found");
    return unread(this.signal?.aborted ? "cancelled" : "key-lookup-failed");
  }
}

function readingOf(answer: TxtAnswer): KeyRecordReading {
  const records = "records" in answer ? answer.records : answer;
  const [record, ...more] = records;
  if (record === undefined) return unread("key-not-found");
  // RFC 6376 §3.6.2.2: the results are undefined. A record that somebody adds must not win.
  return more.length > 0 ? unread("key-ambiguous") : parseKeyRecord(record);
}

function unread(reason: ReasonCode): KeyRecordReading {
  return { record: null, reason };
}

/** A time limit that also ends with the caller's signal, so that a resolver that never answers holds nobody up. */
class Deadline {
  readonly passed: Promise<never>;
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #outer: AbortSignal | undefined;
  readonly #abort: () => void;

  constructor(timeout: number, outer: AbortSignal | undefined) {
    this.#outer = outer;
    this.passed = new Promise<never>((_, reject) => {
      this.signal.addEventListener("abort", () => {
        reject(new Error("the lookup took too long or was cancelled"));
      });
    });
    this.passed.catch(() => undefined); // a race that is over does not listen any more
    this.#abort = () => {
      this.#controller.abort();
    };
    this.#timer = setTimeout(this.#abort, timeout);
    outer?.addEventListener("abort", this.#abort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener("abort", this.#abort);
  }
}
