/** What an Authentication-Results field says. RFC 8601 §2.2 */
export interface AuthenticationResults {
  /** As written, after unquoting; null if there is none or it cannot be read. */
  readonly authservId: string | null;
  /** authres-version; 1 if it is not written. */
  readonly version: number;
  /** In the order of the field; empty for `none`. */
  readonly results: readonly MethodResult[];
  /** Empty exactly when the field conforms. */
  readonly defects: readonly Defect[];
}

/** One resinfo. Names are in lower case; unknown ones are kept. */
export interface MethodResult {
  readonly method: string;
  /** method-version; 1 if it is not written. */
  readonly methodVersion: number;
  readonly result: string;
  readonly reason: string | null;
  readonly properties: readonly Property[];
}

/** One propspec; `value` is without quotes and escapes. */
export interface Property {
  readonly ptype: string;
  readonly property: string;
  readonly value: string;
}

/** A place where a field does not conform to its grammar. */
export interface Defect {
  readonly code: DefectCode;
  /** Index into the value that was parsed. */
  readonly at: number;
}

/** Deviations seen in the mail of large operators: they are reported, but the results are read all the same. */
export const HARMLESS_DEFECTS = [
  "trailing-semicolon",
  "unquoted-slash-or-colon", // OpenDKIM's job id, header.b, IPv6 addresses
  "unquoted-equals-at-end", // base64 padding
  "authserv-id-missing", // Microsoft 365
  "bare-action", // Microsoft 365: dmarc=pass action=none
] as const;

/** Any other deviation ends the reading: its result and all later ones are dropped. */
export const GRAVE_DEFECTS = [
  "authserv-id-invalid",
  "version-invalid",
  "results-missing",
  "method-invalid",
  "result-invalid",
  "reason-invalid",
  "property-invalid",
  "value-invalid",
  "value-not-ascii",
  "none-with-results",
  "comment-unterminated",
  "quoted-string-unterminated",
  "control-character", // also line ends that are not folding
  "too-large",
  "too-many-results",
] as const;

export type DefectCode = (typeof HARMLESS_DEFECTS)[number] | (typeof GRAVE_DEFECTS)[number];

/** Whether all defects of a field are of the harmless kind. */
export function isReadable(field: AuthenticationResults): boolean {
  return field.defects.every(({ code }) => (HARMLESS_DEFECTS as readonly string[]).includes(code));
}
