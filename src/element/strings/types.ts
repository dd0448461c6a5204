import type { ConcernCode, IntermediaryKind, Reason, State } from "../../status/types.js";

/**
 * A text for people. `{author}`, `{signer}`, `{organization}` and `{shown}` stand for domains, `{checker}` for the
 * server that checked, `{field}` for the name of a field, `{count}` for a number. They become isolated nodes
 * (`<bdi>`) and are never joined into a string that is shown.
 */
export type Text = string;

/** The placeholders that a text may have. */
export const PLACEHOLDERS = ["author", "signer", "organization", "shown", "checker", "field", "count"] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** A concern without the name of the field that it is about. */
export type ConcernKind = ConcernCode extends infer Code
  ? Code extends `${infer Kind}:${string}`
    ? Kind
    : Code
  : never;

/** Concerns that can have the level `warn`: each has a chip and a headline of its own. */
export const CAUTIONS = [
  "name-shows-other-address",
  "field-repeated",
  "partly-signed",
  "dmarc-fail",
  "testing-key",
  "weak-algorithm",
] as const satisfies readonly ConcernKind[];
export type Caution = (typeof CAUTIONS)[number];

/** Everything the element says, in one language. Sentences have at most 20 words and no exclamation mark. */
export interface Strings {
  /** BCP 47, as in `lang`. */
  readonly language: string;
  readonly direction: "ltr" | "rtl";
  /**
   * Unicode scripts (long names, as in `\p{Script=Latin}`) of the language's letters: a domain is shown in its own
   * letters only where all of them are of these scripts.
   */
  readonly scripts: readonly string[];

  /**
   * Beside the glyph: a few words, in lower case where the language allows it. `invalid` is a signature that does not
   * match, `cannot-be-used` one that is wrong in itself.
   */
  readonly chip: Readonly<Record<State | Caution | "cannot-be-used", Text>>;
  /** Above the explanation, and what the sign is called to a screen reader. */
  readonly headline: Readonly<Record<State | Caution | "cannot-be-used", Text>>;
  /** What a state means. */
  readonly sentence: {
    readonly author: Text;
    /** After `author`: domains sign, people do not. */
    readonly "author-limit": Text;
    /** Instead of nothing, where the signer is not exactly the author's domain. */
    readonly "same-organization": Text;
    readonly "third-party": Text;
    readonly unsigned: Text;
    readonly malformed: Text;
    readonly mismatch: Text;
    /** As `mismatch`, where it is not known whom the signature names. */
    readonly "mismatch-unnamed": Text;
    /** After either. */
    readonly "mismatch-usual": Text;
    /** Where no reason is known. */
    readonly "cannot-be-used": Text;
  };
  /** What a known service that signs for others is. */
  readonly intermediary: Readonly<Record<IntermediaryKind, Text>>;
  /** Why; one sentence a code. */
  readonly reason: Readonly<Record<Reason, Text>>;
  /** What to know beside the state; those of level `warn` are also the bar above a message. */
  readonly concern: Readonly<Record<ConcernKind | "name-shows-domain", Text>>;
  /** The bars above a message that are not a concern's. */
  readonly notice: { readonly malformed: Text; readonly invalid: Text };

  readonly rows: {
    readonly author: Text;
    readonly signer: Text;
    readonly checker: Text;
    /** For a screen reader, in place of `=` and `≠`. */
    readonly same: Text;
    readonly different: Text;
    /** The values where there is nobody to name. */
    readonly unsigned: Text;
    readonly unconfirmed: Text;
    readonly unknown: Text;
    readonly "checked-on-arrival": Text;
    readonly "checked-here": Text;
    readonly unchecked: Text;
  };
  /** Names of header fields as a mail program calls them; others are shown as they are. */
  readonly field: Readonly<Record<FieldName, Text>>;
  readonly ui: {
    /** Before the chip's text, for a screen reader only. */
    readonly signature: Text;
    readonly close: Text;
    /** The link of a bar. */
    readonly details: Text;
    /** The button that asks a verifier. */
    readonly check: Text;
    readonly technical: Text;
  };
  /** Under "Technical details": words of the protocol may stand here. */
  readonly technical: {
    readonly signatures: Text;
    readonly others: Text;
    readonly field: Text;
    readonly more: Text;
  };
}

export const FIELD_NAMES = ["from", "sender", "reply-to", "to", "cc", "subject", "date", "content-type"] as const;
export type FieldName = (typeof FIELD_NAMES)[number];
