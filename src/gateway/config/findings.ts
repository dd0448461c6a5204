import { KeyError } from "../keys/errors.js";

/** What is wrong with a configuration and what it names, collected so that all of it can be told at once. */
export class Findings {
  /** The gateway cannot start. */
  readonly problems: string[] = [];
  /** It can, but somebody should look. */
  readonly warnings: string[] = [];

  /** @returns what the work answers; null, with a problem, where a key or its folder is at fault */
  async attempt<T>(where: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      this.problems.push(`${where}: ${error.message}`);
      return null;
    }
  }
}
