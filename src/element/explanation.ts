import { commonDomain } from "../status/alignment.js";
import type { Concern, Reason, State } from "../status/types.js";
import type { ElementStatus } from "./report.js";
import { shownText } from "./shown-text.js";
import { CAUTIONS, type Caution, type ConcernKind, type Strings } from "./strings/types.js";
import { canBeSaid, type Said, type Values } from "./text.js";

export type Glyph = State | "caution";
export type Tone = "author" | "third-party" | "alert" | "caution" | "quiet";

/** What one sign says about a message. */
export interface Sign {
  readonly glyph: Glyph;
  /** The colour beside the signer's domain; alone, the icon of a pass is drawn in neutral ink. */
  readonly tone: Tone;
  readonly chip: Said;
  readonly headline: Said;
}

/** What a page may show in a bar above the message. */
export interface Notice {
  readonly code: "malformed" | "invalid" | Caution;
  readonly level: "warn" | "note";
  readonly said: Said;
}

const TONES: Readonly<Record<Glyph, Tone>> = {
  checking: "quiet",
  malformed: "alert",
  author: "author",
  "third-party": "third-party",
  unknown: "quiet",
  unsigned: "quiet",
  invalid: "alert",
  caution: "caution",
};

/** Concerns that the popover mentions, but a bar does not. */
const WITHOUT_BAR: readonly ConcernKind[] = ["testing-key", "weak-algorithm"];

/** UTF-16 code units of the name of a field. */
const MAX_FIELD_NAME = 40;

/** Everything the element says about one message in one language. Nothing here is markup. */
export class Explanation {
  readonly #values: Values;
  readonly #cautions: readonly Caution[];

  readonly #report: ElementStatus;
  readonly #strings: Strings;
  readonly #shownDomain: string | null;

