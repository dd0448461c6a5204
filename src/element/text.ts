import { html, type TemplateResult } from "lit";
import type { Placeholder, Text } from "./strings/types.js";

/** What stands for the placeholders of a text; several values are shown one after the other. */
export type Values = Readonly<Partial<Record<Placeholder, string | readonly string[] | null>>>;

/** A text and what it is about. */
export interface Said {
  readonly text: Text;
  readonly values: Values;
}

/** @returns whether there is a value for each placeholder; a sentence about nobody is not said */
export function canBeSaid({ text, values }: Said): boolean {
  return parts(text).every((part) => typeof part === "string" || valuesOf(values[part.name]).length > 0);
}

/** @returns the text as nodes, each value isolated from the direction of what stands around it */
export function nodesOf(
  { text, values }: Said,
  show: (name: Placeholder, value: string) => TemplateResult = isolated,
): readonly unknown[] {
  return parts(text).map((part) => {
    if (typeof part === "string") return part;
    return valuesOf(values[part.name]).map((value, at) => [at === 0 ? "" : ", ", show(part.name, value)]);
  });
}

/** For where only a string will do (`aria-label`): the values stand in Unicode's isolates. UAX #9 §2.4 */
export function plainTextOf({ text, values }: Said): string {
  return parts(text)
    .map((part) => {
      if (typeof part === "string") return part;
      return valuesOf(values[part.name])
        .map((value) => `\u2068${value}\u2069`)
        .join(", ");
    })
    .join("");
}

export function isolated(_name: Placeholder, value: string): TemplateResult {
  return html`<bdi>${value}</bdi>`;
}

function parts(text: Text): (string | { readonly name: Placeholder })[] {
  return text
    .split(/\{([a-z]+)\}/)
    .map((part, at) => (at % 2 === 0 ? part : { name: part as Placeholder }))
    .filter((part) => part !== "");
}

function valuesOf(value: string | readonly string[] | null | undefined): readonly string[] {
  if (value === null || value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}
