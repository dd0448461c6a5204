import type { ReactiveController, ReactiveControllerHost } from "lit";
import { wordsOf } from "./languages.js";
import { strings as english } from "./strings/en.js";
import type { Strings } from "./strings/types.js";

/** How long drawing waits for a language before it uses another one. */
const PATIENCE_MS = 1000;

type Host = ReactiveControllerHost & HTMLElement;

/** The language of an element by its own `lang` or that of its ancestors, and the words of that language. */
export class LanguageController implements ReactiveController {
  /** The words, as of the last {@link ready} that returned null. */
  strings!: Strings;
  #tag: string | null = null;
  readonly #late = new WeakSet<Promise<void>>();

  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
    host.addController(this);
  }

  /**
   * @returns null if {@link strings} are those of the element's language, or English ones because those cannot be
   * loaded in time; else a promise to wait for first
   */
  ready(): Promise<void> | null {
    this.#tag = languageOf(this.#host);
    const words = wordsOf(this.#tag);
    if (!(words instanceof Promise)) {
      this.strings = words;
    } else if (this.#late.has(words)) {
      this.strings = english;
    } else {
      return Promise.race([words, this.#patience(words)]);
    }
    return null;
  }

  /** A sign in another language is better than none: when the words arrive, it is drawn again. */
  async #patience(words: Promise<void>): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    this.#late.add(words);
    void words.then(() => {
      this.#host.requestUpdate();
    });
  }

  hostConnected(): void {
    connected.add(this);
    observer ??= new MutationObserver(checkAll);
    for (const root of [document, this.#host.getRootNode()]) observer.observe(root, OBSERVED);
    this.check();
  }

  hostDisconnected(): void {
    connected.delete(this);
    if (connected.size === 0) observer?.disconnect();
  }

  check(): void {
    if (this.#tag !== null && languageOf(this.#host) !== this.#tag) this.#host.requestUpdate();
  }
}

const OBSERVED = { subtree: true, attributes: true, attributeFilter: ["lang"] };

/** One observer for all elements of the page: an ancestor's `lang` can change. There is none on a server. */
let observer: MutationObserver | undefined;
const connected = new Set<LanguageController>();

function checkAll(): void {
  for (const controller of connected) controller.check();
}

function languageOf(element: Element): string {
  for (let at: Element | null = element; at !== null;) {
    const holder: Element | null = at.closest("[lang]");
    if (holder !== null) return holder.getAttribute("lang") ?? "";
    const root = at.getRootNode();
    at = root instanceof ShadowRoot ? root.host : null;
  }
  return "";
}
