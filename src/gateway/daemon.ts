import cluster from "node:cluster";
import type { Log } from "./log.js";
import { tellReady } from "./service-manager.js";
import { READY, superviseWorkers, wishOf } from "./workers.js";

/** A door that is open until it is told to stop. */
export interface Daemon {
  readonly log: Log;
  /** @throws {GatewayError} if it cannot listen */
  start(): Promise<void>;
  /** Ends when what is under way has ended, or after `grace` milliseconds. */
  stop(grace: number): Promise<void>;
  /** Reads configuration and keys again. @throws if something is wrong with them; the old ones stay in force */
  reload(): Promise<void>;
}

export interface DaemonOptions {
  /** Processes behind one listening socket; 1 is this process alone. */
  readonly workers: number;
  /** Seconds that messages under way may take at the end. */
  readonly grace: number;
}

/**
 * Runs a daemon until SIGTERM or SIGINT; SIGHUP reloads.
 * @param create reads the configuration; with several workers also in the first process, so that errors are reported
 * once
 */
export async function runDaemon(create: () => Promise<Daemon>, options: DaemonOptions): Promise<void> {
  if (cluster.isWorker || options.workers === 1) {
    await runHere(create, options);
    return;
  }
  const { log } = await create();
  await superviseWorkers(options.workers, log, () => ready(log));
}

async function runHere(create: () => Promise<Daemon>, { grace }: DaemonOptions): Promise<void> {
  const signals = listenToSignals();
  try {
    const daemon = await create();
    await daemon.start();
    if (cluster.isWorker) process.send!(READY);
    else void ready(daemon.log);
    for (;;) {
      const signal = await signals.next();
      if (signal === "stop") break;
      await reload(daemon);
    }
    await daemon.stop(grace * 1000);
  } finally {
    signals.end();
    if (cluster.isWorker) process.disconnect();
  }
}

/** If the service manager cannot be notified, mail still flows; the manager itself reports the missing notification. */
async function ready(log: Log): Promise<void> {
  try {
    await tellReady();
  } catch (error) {
    log.error({ reason: (error as Error).message }, "the service manager was not told that it is ready");
  }
}

async function reload(daemon: Daemon): Promise<void> {
  try {
    await daemon.reload();
    daemon.log.info({}, "configuration and keys were read again");
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unknown";
    daemon.log.error({ reason }, "configuration and keys were not read again; those before stay in force");
  }
}

type Wish = "stop" | "reload";

/** Signals that come while nobody waits for one are kept: none is lost between two reloads. */
function listenToSignals(): { next: () => Promise<Wish>; end: () => void } {
  const wishes: Wish[] = [];
  let wake = (): void => undefined;
  const wish = (what: Wish): void => {
    wishes.push(what);
    wake();
  };
  const stop = (): void => {
    wish("stop");
  };
  const again = (): void => {
    wish("reload");
  };
  const fromPrimary = (message: unknown): void => {
    const what = wishOf(message);
    if (what !== null) wish(what);
  };
  process.on("SIGTERM", stop).on("SIGINT", stop).on("SIGHUP", again).on("message", fromPrimary);
  return {
    next: async () => {
      while (wishes.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return wishes.shift()!;
    },
    end: () => {
      process.off("SIGTERM", stop).off("SIGINT", stop).off("SIGHUP", again).off("message", fromPrimary);
    },
  };
}
