import { html, nothing, type TemplateResult } from "lit";
import type { MethodResult } from "../authentication-results/types.js";
import type { SignatureReport } from "../service/types.js";
import { domainView, inLetters, shownDomain } from "./domain-view.js";
import type { Explanation } from "./explanation.js";
import { closeIcon, ICONS, unequalIcon } from "./icons.js";
import type { ElementStatus } from "./report.js";
import { shownText } from "./shown-text.js";
import type { Placeholder, Strings } from "./strings/types.js";
import { isolated, nodesOf, type Said } from "./text.js";

/** UTF-16 code units of a domain in a line of text, and in a row of its own. */
const MAX_INLINE_DOMAIN = 36;
const MAX_ROW_DOMAIN = 64;
/** UTF-16 code units of other text of the message: a local part has 64 octets (RFC 5321 §4.5.3.1.1). */
const MAX_LOCAL_PART = 64;
const MAX_VALUE = 253;
const MAX_FIELD = 2000;

const DOMAINS: readonly Placeholder[] = ["author", "signer", "organization", "shown"];

/** Renders the explanation of one message. Text from the message goes into text nodes only. */
export class ExplanationView {
  readonly #report: ElementStatus;
  readonly #explanation: Explanation;
  readonly #strings: Strings;
  readonly #check: (() => void) | null;

  /** @param check what the button does that calls the verifier; null if none is waiting */
  constructor(report: ElementStatus, explanation: Explanation, strings: Strings, check: (() => void) | null) {
    this.#report = report;
    this.#explanation = explanation;
    this.#strings = strings;
    this.#check = check;
  }

  text(said: Said): readonly unknown[] {
    return nodesOf(said, (name, value) => {
      if (DOMAINS.includes(name)) return this.#domain(value, MAX_INLINE_DOMAIN);
      return isolated(name, shownText(value, MAX_VALUE));
    });
  }

