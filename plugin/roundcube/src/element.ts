import type { DkimStatusElement } from "../../../src/element/define.js";
import { isDisplayedAuthor, MALFORMED } from "./displayed-author.js";
import type { Fields, Settings } from "./roundcube.js";

/** An element that knows a message's fields and whom to believe. */
export function elementOf(fields: Fields, settings: Settings): DkimStatusElement {
  const element = document.createElement("dkim-status");
  element.lang = settings.language;
  element.addEventListener("dkim-status-change", () => {
    // The author that is judged must be the one that is shown, or the reader is misled, whatever was signed.
    if (!isDisplayedAuthor(element.currentStatus, fields.shown)) element.status = MALFORMED;
  });
  if (fields.trusted) element.trusted = settings.trusted;
  element.trustWithoutId = fields.trusted && settings.trustWithoutId;
  element.legacyFields = fields.trusted && settings.legacyFields;
  element.maxReceivedAbove = settings.maxReceivedAbove;
  if (fields.headers !== undefined) element.headers = atob(fields.headers);
  else if (fields.results !== undefined) Object.assign(element, { results: fields.results, from: fields.from });
  else element.status = UNKNOWN;
  return element;
}

/** A row that carries too much, or was kept from before the plugin. */
const UNKNOWN = {
  state: "unknown",
  signer: null,
  alignment: null,
  intermediary: null,
  reasons: ["no-trusted-field"],
  concerns: [],
} as const;
