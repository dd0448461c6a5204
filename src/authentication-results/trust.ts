import type { HeaderField } from "../message/header.js";
import { decodeUtf8, decodeUtf8Lossy, detached } from "../message/octets.js";
import { readLegacyFields } from "./legacy.js";
import { parseAuthenticationResults } from "./parse.js";
import { operatorsOf, Run, type Witness } from "./run.js";
import type { MethodResult } from "./types.js";

/** Whose fields are believed. Each option is a separate choice; what is not chosen is not believed. */
export interface TrustOptions {
  /**
   * The operators whose servers are trusted, each by one authserv-id or several: `id`, `id/*` (a job id follows, as
   * OpenDKIM writes it) or `*.domain` (any host below it).
   */
  readonly trusted: readonly (string | readonly string[])[];
  /** Also read the topmost Authentication-Results field if it has no authserv-id (Microsoft 365). */
  readonly trustWithoutId?: boolean | undefined;
  /** Do not read fields that have more Received fields above them than this. */
  readonly maxReceivedAbove?: number | null | undefined;
  /**
   * Also read the method `domainkeys`, and the fields X-DKIM-Authentication-Results (DKIMproxy) and X-Spam-Status
   * (SpamAssassin). These two have no authserv-id: only the topmost of each is read, and only with at most
   * `maxReceivedAbove` (default: 0) Received fields above it.
   */
  readonly legacyFields?: boolean | undefined;
}

/** Why there is no DKIM result of a trusted field. */
export type TrustReason =
  | "nothing-trusted" // the options trust nobody
  | "no-trusted-field"
  | "no-dkim-result" // there are trusted fields, but none has one
  | "field-defective" // a field that is, or may be, of a trusted server cannot be read
  | "order-unknown"; // the first field does not count, and the position of the others is not known

/** A trusted field with a DKIM result. */
export interface Testimony {
  readonly reason: null;
  /** Index of the deciding field: `HeaderField.index`, or that among the values. */
  readonly index: number;
  /** Its value as characters, still folded. */
  readonly field: string;
  /** As written, after unquoting; null if it has none. */
  readonly authservId: string | null;
  /** Its DKIM results, at least one, in their order. */
  readonly dkim: readonly MethodResult[];
  /** Results of other methods, of all trusted fields of the run: facts that never make a DKIM state. */
  readonly facts: readonly MethodResult[];
  /** Believed only because of `legacyFields`. */
  readonly legacy: boolean;
  /** SpamAssassin's DKIM_VALID_AU: a signature of the author's own domain passes, though no domain is named. */
  readonly authorDomainPasses: boolean;
}

/** No trusted field says anything about DKIM. */
export interface NoTestimony {
  readonly reason: TrustReason;
  /** Results of other methods, of all trusted fields of the run. */
  readonly facts: readonly MethodResult[];
}

/**
 * Finds the field to believe in a header in its raw order. RFC 8601 §5, §7.1
 *
 * Trusted fields form one run: from the topmost field with a trusted authserv-id down to the next Received field.
 * Nothing below is read, whatever id it claims. Within the run the topmost field with a DKIM result decides.
 * @param fields all fields of the header, topmost first
 */
export function readTrusted(fields: readonly HeaderField[], options: Partial<TrustOptions>): Testimony | NoTestimony {
  const run = runOf(fields, options);
  const facts = factsOf(run.witnesses);
  const decided = testimonyOf(run.witnesses, "dkim", facts);
  if (decided !== null) return decided;
  if (run.isBroken) return { reason: "field-defective", facts };
  const fallback = options.legacyFields ? legacyTestimonyOf(fields, run.witnesses, facts, options) : null;
  if (fallback !== null) return fallback;
  if (!run.trustsAnybody) return { reason: "nothing-trusted", facts };
  return { reason: run.hasBegun ? "no-dkim-result" : "no-trusted-field", facts };
}

/**
 * As {@link readTrusted}, for callers who have only the values of the Authentication-Results fields, and not what was
 * between them: only the first counts. With `maxReceivedAbove` none does, because it cannot be checked.
 * @param values as characters, topmost first
 */
export function readTrustedValues(values: readonly string[], options: Partial<TrustOptions>): Testimony | NoTestimony {
  const run = emptyRun(options);
  if (!run.trustsAnybody) return { reason: "nothing-trusted", facts: [] };
  const first = values[0];
  if (first === undefined) return { reason: "no-trusted-field", facts: [] };
  if (typeof options.maxReceivedAbove === "number") return { reason: "order-unknown", facts: [] };
  run.add(0, first, parseAuthenticationResults(first), true);
  if (run.isBroken) return { reason: "field-defective", facts: [] };
  const facts = factsOf(run.witnesses);
  const decided = testimonyOf(run.witnesses, "dkim", facts);
  if (decided !== null) return decided;
  const fallback = options.legacyFields ? testimonyOf(run.witnesses, "domainkeys", facts) : null;
  if (fallback !== null) return fallback;
  if (values.length > 1) return { reason: "order-unknown", facts };
  return { reason: run.hasBegun ? "no-dkim-result" : "no-trusted-field", facts };
}

function runOf(fields: readonly HeaderField[], options: Partial<TrustOptions>): Run {
  const run = emptyRun(options);
  const maxReceived = options.maxReceivedAbove ?? Infinity;
  let received = 0;
  for (const { key, value, index } of fields) {
    if (key === "received") {
      if (run.hasBegun) break;
      received++;
    } else if (key === "authentication-results") {
      // Negated, so that a limit that is not a number lets nothing through.
      if (!(received <= maxReceived) || run.isBroken) break;
      const own = detached(value);
      const text = decodeUtf8(own);
      const shown = text ?? decodeUtf8Lossy(own);
      run.add(index, shown, parseAuthenticationResults(shown), text !== null);
    }
  }
  return run;
}

function emptyRun({ trusted = [], trustWithoutId }: Partial<TrustOptions>): Run {
  return new Run(operatorsOf(trusted), trustWithoutId === true);
}

/** The topmost field with a result of the method decides. */
function testimonyOf(
  witnesses: readonly Witness[],
  method: "dkim" | "domainkeys",
  facts: readonly MethodResult[],
): Testimony | null {
  for (const { index, field, authservId, results } of witnesses) {
    const dkim: MethodResult[] = [];
    for (const result of results) if (result.method === method) dkim.push(result);
    if (dkim.length === 0) continue;
    const legacy = method !== "dkim";
    const others = legacy ? facts.filter((fact) => !dkim.includes(fact)) : facts;
    return { reason: null, index, field, authservId, dkim, facts: others, legacy, authorDomainPasses: false };
  }
  return null;
}

/** DomainKeys (RFC 4870) in a trusted field, before the fields that carry no id. */
function legacyTestimonyOf(
  fields: readonly HeaderField[],
  witnesses: readonly Witness[],
  facts: readonly MethodResult[],
  { maxReceivedAbove }: Partial<TrustOptions>,
): Testimony | null {
  const domainkeys = testimonyOf(witnesses, "domainkeys", facts);
  if (domainkeys !== null) return domainkeys;
  const said = readLegacyFields(fields, maxReceivedAbove ?? 0);
  if (said === null) return null;
  const { index, field, result, authorDomainPasses } = said;
  return { reason: null, index, field, authservId: null, dkim: [result], facts, legacy: true, authorDomainPasses };
}

function factsOf(witnesses: readonly Witness[]): MethodResult[] {
  const facts: MethodResult[] = [];
  for (const { results } of witnesses) {
    for (const result of results) if (result.method !== "dkim") facts.push(result);
  }
  return facts;
}
