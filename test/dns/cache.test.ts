import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { DnsError, type Resolver, type TxtAnswer } from "../../src/dkim/resolver.js";
import { cache } from "../../src/dns/cache.js";

let now: number;
let asked: string[];

beforeEach(() => {
  now = 1_000_000;
  asked = [];
});

function counting(answer: (name: string) => TxtAnswer | Promise<TxtAnswer>): Resolver {
  return {
    resolveTxt: (name) => {
      asked.push(name);
      return answer(name);
    },
  };
}

function cached(answer: (name: string) => TxtAnswer | Promise<TxtAnswer>, maxEntries?: number): Resolver {
  return cache({ resolver: counting(answer), maxEntries, clock: () => now });
}

/** A resolver whose answers come when the test says so. */
function held(): {
  resolver: Resolver;
  signals: AbortSignal[];
  answer: (at: number, value: TxtAnswer | Error) => void;
} {
  const signals: AbortSignal[] = [];
  const settle: ((value: TxtAnswer | Error) => void)[] = [];
  return {
    signals,
    answer: (at, value) => {
      settle[at]!(value);
    },
    resolver: {
      resolveTxt: (name, options) => {
        asked.push(name);
        signals.push(options!.signal!);
        return new Promise((resolve, reject) => {
          settle.push((value) => {
            if (value instanceof Error) reject(value);
            else resolve(value);
          });
        });
      },
    },
  };
}

async function ask(resolver: Resolver, name: string, signal?: AbortSignal): Promise<TxtAnswer> {
  return await resolver.resolveTxt(name, { signal });
}

describe("cache, time to live", () => {
  it("asks once within the time to live, and again after it", () => {
    const resolver = cached(() => ({ records: ["one"], ttl: 30 }));
    expect(resolver.resolveTxt("a")).toEqual({ records: ["one"], ttl: 30 });
    now += 29_000;
    expect(resolver.resolveTxt("a")).toEqual({ records: ["one"], ttl: 1 });
    now += 1_000;
    expect(resolver.resolveTxt("a")).toEqual({ records: ["one"], ttl: 30 });
    expect(asked).toEqual(["a", "a"]);
  });

  it("goes by the runtime's clock where it is given none", async () => {
    const resolver = cache({ resolver: counting(() => ({ records: ["one"], ttl: 0.01 })) });
    void resolver.resolveTxt("a");
    await sleep(30);
    void resolver.resolveTxt("a");
    expect(asked).toEqual(["a", "a"]);
  });

  it("keeps an answer without a time to live for 5 minutes", () => {
    const resolver = cached(() => ["one"]);
    void resolver.resolveTxt("a");
    now += 299_000;
    expect(resolver.resolveTxt("a")).toEqual({ records: ["one"], ttl: 1 });
    now += 1_000;
    void resolver.resolveTxt("a");
    expect(asked).toEqual(["a", "a"]);
  });

  it("keeps no answer for more than a day", () => {
    const resolver = cached(() => ({ records: ["one"], ttl: 1_000_000 }));
    void resolver.resolveTxt("a");
    now += 86_399_000;
    expect(resolver.resolveTxt("a")).toEqual({ records: ["one"], ttl: 1 });
    expect(asked).toEqual(["a"]);
    now += 1_000;
    void resolver.resolveTxt("a");
    expect(asked).toEqual(["a", "a"]);
  });

  it.each([0, -1, NaN])("does not keep an answer whose time to live is %d", (ttl) => {
    const resolver = cached(() => ({ records: ["one"], ttl }));
    void resolver.resolveTxt("a");
    void resolver.resolveTxt("a");
    expect(asked).toEqual(["a", "a"]);
  });

  it("keeps for a minute that there is no record", () => {
    const resolver = cached((name) => {
      throw new DnsError("not-found", name);
    });
    for (const later of [0, 59_000, 1_000]) {
      now += later;
      expect(() => resolver.resolveTxt("a")).toThrow(expect.objectContaining({ code: "not-found" }));
    }
    expect(asked).toEqual(["a", "a"]);
  });

  it.each([new DnsError("temporary", "SERVFAIL"), new Error("a resolver of somebody else")])(
    "never keeps a failure that is no answer: %s",
    async (error) => {
      const late = cached(() => Promise.reject(error));
      await expect(late.resolveTxt("a")).rejects.toBe(error);
      await expect(late.resolveTxt("a")).rejects.toBe(error);
      const atOnce = cached(() => {
        throw error;
      });
      expect(() => atOnce.resolveTxt("a")).toThrow(error);
      expect(() => atOnce.resolveTxt("a")).toThrow(error);
      expect(asked).toEqual(["a", "a", "a", "a"]);
    },
  );
});

