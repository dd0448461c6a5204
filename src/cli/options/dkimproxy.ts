import { Option, type Command } from "commander";
import type { Setting } from "../../gateway/dkimproxy/conf-file.js";
import { OPTIONS, REPEATABLE, type Program } from "../../gateway/dkimproxy/options.js";
import { CliError } from "../failure.js";
import { collected } from "./gateway.js";

/** DKIMproxy's own flags; the rest are its options, by name. */
export interface DkimproxyFlags {
  /** --conf_file */
  readonly conf_file?: string;
}

/** These have a meaning of our own on our command line. */
const OWN: ReadonlySet<string> = new Set(["listen", "relay", "allow", "log_level"]);

/** DKIMproxy takes each option on the command line, too; `reject-error` is `reject_error`. */
export function addDkimproxyOptions(command: Command, program: Program): Command {
  command.option("--conf_file <file>", `DKIMproxy's configuration, dkimproxy_${program}.conf, as it is`);
  for (const name of namesOf(program)) {
    for (const spelling of new Set([name, name.replaceAll("_", "-")])) {
      const option = new Option(`--${spelling} [value]`).hideHelp();
      command.addOption(REPEATABLE.has(name) ? option.argParser(collected) : option);
    }
  }
  return command;
}

/** @returns the options given on the command line, which take precedence over the file */
export function dkimproxySettings(flags: DkimproxyFlags, program: Program): Setting[] {
  const given = Object.entries(flags) as [string, unknown][];
  const settings = given.flatMap(([attribute, value]) => {
    const name = attribute.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (!namesOf(program).includes(name)) return [];
    const values = Array.isArray(value) ? (value as unknown[]) : [value];
    return values.map((one) => ({ name, value: typeof one === "string" ? one : "", place: `--${name}` }));
  });
  const [first] = settings;
  if (first !== undefined && flags.conf_file === undefined) {
    throw new CliError(`${first.place} is an option of DKIMproxy, and goes with --conf_file`);
  }
  return settings;
}

function namesOf(program: Program): string[] {
  return [...OPTIONS]
    .filter(([name, { programs }]) => programs.includes(program) && !OWN.has(name))
    .map(([name]) => name);
}
