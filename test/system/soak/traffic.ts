import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "../random.js";
import { untilAccepted } from "../stack/traffic.js";
import { until } from "../stack/wait.js";
import type { Lane } from "./lanes.js";
import { Stopwatch } from "./samples.js";

/** Clients of each lane, and milliseconds that each rests between two messages at the most. */
const CLIENTS = 2;
const REST = 400;
/** Milliseconds between two looks into the mailboxes. */
const POLL = 200;
/** Seconds that mail may be under way: Postfix tries again after two, and for each message anew. */
const PATIENCE = 120;
/** Milliseconds for a copy too many to arrive. */
const QUIET = 3000;

/** Mail in all lanes, drawn by a seed. */
export class Traffic {
  /** By lane: since the last sample, and in all. */
  readonly recent: ReadonlyMap<Lane, Stopwatch>;
  readonly total: ReadonlyMap<Lane, Stopwatch>;
  /** Answers that a message was not taken over. */
  refusals = 0;
  #next = 0;

  constructor(
    private readonly lanes: readonly Lane[],
    private readonly seed: number,
  ) {
    this.recent = new Map(lanes.map((lane) => [lane, new Stopwatch()]));
    this.total = new Map(lanes.map((lane) => [lane, new Stopwatch()]));
  }

  /** Sends for so many milliseconds, and answers when all mail has come to rest. */
  async run(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    const sending = Promise.all(
      this.lanes.flatMap((lane, index) =>
        Array.from({ length: CLIENTS }, (_, client) => this.#send(lane, client * this.lanes.length + index, end)),
      ),
    );
    let isOver = false;
    const collecting = this.#collect(() => isOver);
    try {
      await sending;
      await until("all mail to arrive", () => this.lanes.every(({ ledger }) => ledger.arrived >= ledger.accepted), {
        seconds: PATIENCE,
      }).catch(() => undefined); // what is missing is counted as lost
      await sleep(QUIET);
    } finally {
      isOver = true;
      await collecting;
    }
  }

  async #send(lane: Lane, client: number, end: number): Promise<void> {
    const random = new Random(this.seed * 1000 + client + this.#next);
    while (performance.now() < end) {
      const message = await lane.prepare(this.#next++, random);
      lane.ledger.offered(message);
      let start = 0;
      this.refusals += await untilAccepted(() => {
        start = performance.now();
        return lane.attempt(message.sent);
      });
      lane.ledger.taken(message);
      for (const stopwatches of [this.recent, this.total]) stopwatches.get(lane)!.add(performance.now() - start);
      await sleep(random.between(0, REST));
    }
  }

  async #collect(isOver: () => boolean): Promise<void> {
    for (let isLast = false; !isLast;) {
      isLast = isOver();
      for (const { mailbox, ledger } of this.lanes) {
        if (mailbox !== null) for (const message of mailbox.take()) await ledger.arrives(message);
      }
      if (!isLast) await sleep(POLL);
    }
  }
}
