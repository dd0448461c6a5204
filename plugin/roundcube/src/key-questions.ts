import { ask } from "./requests.js";
import type { Roundcube } from "./roundcube.js";

/** Each question tells the owner of the name that the message was read. */
const MAX_NAMES = 10;
const AT_A_TIME = 2;

/** The way to the DNS: Roundcube does the lookups. */
export class KeyQuestions {
  readonly #answers = new Map<string, Promise<readonly string[]>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(
    private readonly rcmail: Roundcube,
    private readonly signal: AbortSignal,
  ) {}

  /** @returns the TXT records of the name; rejects as `Resolver` says */
  resolveTxt(name: string): Promise<readonly string[]> {
    let answer = this.#answers.get(name);
    if (answer === undefined) {
      if (this.#answers.size >= MAX_NAMES) return Promise.reject(failure("temporary"));
      answer = this.#inTurn(() => this.#ask(name));
      this.#answers.set(name, answer);
    }
    return answer;
  }

  async #ask(name: string): Promise<readonly string[]> {
    const answer = (await ask(this.rcmail, "dns", { _name: name }, this.signal)) as {
      records?: readonly string[];
      error?: string;
    };
    if (answer.records === undefined) throw failure(answer.error ?? "temporary");
    return answer.records.map(atob);
  }

  async #inTurn<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    if (this.#running >= AT_A_TIME) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    try {
      return await question();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
