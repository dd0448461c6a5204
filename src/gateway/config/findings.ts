import { KeyError } from "../keys/errors.js";
import { ConfigError } from "./errors.js";

/** What is wrong with a configuration and the files it names, collected so that all of it can be reported at once. */
export class Findings {
  /** The gateway cannot start. */
  readonly problems: string[] = [];
  /** It can start, but somebody should look. */
  readonly warnings: string[] = [];

  /**
   * @param where what names the file that the work is about
   * @returns what the work returns; null, with a problem, if the file is at fault
   */
  async attempt<T>(where: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ConfigError) this.problems.push(...error.problems.map((problem) => `${where}: ${problem}`));
      else if (error instanceof KeyError) this.problems.push(`${where}: ${error.message}`);
      else throw error;
      return null;
    }
  }
}