  /** @param close what the close button does; null if the explanation stays open */
  body(close: (() => void) | null): TemplateResult {
    const explanation = this.#explanation;
    const strings = this.#strings;
    const { glyph, tone, headline } = explanation.sign;
    return html`<div part="explanation">
      <div part="head" data-tone=${tone}>
        ${ICONS[glyph]}
        <div part="headline" id="headline">${this.text(headline)}</div>
        ${
          close === null
            ? nothing
            : html`<button part="close" type="button" aria-label=${strings.ui.close} @click=${close}>
                ${closeIcon}
              </button>`
        }
      </div>
      <div part="sentences">
        ${explanation.warnings.map((said) => html`<p>${this.text(said)}</p>`)}
        <p>${explanation.sentences.map((said) => [this.text(said), spaceAfter(said)])}</p>
      </div>
      ${
        this.#check === null
          ? nothing
          : html`<button part="check" type="button" @click=${this.#check}>${strings.ui.check}</button>`
      }
      ${this.#rows}
      ${
        explanation.notes.length === 0
          ? nothing
          : html`<ul part="notes">
              ${explanation.notes.map((said) => html`<li>${this.text(said)}</li>`)}
            </ul>`
      }
      ${this.#technical}
    </div>`;
  }

  get #rows(): TemplateResult {
    const { author, status } = this.#report;
    const { rows } = this.#strings;
    return html`<dl part="rows">
      ${author === null ? nothing : this.#row(rows.author, this.#address(author.address, author.domain))}
      ${status.state === "checking" ? nothing : [this.#row(rows.signer, this.#signer), this.#row(rows.checker, this.#checker)]}
    </dl>`;
  }

  #row(label: string, value: unknown): TemplateResult {
    return html`<dt>${label}</dt>
      <dd>${value}</dd>`;
  }

  #address(address: string, domain: string): TemplateResult {
    const localPart = address.slice(0, address.lastIndexOf("@"));
    return html`<bdi dir="ltr"
        ><bdi>${shownText(localPart, MAX_LOCAL_PART)}</bdi>@${this.#domain(domain, MAX_ROW_DOMAIN)}</bdi
      >${this.#otherForm(domain)}`;
  }

  get #signer(): unknown {
    const { rows } = this.#strings;
    const { state, signer, alignment } = this.#report.status;
    if (signer === null)
      return state === "unsigned" ? rows.unsigned : state === "invalid" ? rows.unconfirmed : rows.unknown;
    const same = alignment !== "none";
    return html`<span aria-hidden="true">${same ? "=" : unequalIcon}</span>
      <span class="unseen">${same ? rows.same : rows.different}</span>
      ${this.#domain(signer, MAX_ROW_DOMAIN)}${this.#otherForm(signer)}`;
  }

  get #checker(): unknown {
    const { rows } = this.#strings;
    const { checked, authservId } = this.#report;
    if (checked === null) return rows.unchecked;
    if (checked === "here") return rows["checked-here"];
    return this.text({ text: rows["checked-on-arrival"], values: { checker: authservId } });
  }

  #domain(domain: string, most: number): TemplateResult {
    return domainView(shownDomain(shownText(domain, MAX_VALUE), this.#strings.scripts, most));
  }

  /** The A-label form of a domain that is shown in its own letters. */
  #otherForm(domain: string): unknown {
    return inLetters(domain, this.#strings.scripts) === null
      ? nothing
      : html` <bdi dir="ltr" part="a-label">${domain}</bdi>`;
  }

  get #technical(): unknown {
    const report = this.#report;
    const { technical, ui } = this.#strings;
    const own = report.results.filter(({ method }) => method === "dkim");
    const others = report.results.filter(({ method }) => method !== "dkim");
    const signatures =
      report.signatures.length > 0 ? report.signatures.map((one) => this.#signature(one)) : own.map(resultView);
    if (signatures.length === 0 && others.length === 0 && report.field === null) return nothing;
    return html`<details part="technical">
      <summary>${ui.technical}</summary>
      ${section(technical.signatures, signatures)} ${section(technical.others, others.map(resultView))}
      ${
        report.omitted > 0
          ? html`<p>${nodesOf({ text: technical.more, values: { count: String(report.omitted) } })}</p>`
          : nothing
      }
      ${report.field === null ? nothing : section(technical.field, [code(shownText(report.field, MAX_FIELD))])}
    </details>`;
  }

  #signature(signature: SignatureReport): TemplateResult {
    const { result, reason, domain, selector, algorithm, canonicalization, keyBits, bodyLength } = signature;
    const tags = { d: domain, s: selector, a: algorithm, c: canonicalization, l: bodyLength };
    const words = Object.entries(tags).flatMap(([tag, value]) => (value === null ? [] : [`${tag}=${value}`]));
    const bits = keyBits === null ? [] : [`${keyBits} bit`];
    const why: unknown = reason === null ? nothing : html`<br />${this.#strings.reason[reason]}`;
    return html`${codes([`dkim=${result}`, ...words, ...bits])}${why}`;
  }
}

/** No space after a full-width full stop: it includes one. */
function spaceAfter({ text }: Said): string {
  return text.endsWith("\u3002") ? "" : " ";
}

function resultView({ method, result, reason, properties }: MethodResult): TemplateResult {
  const words = properties.map(({ ptype, property, value }) => `${ptype}.${property}=${value}`);
  return codes([`${method}=${result}`, ...(reason === null ? [] : [`reason=${reason}`]), ...words]);
}

function section(title: string, items: readonly unknown[]): unknown {
  if (items.length === 0) return nothing;
  return html`<div part="technical-title">${title}</div>
    <ul>
      ${items.map((item) => html`<li>${item}</li>`)}
    </ul>`;
}

function codes(words: readonly string[]): TemplateResult {
  return html`${words.map((word) => [code(shownText(word, MAX_VALUE)), " "])}`;
}

function code(text: string): TemplateResult {
  return html`<code><bdi dir="ltr">${text}</bdi></code>`;
}
