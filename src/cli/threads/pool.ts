import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { MessageFile } from "../files/message-file.js";
import { failed, type Outcome } from "./outcome.js";

/** What a thread is to run, and what that is told when it starts. */
export interface ThreadProgram {
  readonly url: URL;
  readonly data: unknown;
}

/** As many threads as the machine has processors, each of which judges groups of messages, one group after the other. */
export class ThreadPool<Judgement> {
  readonly #threads: readonly Thread<Judgement>[];

  constructor(program: ThreadProgram) {
    this.#threads = Array.from({ length: availableParallelism() }, () => new Thread<Judgement>(program));
  }

  /** Groups that keep all threads at work: one in each, and one that waits. */
  get groupsAtOnce(): number {
    return 2 * this.#threads.length;
  }

  /** @returns what became of each message, in their order; never rejects */
  judge(messages: readonly MessageFile[]): Promise<Outcome<Judgement>[]> {
    return this.#threads.reduce((a, b) => (b.waiting < a.waiting ? b : a)).judge(messages);
  }

  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }
}

interface Task<Judgement> {
  readonly messages: readonly MessageFile[];
  readonly resolve: (outcomes: Outcome<Judgement>[]) => void;
}

class Thread<Judgement> {
  readonly #worker: Worker;
  /** Answered in their order. */
  readonly #tasks: Task<Judgement>[] = [];
  #fault: Error | null = null;

  constructor({ url, data }: ThreadProgram) {
    this.#worker = new Worker(url, { workerData: data });
    this.#worker.on("message", (outcomes: Outcome<Judgement>[]) => {
      this.#tasks.shift()?.resolve(outcomes);
    });
    this.#worker.on("error", (error) => {
      this.#fault = error;
      for (const task of this.#tasks.splice(0)) refuse(task, error);
    });
  }

  get waiting(): number {
    return this.#fault === null ? this.#tasks.length : Infinity;
  }

  judge(messages: readonly MessageFile[]): Promise<Outcome<Judgement>[]> {
    return new Promise((resolve) => {
      const task = { messages, resolve };
      if (this.#fault !== null) {
        refuse(task, this.#fault);
        return;
      }
      this.#tasks.push(task);
      this.#worker.postMessage(messages);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** A thread that has ended, for want of memory mostly, has not judged them. */
function refuse<Judgement>({ messages, resolve }: Task<Judgement>, fault: Error): void {
  resolve(messages.map(({ name }) => failed(name, fault)));
}
