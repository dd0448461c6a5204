import { Option, type Command } from "commander";
import type { Door } from "../../gateway/message.js";

/** A hypothetical message, for `explain` with a gateway's configuration. */
export interface SenderFlags {
  readonly config?: string;
  /** The author, as a From field has it. */
  readonly sender?: string;
  readonly login?: string;
  readonly client?: string;
  readonly daemon?: string;
  readonly door: Door;
}

const DOORS: readonly Door[] = ["milter", "proxy-in", "proxy-out", "http"];

export function addSenderOptions(command: Command): Command {
  return command
    .option("--config <file>", "instead of a message: a gateway's configuration, with --sender")
    .option("--sender <address>", "the author of a message, as From has it: which rule signs it, or why none does")
    .option("--login <login>", "who submits it")
    .option("--client <ip>", "from which address")
    .option("--daemon <name>", "to which service of the MTA, {daemon_name}")
    .addOption(new Option("--door <door>", "through which door of the gateway").choices(DOORS).default("milter"));
}
