import { InvalidArgumentError, type Command } from "commander";

export interface TimeFlags {
  readonly now?: Date;
  readonly receivedAt?: Date;
}

/** ISO 8601 in its extended form: a date, or a date and a time; without an offset the time is local. */
const ISO_8601 = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$/i;

export function addTimeOptions(command: Command): Command {
  return command
    .option("--now <iso-8601>", "the time of verification (default: the present)", dateOf)
    .option("--received-at <iso-8601>", "when the message arrived (default: --now)", dateOf);
}

export function dateOf(text: string): Date {
  const date = new Date(ISO_8601.test(text) ? text.replace(" ", "T").replace(",", ".") : NaN);
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError("Not a date such as 2026-11-24T12:00:00Z.");
  return date;
}

/** The times that the flags say, where they say any: the library has the same defaults. */
export function timesOf({ now, receivedAt }: TimeFlags): TimeFlags {
  return { ...(now && { now }), ...(receivedAt && { receivedAt }) };
}
