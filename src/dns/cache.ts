import { isPromise } from "../dkim/maybe-promise.js";
import { DnsError, isNotFound, type Resolver, type TxtAnswer } from "../dkim/resolver.js";
import { AnswerStore } from "./answer-store.js";

/** Entries kept by default: 32 MB at the most ({@link AnswerStore} refuses long answers), and usually 4. */
const MAX_ENTRIES = 8192;

export interface CacheOptions {
  readonly resolver: Resolver;
  /** Names kept; default 8192. The least recently used is dropped first. */
  readonly maxEntries?: number | undefined;
  /** Milliseconds since any fixed moment; default: the runtime's monotonic clock. */
  readonly clock?: (() => number) | undefined;
}

/**
 * A resolver that keeps the answers of another: records for their time to live (5 minutes without one), the answer that
 * there is no record for a minute, temporary failures never. Concurrent equal questions are asked once, and one
 * caller's abort does not end what others wait for. An answer that is kept is given synchronously.
 */
export function cache({ resolver, maxEntries = MAX_ENTRIES, clock = () => performance.now() }: CacheOptions): Resolver {
  const store = new AnswerStore(maxEntries, clock);
  const lookups = new Map<string, SharedLookup>();

  function start(name: string): TxtAnswer | SharedLookup {
    const controller = new AbortController();
    const answer = firstAnswer(name, controller.signal);
    if (!isPromise(answer)) return kept(name, answer);
    const done = answer.then(
      (late) => kept(name, late),
      (error: unknown) => refused(name, error),
    );
    const lookup = new SharedLookup(name, done, (reason) => {
      forget();
      controller.abort(reason);
    });
    const forget = (): void => {
      if (lookups.get(name) === lookup) lookups.delete(name);
    };
    lookups.set(name, lookup);
    done.then(forget, forget);
    return lookup;
  }

  function firstAnswer(name: string, signal: AbortSignal): TxtAnswer | Promise<TxtAnswer> {
    try {
      return resolver.resolveTxt(name, { signal });
    } catch (error) {
      return refused(name, error);
    }
  }

  function kept(name: string, answer: TxtAnswer): TxtAnswer {
    store.keep(name, answer);
    return answer;
  }

  function refused(name: string, error: unknown): never {
    if (isNotFound(error)) store.keepNotFound(name);
    throw error;
  }

  return {
    resolveTxt: (name, options) => {
      const answer = store.get(name);
      if (answer !== undefined) return answer;
      const signal = options?.signal;
      if (signal?.aborted === true) throw cancelled(name, signal);
      const lookup = lookups.get(name) ?? start(name);
      return lookup instanceof SharedLookup ? lookup.wait(signal) : lookup;
    },
  };
}

/** One question under way, and how many wait for its answer: it is cancelled when the last of them leaves. */
class SharedLookup {
  #waiting = 0;

  constructor(
    readonly name: string,
    readonly answer: Promise<TxtAnswer>,
    readonly cancel: (reason: unknown) => void,
  ) {}

  wait(signal: AbortSignal | undefined): Promise<TxtAnswer> {
    this.#waiting++;
    if (signal === undefined) return this.answer;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const error = cancelled(this.name, signal);
        if (--this.#waiting === 0) this.cancel(error);
        reject(error);
      };
      signal.addEventListener("abort", leave);
      this.answer.then(resolve, reject).finally(() => {
        signal.removeEventListener("abort", leave);
      });
    });
  }
}

function cancelled(name: string, signal: AbortSignal): DnsError {
  return new DnsError("temporary", `${name}: cancelled`, { cause: signal.reason });
}
