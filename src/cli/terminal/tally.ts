import { STATES, type State } from "../../status/types.js";

/** Counts the states of many messages. */
export class Tally {
  readonly #counts = new Map<State, number>();
  #total = 0;

  add(state: State): void {
    this.#total++;
    this.#counts.set(state, (this.#counts.get(state) ?? 0) + 1);
  }

  /** @returns a line about all of them; empty for a single message, whose own row says it all */
  line(): string {
    if (this.#total === 0) return "no messages\n";
    if (this.#total === 1) return "";
    const counts = STATES.flatMap((state) => {
      const count = this.#counts.get(state);
      return count === undefined ? [] : [`${count} ${state}`];
    });
    return `\n${this.#total} messages: ${counts.join(", ")}\n`;
  }
}
