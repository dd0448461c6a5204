import { Command, type MacroSet } from "./commands.js";

/** Stages of the SMTP connection; all others belong to one message. */
const OF_CONNECTION: ReadonlySet<string> = new Set([Command.connect, Command.helo]);

/** The macros that the MTA has sent, by the command that they belong to. */
export class Macros {
  /** The latest is the last. */
  readonly #byStage = new Map<string, ReadonlyMap<string, string>>();

  /** A later message's macros replace an earlier one's. */
  keep({ command, values }: MacroSet): void {
    this.#byStage.delete(command);
    this.#byStage.set(command, values);
  }

  /** The value from the latest stage that has one; an empty value counts as none. */
  value(name: string): string | undefined {
    let found: string | undefined;
    for (const values of this.#byStage.values()) found = values.get(name) ?? found;
    return found === "" ? undefined : found;
  }

  /** Forgets the macros of one message. @param but a stage that already belongs to the next one */
  endMessage(but: string | null = null): void {
    for (const stage of this.#byStage.keys()) {
      if (!OF_CONNECTION.has(stage) && stage !== but) this.#byStage.delete(stage);
    }
  }

  clear(): void {
    this.#byStage.clear();
  }
}
