/** Several processes behind one listening socket: the first one holds it, starts the others, and keeps them running. */
import cluster, { type Worker } from "node:cluster";
import { AggregatorRegistry, type Registry } from "prom-client";
import { GatewayError } from "./errors.js";
import type { Log } from "./log.js";

/** What the processes tell each other. */
export const READY = { dkimstatus: "ready" } as const;
const STOP = { dkimstatus: "stop" } as const;
const RELOAD = { dkimstatus: "reload" } as const;
const METRICS_WANTED = { dkimstatus: "metrics-wanted" } as const;

/** Milliseconds before a dead worker is replaced: workers that die at once must not keep the machine busy. */
const REPLACE_AFTER = 1_000;
/** Milliseconds that a worker waits for the others' figures. */
const METRICS_TIMEOUT = 5_000;

/** @returns what the first process asks of a worker */
export function wishOf(message: unknown): "stop" | "reload" | null {
  const kind = kindOf(message);
  return kind === STOP.dkimstatus || kind === RELOAD.dkimstatus ? kind : null;
}

/**
 * Starts the workers, and ends when all have ended.
 * @param ready called when the first of them listens
 * @throws {GatewayError} where the first one cannot start; it has said why
 */
export async function superviseWorkers(count: number, log: Log, ready: () => Promise<void>): Promise<void> {
  // Each worker accepts connections itself. Under Node's other policy the first process hands every connection on: a
  // worker that once could not take one, for lack of descriptors, is never used again, and those on their way to one
  // that dies are lost.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const supervisor = new Supervisor(log);
  const stop = (): void => {
    supervisor.stop();
  };
  const reload = (): void => {
    supervisor.tell(RELOAD);
  };
  process.on("SIGTERM", stop).on("SIGINT", stop).on("SIGHUP", reload);
  try {
    await supervisor.run(count, ready);
  } finally {
    process.off("SIGTERM", stop).off("SIGINT", stop).off("SIGHUP", reload);
  }
}

type Wish = typeof STOP | typeof RELOAD;

class Supervisor {
  readonly #figures = new AggregatorRegistry();
  /** Workers that are not ready yet, with what they have missed. */
  readonly #starting = new Map<Worker, Wish[]>();
  #isStopping = false;
  #alive = 0;
  #end = (): void => undefined;

  constructor(private readonly log: Log) {}

  async run(count: number, ready: () => Promise<void>): Promise<void> {
    const ended = new Promise<void>((resolve) => (this.#end = resolve));
    if (!(await isReady(this.#start())) && !this.#isStopping) {
      this.#isStopping = true;
      throw new GatewayError("listen-failed", "the first worker could not start");
    }
    void ready();
    while (this.#alive < count && !this.#isStopping) this.#start();
    await ended;
  }

  stop(): void {
    this.#isStopping = true;
    this.tell(STOP);
    if (this.#alive === 0) this.#end();
  }

  /** A worker that is still starting would not hear it: it is told when it is ready. */
  tell(wish: Wish): void {
    for (const worker of living()) {
      const missed = this.#starting.get(worker);
      if (missed === undefined) worker.send(wish);
      else missed.push(wish);
    }
  }

  #start(): Worker {
    const worker = cluster.fork();
    this.#alive++;
    this.#starting.set(worker, []);
    worker.on("message", (message: unknown) => {
      if (kindOf(message) === READY.dkimstatus) this.#tellMissed(worker);
      if (kindOf(message) === METRICS_WANTED.dkimstatus) void this.#answerMetrics(worker, message);
    });
    worker.once("exit", (code, signal) => {
      this.#alive--;
      this.#starting.delete(worker);
      this.#replace(code, signal);
    });
    return worker;
  }

  #tellMissed(worker: Worker): void {
    const missed = this.#starting.get(worker) ?? [];
    this.#starting.delete(worker);
    for (const wish of missed) worker.send(wish);
  }

  #replace(code: number | null, signal: string | null): void {
    if (this.#isStopping) {
      if (this.#alive === 0) this.#end();
      return;
    }
    this.log.error({ code, signal }, "a worker has died");
    setTimeout(() => {
      if (!this.#isStopping) this.#start();
    }, REPLACE_AFTER);
  }

  async #answerMetrics(worker: Worker, message: unknown): Promise<void> {
    const text = await this.#figures.clusterMetrics().catch(() => null);
    if (worker.isConnected()) worker.send({ dkimstatus: "metrics", id: (message as { id?: unknown }).id, text });
  }
}

function living(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected() === true) as Worker[];
}

/** Whether a worker has begun to listen, rather than to end. */
function isReady(worker: Worker): Promise<boolean> {
  return new Promise((resolve) => {
    worker.on("message", (message: unknown) => {
      if (kindOf(message) === READY.dkimstatus) resolve(true);
    });
    worker.once("exit", () => {
      resolve(false);
    });
  });
}

/** @returns the figures of all processes behind the socket, whichever of them is asked */
export function metricsOf(registry: Registry): () => Promise<string> {
  if (!cluster.isWorker) return () => registry.metrics();
  new AggregatorRegistry(); // answers the first process' questions
  AggregatorRegistry.setRegistries(registry);
  let asked = 0;
  return () => {
    const id = ++asked;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        process.off("message", take);
        reject(noFigures());
      }, METRICS_TIMEOUT);
      const take = (message: unknown): void => {
        if (kindOf(message) !== "metrics") return;
        const { id: answered, text } = message as { id?: unknown; text?: unknown };
        if (answered !== id) return;
        clearTimeout(timer);
        process.off("message", take);
        if (typeof text === "string") resolve(text);
        else reject(noFigures());
      };
      process.on("message", take);
      process.send!({ ...METRICS_WANTED, id });
    });
  };
}

function noFigures(): GatewayError {
  return new GatewayError("aborted", "a worker has ended instead of telling its figures");
}

function kindOf(message: unknown): unknown {
  return typeof message === "object" && message !== null ? (message as { dkimstatus?: unknown }).dkimstatus : undefined;
}