describe("cache, size", () => {
  it("drops the name that was not asked for longest", () => {
    const resolver = cached((name) => [name], 2);
    for (const name of ["a", "b", "a", "c", "a", "b"]) void resolver.resolveTxt(name);
    expect(asked).toEqual(["a", "b", "c", "b"]);
  });

  it("keeps 8192 names by default, and of one more the first no longer", () => {
    const resolver = cached((name) => [name]);
    const names = Array.from({ length: 8192 }, (_, i) => `${i}`);
    for (const name of [...names, "0", ...names]) void resolver.resolveTxt(name);
    expect(asked).toEqual(names);
    for (const name of ["one more", "0"]) void resolver.resolveTxt(name);
    expect(asked.slice(names.length)).toEqual(["one more", "0"]);
  });

  it.each([
    [4096, 1],
    [4097, 2],
  ])(
    "passes on an answer of %i octets, and asks for it %i times of two: longer than a key record none is kept",
    (octets, times) => {
      const records = ["x".repeat(4000), "y".repeat(octets - 4000)];
      const resolver = cached(() => ({ records, ttl: 60 }));
      for (let i = 0; i < 2; i++) expect(resolver.resolveTxt("a")).toEqual({ records, ttl: 60 });
      expect(asked).toHaveLength(times);
    },
  );
});

describe("cache, answers that come later", () => {
  it("asks once for concurrent equal questions and answers synchronously afterwards", async () => {
    const { resolver, answer } = held();
    const shared = cache({ resolver, clock: () => now });
    const answers = [ask(shared, "a"), ask(shared, "a"), ask(shared, "b")];
    answer(0, ["one"]);
    answer(1, ["two"]);
    expect(await Promise.all(answers)).toEqual([["one"], ["one"], ["two"]]);
    expect(asked).toEqual(["a", "b"]);
    expect(shared.resolveTxt("a")).toEqual({ records: ["one"], ttl: 300 });
  });

  it("gives a failure to all who wait, and asks anew for the next", async () => {
    const { resolver, answer } = held();
    const shared = cache({ resolver });
    const answers = [ask(shared, "a"), ask(shared, "a", new AbortController().signal)];
    answer(0, new DnsError("temporary", "SERVFAIL"));
    expect((await Promise.allSettled(answers)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    const next = shared.resolveTxt("a");
    answer(1, ["one"]);
    expect(await next).toEqual(["one"]);
  });

  it("keeps a late not-found", async () => {
    const { resolver, answer } = held();
    const shared = cache({ resolver });
    const first = shared.resolveTxt("a");
    answer(0, new DnsError("not-found", "NXDOMAIN"));
    await expect(first).rejects.toMatchObject({ code: "not-found" });
    expect(() => shared.resolveTxt("a")).toThrow(expect.objectContaining({ code: "not-found" }));
    expect(asked).toEqual(["a"]);
  });

  it("lets one caller's abort end that caller's wait only", async () => {
    const { resolver, signals, answer } = held();
    const shared = cache({ resolver });
    const leaving = new AbortController();
    const left = shared.resolveTxt("a", { signal: leaving.signal });
    const { signal } = new AbortController();
    const stayed = shared.resolveTxt("a", { signal });
    leaving.abort();
    await expect(left).rejects.toMatchObject({ name: "DnsError", code: "temporary" });
    expect(signals[0]!.aborted).toBe(false);
    answer(0, ["one"]);
    expect(await stayed).toEqual(["one"]);
    await sleep(0);
    expect(getEventListeners(signal, "abort"), "what has its answer hears of no abort").toEqual([]);
  });

  it("cancels the question when the last caller has gone, and asks anew for the next", async () => {
    const { resolver, signals, answer } = held();
    const shared = cache({ resolver });
    const controllers = [new AbortController(), new AbortController()];
    const waits = controllers.map(({ signal }) => ask(shared, "a", signal));
    for (const controller of controllers) controller.abort();
    expect((await Promise.allSettled(waits)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(signals[0]!.aborted).toBe(true);
    const next = ask(shared, "a");
    answer(0, new DnsError("temporary", "cancelled"));
    await Promise.allSettled(waits);
    await sleep(0); // the end of the first question is heard of
    const another = ask(shared, "a");
    answer(1, ["one"]);
    expect(await Promise.all([next, another])).toEqual([["one"], ["one"]]);
    expect(asked).toEqual(["a", "a"]);
  });

  it("does not ask for a caller who has cancelled already", () => {
    const resolver = cached(() => ["one"]);
    expect(() => resolver.resolveTxt("a", { signal: AbortSignal.abort() })).toThrow(
      expect.objectContaining({ code: "temporary" }),
    );
    expect(asked).toEqual([]);
  });
});
