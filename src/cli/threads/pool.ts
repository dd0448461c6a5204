import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { MessageFile } from "../files/message-file.js";
import { failed, judgedMessages, type JudgeMessage, type Outcome } from "./outcome.js";

/** The program of a thread, and its initial data. */
export interface ThreadProgram {
  readonly url: URL;
  readonly data: unknown;
}

/** Judges groups of messages, one group after the other. */
interface Lane<Judgement> {
  /** Groups that are not judged yet; infinite if the lane is dead. */
  readonly waiting: number;
  /** @returns the outcome for each message, in their order; never rejects */
  judge(messages: readonly MessageFile[]): Promise<Outcome<Judgement>[]>;
}

/** As many lanes as the machine has processors: this thread and others. */
export class ThreadPool<Judgement> {
  readonly #threads: readonly Thread<Judgement>[];
  readonly #lanes: readonly Lane<Judgement>[];

  /** @param judge does here what the program does in its threads */
  constructor(program: ThreadProgram, judge: JudgeMessage<Judgement>) {
    const others = Math.max(availableParallelism() - 1, 1);
    this.#threads = Array.from({ length: others }, () => new Thread<Judgement>(program));
    this.#lanes = [...this.#threads, new OwnThread(judge)];
  }

  /** Groups that keep all lanes at work: one in each, and one that waits. */
  get groupsAtOnce(): number {
    return 2 * this.#lanes.length;
  }

  /** As a lane does, in the one that has least to do. */
  judge(messages: readonly MessageFile[]): Promise<Outcome<Judgement>[]> {
    return this.#lanes.reduce((a, b) => (b.waiting < a.waiting ? b : a)).judge(messages);
  }

  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }
}

/** This thread: between two groups it hears of what the others did. */
class OwnThread<Judgement> implements Lane<Judgement> {
  waiting = 0;
  readonly #judge: JudgeMessage<Judgement>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(judge: JudgeMessage<Judgement>) {
    this.#judge = judge;
  }

  judge(messages: readonly MessageFile[]): Promise<Outcome<Judgement>[]> {
    this.waiting++;
    const judged = this.#last.then(async () => {
      await setImmediate();
      const outcomes = await judgedMessages(messages, this.#judge);
      this.waiting--;
      return outcomes;
    });
    this.#last = judged;
    return judged;
  }
}

interface Task<Judgement> {
  readonly messages: readonly MessageFile[];
  readonly resolve: (outcomes: Outcome<Judgement>[]) => void;
}

class Thread<Judgement> implements Lane<Judgement> {
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
