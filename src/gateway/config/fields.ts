/** The kinds of values that the configuration has. The message of each says what is allowed. */
import * as v from "valibot";

/** A text that is converted; `parse` returns null, or throws, for what is not allowed. */
export function converted<T>(parse: (text: string) => T | null, allowed: string) {
  return v.pipe(
    v.string(allowed),
    v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
      const value = attempted(parse, dataset.value);
      if (value !== null) return value;
      addIssue({ message: allowed });
      return NEVER;
    }),
  );
}

function attempted<T>(parse: (text: string) => T | null, text: string): T | null {
  try {
    return parse(text);
  } catch {
    return null;
  }
}

export function text(allowed: string) {
  return v.pipe(v.string(allowed), v.nonEmpty(allowed));
}

export function integer(min: number, max: number, unit: string) {
  const allowed = `a whole number of ${unit} from ${min} to ${max}`;
  return v.pipe(v.number(allowed), v.integer(allowed), v.minValue(min, allowed), v.maxValue(max, allowed));
}

export function choice<const T extends readonly string[]>(values: T) {
  return v.picklist(values, values.map((value) => `"${value}"`).join(", "));
}

export function flag() {
  return v.boolean("true, false");
}

/** One or more. */
export function list<T extends v.GenericSchema>(item: T, of: string) {
  const allowed = `a list of ${of}, at least one: ["…"]`;
  return v.pipe(v.array(item, allowed), v.minLength(1, allowed));
}

/** One table, without other names. */
export function table<T extends v.ObjectEntries>(entries: T) {
  return v.strictObject(entries, "a table");
}

/** Tables under one name: `[[name]]`. */
export function tables<T extends v.GenericSchema>(item: T) {
  return v.optional(v.array(item, "tables, each with its name in double brackets"), []);
}
