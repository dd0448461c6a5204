import type { DkimStatusElement } from "../../../src/element/define.js";
import { showBar } from "./bar.js";
import { elementOf } from "./element.js";
import type { Roundcube } from "./roundcube.js";
import { verifierOf } from "./verifier.js";

/** Where the author is, in the frame around the message: never in its body, which can imitate anything. */
const AUTHOR = ".header-summary .adr, td.header.from, .headers-table td.from";
/** Where to put the sign of a message without an author that Roundcube would show. */
const NO_AUTHOR = ".header-summary > span, td.header.date, .headers-table td.date";
const HEADER = "#message-header, #messageheader";
const BODY = "#messagebody, #message-content, #messagepreview";

/** Milliseconds that printing waits for the sign to load. */
const PATIENCE = 3000;

/** The chip between "From" and the name. */
export class MessageView {
  #element: DkimStatusElement | null = null;
  #holder: HTMLElement | null = null;

  constructor(private readonly rcmail: Roundcube) {}

  get element(): DkimStatusElement | null {
    return this.#element;
  }

  show(): void {
    const { dkimstatus: settings, dkimstatus_message: message } = this.rcmail.env;
    if (settings === undefined || message === undefined || this.#holder !== null) return;
    const element = elementOf(message, settings);
    element.display = "label";
    element.receivedAt = message.receivedAt;
    this.#element = element;
    this.#holder = document.createElement("span");
    this.#holder.className = "dkimstatus";
    this.#holder.append(element);
    const check = verifierOf(this.rcmail, message);
    if (check !== null) Object.assign(element, check);
    element.addEventListener("dkim-status-change", () => {
      void showBar(element, document);
    });
    this.#place();
    const header = document.querySelector(HEADER);
    if (header === null) return;
    const observer = new MutationObserver(() => {
      this.#place();
    });
    observer.observe(header, { attributes: true, subtree: true, attributeFilter: ["class", "style"] });
  }

  /** Waits for the sign, which in print shows what the fields say. */
  async beforePrint(): Promise<void> {
    if (this.rcmail.env.action !== "print") return;
    this.show();
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    await Promise.race([this.#element?.updateComplete, late]);
  }

  /** Skins show the author in a line or in a table, and change between them. */
  #place(): void {
    const authors = placesOf(AUTHOR);
    const places = authors.length > 0 ? authors : placesOf(NO_AUTHOR);
    const place = places.find((each) => each.offsetParent !== null) ?? places[0];
    if (place === undefined || this.#holder === null) return;
    const isLine = place.matches(".adr");
    if (isLine ? place.previousElementSibling === this.#holder : place.firstElementChild === this.#holder) return;
    if (isLine) place.before(this.#holder);
    else place.prepend(this.#holder);
  }
}

function placesOf(selector: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(selector)].filter((place) => place.closest(BODY) === null);
}
