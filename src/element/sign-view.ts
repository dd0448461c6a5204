import { html, nothing, type TemplateResult } from "lit";
import type { Sign } from "./explanation.js";
import type { ExplanationView } from "./explanation-view.js";
import { ICONS } from "./icons.js";
import { HAS_POPOVER, type PopoverController } from "./popover-controller.js";
import type { Strings } from "./strings/types.js";

/** Renders the sign in each of its displays. */
export class SignView {
  readonly #sign: Sign;
  readonly #explanation: ExplanationView;
  readonly #strings: Strings;

  constructor(sign: Sign, explanation: ExplanationView, strings: Strings) {
    this.#sign = sign;
    this.#explanation = explanation;
    this.#strings = strings;
  }

  /** For a row of a list: the fewest nodes. */
  get icon(): TemplateResult {
    return ICONS[this.#sign.glyph];
  }

  get chip(): TemplateResult {
    const { language, direction } = this.#strings;
    return html`<span part="chip" lang=${language} dir=${direction}>${this.icon}${this.#label}</span>`;
  }

  /** The whole explanation in the page. */
  get full(): TemplateResult {
    const { language, direction } = this.#strings;
    return html`<div lang=${language} dir=${direction}>${this.#explanation.body(null)}</div>`;
  }

  /** @param press called before the browser opens the popover, which must be rendered by then */
  button(hasLabel: boolean, disclosure: PopoverController, press: () => void): TemplateResult {
    const { language, direction } = this.#strings;
    return html`<button
        part=${hasLabel ? "button chip" : "button"}
        type="button"
        lang=${language}
        dir=${direction}
        popovertarget=${HAS_POPOVER ? "explanation" : nothing}
        aria-haspopup=${HAS_POPOVER ? "dialog" : nothing}
        aria-expanded=${disclosure.open}
        @click=${press}
      >
        ${this.icon}${hasLabel ? this.#label : this.#name}</button
      >${disclosure.rendered ? this.#popover(disclosure) : nothing}`;
  }

  get #label(): TemplateResult {
    return html`<span class="unseen">${this.#strings.ui.signature} </span
      ><span part="label">${this.#explanation.text(this.#sign.chip)}</span>`;
  }

  get #name(): TemplateResult {
    return html`<span class="unseen">${this.#explanation.text(this.#sign.headline)}</span>`;
  }

  #popover(disclosure: PopoverController): TemplateResult {
    const { language, direction } = this.#strings;
    const body = this.#explanation.body(disclosure.close);
    if (!HAS_POPOVER) {
      return html`<div part="popover" ?hidden=${!disclosure.open} lang=${language} dir=${direction}>${body}</div>`;
    }
    return html`<div
      part="popover"
      id="explanation"
      popover="auto"
      role="dialog"
      aria-labelledby="headline"
      tabindex="-1"
      lang=${language}
      dir=${direction}
      @toggle=${disclosure.toggled}
    >
      ${body}
    </div>`;
  }
}
