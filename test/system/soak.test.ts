import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HALF } from "./fault-kinds.js";
import { Random } from "./random.js";
import { FaultTimes } from "./soak/fault-times.js";
import { strikeAtRandom } from "./soak/faults.js";
import { NOTHING_WRONG } from "./soak/ledger.js";
import { startSoak, type SoakStack } from "./soak/lanes.js";
import { Recorder } from "./soak/recorder.js";
import { sampleProcesses, type ProcessSample } from "./soak/samples.js";
import { Traffic } from "./soak/traffic.js";
import { until } from "./stack/wait.js";

/** `npm run soak -- --minutes 30 --seed 7`; without it the five minutes of CI. */
const MINUTES = Number(process.env["DKIMSTATUS_SOAK_MINUTES"] ?? 5);
const SEED = Number(process.env["DKIMSTATUS_SEED"] ?? 1);
const MINUTE = 60_000;
/** Milliseconds without faults at the beginning, in which the code is compiled and the memory finds its level. */
const WARM_UP = Math.min(2 * MINUTE, (MINUTES * MINUTE) / 4);
/** Behind each door. */
const WORKERS = 2;
const SAMPLE_EVERY = Math.max(1000, (MINUTES * MINUTE) / 360);

/**
 * Octets that a process may have in memory more than after the warm-up: the young generation of V8 is 16 MB when it has
 * grown; the cache of keys, which the soak fills with names that are asked once, takes about 4 MB (src/dns/cache.ts); the
 * rest is what the allocator has not given back. A leak of a kilobyte a message would take 6 MB in half an hour, and go on.
 */
const MEMORY_BOUND = 32 * 1024 * 1024;

let stack: SoakStack;

beforeAll(async () => {
  stack = await startSoak(WORKERS);
});

afterAll(() => stack.stop());

describe(`${MINUTES} minutes of mixed mail through every door, with faults by the seed ${SEED}`, () => {
  it(
    "0 lost, 0 damaged, 0 wrong, 0 forged, doubles only in RFC 1047's gap; memory and descriptors as before",
    { timeout: MINUTES * MINUTE + 6 * MINUTE },
    async () => {
      const { doors, lanes, postfixes, site } = stack;
      const start = performance.now();
      const processesNow = () => sampleProcesses(doors, performance.now() - start);
      const traffic = new Traffic(lanes, SEED);
      const recorder = new Recorder(processesNow, traffic, SAMPLE_EVERY);
      const dnsFaults = new FaultTimes();
      try {
        const idle = processesNow();
        await traffic.run(WARM_UP);
        const before = processesNow();

        const controller = new AbortController();
        const striking = strikeAtRandom(stack, new Random(SEED), {
          dnsFaults,
          signal: controller.signal,
          onFault: (fault) => {
            recorder.note(fault);
          },
        });
        await Promise.race([traffic.run(MINUTES * MINUTE - WARM_UP), striking]); // the latter ends only where it fails
        controller.abort();
        await striking;
        await until("two workers behind every door", () => processesNow().length === idle.length);
        const after = processesNow();

        const accounts = lanes.map(({ name, ledger, log }) => [name, ledger.account(dnsFaults, log())] as const);
        recorder.write({ minutes: MINUTES, seed: SEED, accounts: Object.fromEntries(accounts), before, after });
        for (const [name, { accepted, lost, damaged, wrong, forged, doubles }] of accounts) {
          expect({ name, lost, damaged, wrong, forged }).toEqual({ name, ...NOTHING_WRONG });
          expect(accepted, name).toBeGreaterThan(0);
          if (!name.startsWith("proxy")) expect(doubles, name).toEqual([]);
          expect(doubles.filter(({ heard, unheard }) => heard.length !== 1 || unheard.length === 0)).toEqual([]);
        }
        expect(site.dovecot.mailbox(HALF).count(), "halves of messages that were delivered").toBe(0);
        expect(grown(before, after)).toEqual([]);

        await Promise.all(postfixes.map((postfix) => postfix.stop())); // its idle processes keep connections to a milter
        const most = (role: string) => Math.max(...idle.map((each) => (each.role === role ? each.descriptors : 0)));
        await until("all descriptors to be closed", () =>
          processesNow().every(({ role, descriptors }) => descriptors <= most(role)),
        );
      } finally {
        recorder.end();
      }
    },
  );
});

/** Processes that have more in memory than is explained; a worker that is new has less. */
function grown(before: readonly ProcessSample[], after: readonly ProcessSample[]): ProcessSample[] {
  return after.filter(({ door, role, octets }) => {
    const then = before.find((sample) => sample.door === door && sample.role === role)!;
    return octets > then.octets + MEMORY_BOUND;
  });
}
