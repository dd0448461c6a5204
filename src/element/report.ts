import type { MethodResult, Property } from "../authentication-results/types.js";
import type { SignatureReport, Verification } from "../service/types.js";
import { undecided } from "../status/decide.js";
import { STATES, type Author, type Status, type StatusReason, type StatusReport } from "../status/types.js";

/** Results, and signatures, of one message that are kept: nobody reads more, and each costs nodes. */
export const MAX_RESULTS = 20;
/** UTF-16 code units of one value, and of the field, that are kept. */
const MAX_VALUE = 300;
const MAX_FIELD = 4000;

/** What the element knows about its message; deeply frozen. */
export interface ElementStatus extends StatusReport {
  /** Of a verification; empty if only a field was read. */
  readonly signatures: readonly SignatureReport[];
  /** How many of `results` and `signatures` were left out. */
  readonly omitted: number;
  /** Who checked: a mail server when the message arrived, or whoever shows it; null if nobody did. */
  readonly checked: "on-arrival" | "here" | null;
}

/** Whether a state, or its tone, means that a domain vouches for the message, and the sign says which. */
export function isGood(state: unknown): boolean {
  return state === "author" || state === "third-party";
}

/** What the property `status` takes, and a verifier may return. */
export type StatusInput = StatusReport | Verification | Status;

/**
 * @param author used if the input is a mere `Status`, which does not name him
 * @returns the input in one shape, bounded and frozen; null if it is none of the known shapes
 */
export function elementStatusOf(
  input: unknown,
  checkedHere: boolean,
  author: Author | null = null,
): ElementStatus | null {
  if (!isRecord(input)) return null;
  const status = isRecord(input.status) ? input.status : input;
  if (!isState(status.state) || (isGood(status.state) && !status.signer)) return null;
  const report = input as Partial<StatusReport & Verification>;
  const results = listOf<MethodResult>(report.results);
  const signatures = listOf<SignatureReport>(report.signatures);
  const field = report.field ?? report.authenticationResults ?? null;
  const authservId = checkedHere ? null : (report.authservId ?? null);
  return deepFreeze({
    author: boundedAuthor(report.author ?? author),
    status: statusOfInput(status as unknown as Status),
    results: firstOf(results).map(boundedResult),
    signatures: firstOf(signatures).map((signature) => ({ ...signature })),
    omitted: Math.max(0, results.length - MAX_RESULTS) + Math.max(0, signatures.length - MAX_RESULTS),
    authservId: authservId === null ? null : bounded(authservId, MAX_VALUE),
    field: field === null ? null : bounded(field, MAX_FIELD),
    checked: checkedBy(authservId, checkedHere || report.signatures !== undefined),
  });
}

/** The status of a message that nothing is known about (yet). */
export function withoutAnswer(
  state: "checking" | "unknown",
  reason: StatusReason,
  before: ElementStatus | null,
): ElementStatus {
  return deepFreeze({
    author: before?.author ?? null,
    status: undecided(state, reason),
    results: before?.results ?? [],
    signatures: [],
    omitted: 0,
    authservId: null,
    field: null,
    checked: null,
  });
}

function checkedBy(authservId: string | null, here: boolean): ElementStatus["checked"] {
  if (authservId !== null) return "on-arrival";
  return here ? "here" : null;
}

function statusOfInput(status: Status): Status {
  return {
    state: status.state,
    signer: status.signer ?? null,
    alignment: status.alignment ?? null,
    intermediary: status.intermediary === null ? null : { ...status.intermediary },
    reasons: firstOf<Status["reasons"][number]>(status.reasons),
    concerns: firstOf<Status["concerns"][number]>(status.concerns).map((concern) => ({ ...concern })),
  };
}

function boundedAuthor(author: Author | null): Author | null {
  return author ? { address: bounded(author.address, MAX_VALUE * 2), domain: bounded(author.domain, MAX_VALUE) } : null;
}

function boundedResult(result: MethodResult): MethodResult {
  const properties = firstOf<Property>(result.properties);
  return {
    ...result,
    result: bounded(result.result, MAX_VALUE),
    reason: result.reason === null ? null : bounded(result.reason, MAX_VALUE),
    properties: properties.map((property) => ({ ...property, value: bounded(property.value, MAX_VALUE) })),
  };
}

function bounded(text: string, most: number): string {
  return text.length > most ? text.slice(0, most) : text;
}

function listOf<Item>(value: readonly Item[] | undefined): readonly Item[] {
  return Array.isArray(value) ? (value as readonly Item[]) : [];
}

function firstOf<Item>(value: readonly Item[] | undefined): readonly Item[] {
  return listOf(value).slice(0, MAX_RESULTS);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isState(value: unknown): boolean {
  return (STATES as readonly unknown[]).includes(value);
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const inner of Object.values(value)) if (isRecord(inner)) deepFreeze(inner);
  return Object.freeze(value);
}
