import { InvalidArgumentError, Option, type Command } from "commander";
import { RECORD_FORMS, type RecordForm } from "../../gateway/keys/record-form.js";

/** How records are printed. */
export interface RecordFlags {
  readonly form: RecordForm;
  /** seconds */
  readonly ttl: number;
}

export function addRecordOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--form <form>", "for a BIND zone file, as plain text for web forms, or for nsupdate")
        .choices(RECORD_FORMS)
        .default("zone"),
    )
    .option("--ttl <seconds>", "how long resolvers keep the records", secondsOf, 3600);
}

function secondsOf(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new InvalidArgumentError("Not a whole number of seconds.");
  return Number(text);
}
