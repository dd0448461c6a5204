/** What the validation found, in lines for the person who wrote the file. */
import type * as v from "valibot";
import { nearest } from "./nearest.js";

/** @returns one line: the path, the value, and what is allowed there */
export function problemOf(issue: v.BaseIssue<unknown>, schema: v.GenericSchema): string {
  const keys = (issue.path ?? []).map(({ key }) => key as string | number);
  const path = pathOf(keys);
  if (issue.type !== "strict_object" || keys.length === 0) {
    return `${path}: ${shown(issue.input)} is not allowed; allowed: ${issue.message}`;
  }
  if (issue.expected !== "never") return `${path}: is missing`;
  const known = namesAt(schema, keys.slice(0, -1));
  const guess = nearest(String(keys.at(-1)), known);
  const hint = guess === null ? `allowed: ${known.join(", ")}` : `did you mean ${guess}?`;
  return `${path}: there is no such setting; ${hint}`;
}

/** As in TOML, with the number of a list's entry from 0: `keys[0].file`. */
function pathOf(keys: readonly (string | number)[]): string {
  return keys.map((key, i) => (typeof key === "number" ? `[${key}]` : i === 0 ? key : `.${key}`)).join("");
}

/** Characters of a value that a message repeats. */
const MAX_SHOWN = 80;

/** A private key that was pasted where its path belongs is not repeated. */
function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  if (text.includes("PRIVATE KEY")) return "a private key itself (a file is named by its path)";
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}

/** The names that a table may have. */
function namesAt(schema: v.GenericSchema, keys: readonly (string | number)[]): string[] {
  let here: SchemaPart = schema as SchemaPart;
  for (const key of [...keys, null]) {
    while (here.wrapped !== undefined) here = here.wrapped;
    if (key === null) break;
    const part = typeof key === "number" ? here.item : here.entries?.[key];
    if (part === undefined) return [];
    here = part;
  }
  return Object.keys(here.entries ?? {});
}

/** Valibot's schemas as far as they are walked: optional ones, lists and tables. */
interface SchemaPart {
  readonly wrapped?: SchemaPart;
  readonly item?: SchemaPart;
  readonly entries?: Readonly<Record<string, SchemaPart>>;
}
