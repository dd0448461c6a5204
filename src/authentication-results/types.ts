/** What an Authentication-Results field says. RFC 8601 §2.2 */
export interface AuthenticationResults {
  /** As written, after unquoting; null where there is none or it cannot be read. */
  readonly authservId: string | null;
  /** authres-version; 1 where it is not written. */
  readonly version: number;
  /** In their order; empty for `none`. */
  readonly results: readonly MethodResult[];
  /** Empty exactly when the field conforms. */
  readonly defects: readonly Defect[];
}

/** One resinfo. Names are in lower case; unknown ones are kept. */
export interface MethodResult {
  readonly method: string;
  /** method-version; 1 where it is not written. */
  readonly methodVersion: number;
  readonly result: string;
  readonly reason: string | null;
  readonly properties: readonly Property[];
}

/** One propspec; `value` is the meaning, without quotes and escapes. */
export interface Property {
  readonly ptype: string;
  readonly property: string;
  readonly value: string;
}

export interface Defect {
  readonly code: DefectCode;
  /** Index into the value that was parsed. */
  readonly at: number;
}

/** The first row is harmless: seen in the real mail of large operators, and read. Anything else ends the reading. */
export type DefectCode =
  | "trailing-semicolon"
  | "unquoted-slash-or-colon"
  | "unquoted-equals-at-end"
  | "authserv-id-missing"
  | "bare-action"
  | "authserv-id-invalid"
  | "comment-unterminated"
  | "quoted-string-unterminated"
  | "version-invalid"
  | "method-invalid"
  | "result-invalid"
  | "reason-invalid"
  | "property-invalid"
  | "value-invalid"
  | "value-not-ascii"
  | "none-with-results"
  | "junk"
  | "too-large"
  | "too-many-results";
