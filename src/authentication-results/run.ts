import { areStrings, ArgumentError } from "../message/argument-error.js";
import { authservIdMatcher } from "./authserv-id.js";
import { isReadable, type AuthenticationResults, type MethodResult } from "./types.js";

/** One operator, as the test whether an authserv-id is that of one of its servers. */
export type Operator = (authservId: string) => boolean;

/** A trusted, readable field of the run. */
export interface Witness {
  readonly index: number;
  readonly field: string;
  readonly authservId: string | null;
  /** Of methods in version 1. RFC 8601 §2.6 */
  readonly results: readonly MethodResult[];
}

/**
 * @returns the operators of a configuration, but those without an id
 * @throws {ArgumentError} `trusted-invalid`
 */
export function operatorsOf(trusted: readonly (string | readonly string[])[]): Operator[] {
  if (!Array.isArray(trusted) || !trusted.every((entry) => typeof entry === "string" || areStrings(entry))) {
    throw new ArgumentError("trusted-invalid", "trusted is no array of operators, each an id or an array of ids");
  }
  const operators: Operator[] = [];
  for (const entry of trusted) {
    const matchers: Operator[] = [];
    for (const id of typeof entry === "string" ? [entry] : entry) if (id !== "") matchers.push(authservIdMatcher(id));
    if (matchers.length > 0) operators.push((authservId) => matchers.some((matches) => matches(authservId)));
  }
  return operators;
}

/**
 * The trusted fields that the reader's own server wrote, gathered from the top down. The caller ends the run at a
 * Received field; a trusted field that cannot be read breaks it.
 */
export class Run {
  readonly witnesses: Witness[] = [];
  /** A field of a trusted server was met, readable or not. */
  hasBegun = false;
  /** A field that is, or may be, of a trusted server cannot be read: nothing below it counts. */
  isBroken = false;
  /** The options trust somebody at all. */
  readonly trustsAnybody: boolean;
  /**
   * The operators that all fields so far may belong to. A field without an id belongs to one that has no other fields.
   */
  private candidates: readonly Operator[];
  private isTopmost = true;

  constructor(
    operators: readonly Operator[],
    private readonly trustWithoutId: boolean,
  ) {
    this.candidates = operators;
    this.trustsAnybody = trustWithoutId || operators.length > 0;
  }

  /** Takes the next Authentication-Results field; `isText` is false if its octets are not UTF-8. */
  add(index: number, field: string, parsed: AuthenticationResults, isText: boolean): void {
    const isTopmost = this.isTopmost;
    this.isTopmost = false;
    if (!this.isTrusted(parsed, isTopmost)) {
      // Nobody can say whose field it is, so it may be the one that the server wrote.
      if (this.hasBegun && parsed.authservId === null && !isReadable(parsed)) this.isBroken = true;
      return;
    }
    this.hasBegun = true;
    if (!isText || !isReadable(parsed)) {
      this.isBroken = true;
    } else if (parsed.version === 1) {
      const results = parsed.results.filter(({ methodVersion }) => methodVersion === 1);
      this.witnesses.push({ index, field, authservId: parsed.authservId, results });
    }
  }

  private isTrusted(parsed: AuthenticationResults, isTopmost: boolean): boolean {
    const { authservId } = parsed;
    if (authservId === null) {
      const hasNone = parsed.defects.some(({ code }) => code === "authserv-id-missing");
      if (!this.trustWithoutId || !isTopmost || !hasNone) return false;
      this.candidates = [];
      return true;
    }
    const matching: Operator[] = [];
    for (const operator of this.candidates) if (operator(authservId)) matching.push(operator);
    if (matching.length === 0) return false;
    this.candidates = matching;
    return true;
  }
}
