import { DkimStatusElement } from "./dkim-status.js";
import type { ElementStatus } from "./report.js";

export { builtInVerifier, type BuiltInVerifierOptions } from "./built-in-verifier.js";
export { DkimStatusElement, type PageNotice } from "./dkim-status.js";
export { addLanguage, LANGUAGES } from "./languages.js";
export { strings as english } from "./strings/en.js";
export type { ElementStatus, StatusInput } from "./report.js";
export type { DkimStatusJsx, DkimStatusProps } from "./jsx.js";
export type { Strings } from "./strings/types.js";
export type { Verifier, VerifierRequest } from "./inputs.js";
export type { Show } from "./visibility.js";

declare global {
  interface HTMLElementTagNameMap {
    "dkim-status": DkimStatusElement;
  }
  interface HTMLElementEventMap {
    "dkim-status-change": CustomEvent<ElementStatus | null>;
  }
}

if (customElements.get("dkim-status") === undefined) customElements.define("dkim-status", DkimStatusElement);