  /** @param shownDomain the domain in the author's display name, if it is known */
  constructor(report: ElementStatus, strings: Strings, shownDomain: string | null) {
    this.#report = report;
    this.#strings = strings;
    this.#shownDomain = shownDomain;
    const { status, author } = report;
    const signer = status.signer ?? claimedSigner(report);
    this.#values = {
      author: author?.domain ?? null,
      signer,
      organization: signer !== null && author !== null ? commonDomain(signer, author.domain) : null,
      shown: shownDomain,
      checker: report.authservId,
    };
    this.#cautions = cautionsOf(report);
  }

  get sign(): Sign {
    const glyph = glyphOf(this.#report);
    const [caution] = this.#cautions;
    const key = glyph === "caution" && caution !== undefined ? caution : this.#report.status.state;
    const headline = key === "invalid" && !this.#isMismatch ? "cannot-be-used" : key;
    return {
      glyph,
      tone: TONES[glyph],
      chip: this.#say(this.#strings.chip[headline]),
      headline: this.#say(this.#strings.headline[headline]),
    };
  }

  /** The bar above the message, strongest first; null for a message that needs none. */
  get notice(): Notice | null {
    const { state } = this.#report.status;
    if (state === "malformed") return { code: state, level: "warn", said: this.#say(this.#strings.notice.malformed) };
    const caution = this.#cautions.find((kind) => !WITHOUT_BAR.includes(kind));
    if (caution !== undefined) return { code: caution, level: "warn", said: this.#aboutConcern(caution) };
    if (state !== "invalid") return null;
    const said = this.#isMismatch ? this.#say(this.#strings.notice.invalid) : this.#sayable(this.#whyUnusable)[0];
    return said === undefined ? null : { code: state, level: "note", said };
  }

  /** Concerns of level warn: the reason why the sign is not that of the state. */
  get warnings(): readonly Said[] {
    return this.#sayable(this.#cautions.map((kind) => this.#aboutConcern(kind)));
  }

  /** What the state means. */
  get sentences(): readonly Said[] {
    return this.#sayable(this.#aboutState);
  }

  get notes(): readonly Said[] {
    const kinds = kindsOf(this.#report, "note").filter((kind) => kind in this.#strings.concern);
    return this.#sayable(kinds.map((kind) => this.#aboutConcern(kind)));
  }

  get #aboutState(): readonly Said[] {
    const strings = this.#strings;
    const { status } = this.#report;
    const { sentence, reason } = strings;
    const reasons = this.#reasons.map((code) => reason[code]);
    const say = (...texts: (string | undefined)[]) =>
      texts.filter((text) => text !== undefined).map((text) => this.#say(text));
    switch (status.state) {
      case "author": {
        const exact = status.alignment === "exact" ? undefined : sentence["same-organization"];
        return say(sentence.author, exact, sentence["author-limit"]);
      }
      case "third-party": {
        const kind = status.intermediary?.kind;
        const declared = status.reasons.includes("list-declares-itself");
        const known = kind === undefined || declared ? undefined : strings.intermediary[kind];
        return say(sentence["third-party"], known, ...reasons);
      }
      case "unsigned":
        return say(sentence.unsigned);
      case "malformed":
        return say(sentence.malformed, ...reasons);
      case "invalid":
        return this.#isMismatch ? this.#whyMismatch : this.#whyUnusable;
      case "unknown":
        return reasons.length > 0 ? say(...reasons) : say(reason["no-trusted-field"]);
      case "checking":
        return say(...reasons);
    }
  }

  get #whyMismatch(): readonly Said[] {
    const { sentence } = this.#strings;
    const mismatch = this.#values.signer === null ? sentence["mismatch-unnamed"] : sentence.mismatch;
    return [this.#say(mismatch), this.#say(sentence["mismatch-usual"])];
  }

  get #whyUnusable(): readonly Said[] {
    const reasons = this.#reasons;
    if (reasons.length === 0) return [this.#say(this.#strings.sentence["cannot-be-used"])];
    const warned = this.#cautions.includes("partly-signed"); // says it already
    const told = reasons.filter((code) => !warned || code !== "body-partly-signed");
    return told.map((code) => this.#say(this.#strings.reason[code]));
  }

  /** Only those that have words: the page's server may be newer than the element and know more. */
  get #reasons(): readonly Reason[] {
    return this.#report.status.reasons.filter((code) => code in this.#strings.reason);
  }

  /** Something was changed, as opposed to a signature that cannot be used. */
  get #isMismatch(): boolean {
    return this.#report.status.reasons.some((reason) => MISMATCHES.includes(reason));
  }

  #aboutConcern(kind: ConcernKind): Said {
    const { concern } = this.#strings;
    if (kind === "name-shows-other-address" && this.#shownDomain !== null)
      return this.#say(concern["name-shows-domain"]);
    return { text: concern[kind], values: { ...this.#values, field: this.#fieldsOf(kind) } };
  }

  /** The fields that a concern of this kind is about, by the names that people know. */
  #fieldsOf(kind: ConcernKind): readonly string[] {
    const names: Readonly<Record<string, string>> = this.#strings.field;
    return this.#report.status.concerns
      .filter((concern) => kindOf(concern) === kind)
      .map(({ code }) => code.slice(kind.length + 1))
      .map((field) => names[field] ?? shownText(field, MAX_FIELD_NAME))
      .filter((name) => name !== "");
  }

  #sayable(said: readonly Said[]): readonly Said[] {
    return said.filter(canBeSaid).filter(({ text }, at, all) => all.findIndex((one) => one.text === text) === at);
  }

  #say(text: string): Said {
    return { text, values: this.#values };
  }
}

const MISMATCHES: readonly Reason[] = ["body-hash-mismatch", "signature-mismatch"];

/** A concern of level warn takes the place of the state's own glyph, but not of an unclear author's. */
export function glyphOf(report: ElementStatus): Glyph {
  const { state, concerns } = report.status;
  return state !== "malformed" && concerns.some(({ level }) => level === "warn") ? "caution" : state;
}

/** In the order of their weight. */
function cautionsOf(report: ElementStatus): readonly Caution[] {
  const kinds = kindsOf(report, "warn");
  return CAUTIONS.filter((kind) => kinds.includes(kind));
}

function kindsOf({ status }: ElementStatus, asked: Concern["level"]): readonly ConcernKind[] {
  return status.concerns.filter(({ level }) => level === asked).map(kindOf);
}

function kindOf({ code }: Concern): ConcernKind {
  return code.replace(/:.*/s, "") as ConcernKind;
}

/** Another verifier wrote it: only what is a domain is shown as one. */
const A_LABELS = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;

/** The signer that a failing signature names. */
function claimedSigner({ signatures, results }: ElementStatus): string | null {
  const named = signatures.find(({ domain }) => domain !== null)?.domain;
  const reported = results
    .filter(({ method }) => method === "dkim")
    .flatMap(({ properties }) => properties)
    .find(({ ptype, property }) => ptype === "header" && property === "d");
  const signer = (named ?? reported?.value ?? "").toLowerCase();
  return A_LABELS.test(signer) ? signer : null;
}
