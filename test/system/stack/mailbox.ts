import { readdirSync, readFileSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { until } from "./wait.js";

/** A Maildir folder of new mail: messages as they lie on disk. */
export class Mailbox {
  constructor(private readonly folder: string) {}

  /** What has arrived so far, oldest first. */
  messages(): Buffer[] {
    return this.#names().map((name) => readFileSync(join(this.folder, name)));
  }

  /** What has arrived since the last time; it is not kept. */
  *take(): Generator<Buffer> {
    for (const path of this.#names().map((name) => join(this.folder, name))) {
      yield readFileSync(path);
      unlinkSync(path);
    }
  }

  count(): number {
    return this.#names().length;
  }

  /** Waits for a message that contains `mark`, which the test has put into just one. */
  async arrival(mark: string, explain?: () => string): Promise<Buffer> {
    const seen = new Set<string>();
    return until(
      `mail with ${mark} in ${this.folder}`,
      () => {
        for (const name of this.#names().filter((each) => !seen.has(each))) {
          seen.add(name);
          const message = readFileSync(join(this.folder, name));
          if (message.includes(mark)) return message;
        }
        return null;
      },
      explain && { explain },
    );
  }

  async untilCount(count: number, seconds = 30): Promise<void> {
    await until(`${count} messages in ${this.folder}`, () => this.count() >= count, {
      seconds,
      explain: () => `there are ${this.count()}`,
    });
  }

  #names(): string[] {
    try {
      return readdirSync(this.folder).sort();
    } catch {
      return []; // nothing has arrived yet
    }
  }
}
