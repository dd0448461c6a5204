import type { StatusInput } from "./report.js";

/** What the element is given about a message, as the fields that it came with. */
export interface FieldInput {
  /** The raw header block. */
  readonly headers: string | Uint8Array | null;
  /** Values of the Authentication-Results fields, topmost first. */
  readonly results: readonly string[] | null;
  /** Values of the From fields, topmost first. */
  readonly from: readonly string[];
}

/** What decides which of the fields are believed; each as in `StatusOptions`. */
export interface TrustInput {
  /** Authserv-ids of one operator, separated by white space. */
  readonly trusted: string;
  readonly trustWithoutId: boolean;
  readonly maxReceivedAbove: number | null;
  readonly legacyFields: boolean;
  readonly untrustedFolder: boolean;
  /** ISO 8601 */
  readonly receivedAt: string | null;
}

/** All that decides what the element knows. */
export interface Inputs extends FieldInput, TrustInput {
  /** Not checked: whatever the page gave. */
  readonly status: unknown;
  readonly verifier: Verifier | null;
  /** The verifier waits until the reader asks. */
  readonly verifyOnRequest: boolean;
}

/** What a verifier gets. */
export interface VerifierRequest extends FieldInput {
  /** Aborted when the answer is no longer wanted. */
  readonly signal: AbortSignal;
}

/**
 * Verifies a message that has no trusted field.
 * @returns the status, or the value of an Authentication-Results field; either counts as checked here
 */
export type Verifier = (request: VerifierRequest) => Promise<StatusInput | string>;

/** The element's properties that are inputs: a page may give one value in place of a list, or null for none. */
type InputProperties = Omit<Inputs, "from" | "trusted"> & {
  readonly from: string | readonly string[] | null;
  readonly trusted: string | null;
};

/** Their initial values. */
export const NO_INPUTS: InputProperties = {
  status: null,
  headers: null,
  results: null,
  from: null,
  trusted: null,
  trustWithoutId: false,
  maxReceivedAbove: null,
  legacyFields: false,
  untrustedFolder: false,
  receivedAt: null,
  verifier: null,
  verifyOnRequest: false,
};

export const INPUT_NAMES = Object.keys(NO_INPUTS) as (keyof InputProperties)[];

export function inputsOf(element: InputProperties): Inputs {
  const { results, from, trusted } = element;
  const given = Object.fromEntries(INPUT_NAMES.map((name) => [name, element[name]])) as unknown as InputProperties;
  return {
    ...given,
    results: results === null ? null : stringsOf(results),
    from: stringsOf(from),
    trusted: trusted ?? "",
  };
}

/** @returns the values of a `results` attribute; null if there is none */
export function parsedResults(value: string | null): readonly string[] | null {
  if (value === null) return null;
  try {
    return stringsOf(JSON.parse(value));
  } catch {
    return []; // no list of fields: nothing that could be believed
  }
}

/** @returns the strings among one or several values */
export function stringsOf(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one) => typeof one === "string");
}
