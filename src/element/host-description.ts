/** What CSS and assistive technology learn about the element itself. */
export class HostDescription {
  readonly #host: HTMLElement;
  readonly #internals: ElementInternals;
  #hinted = "";

  constructor(host: HTMLElement) {
    this.#host = host;
    this.#internals = host.attachInternals();
  }

  /** @param names of custom states, which `:state()` selects */
  setStates(names: readonly string[]): void {
    const states = this.#internals.states as CustomStateSet | undefined; // younger than the other internals
    states?.clear();
    for (const name of names) states?.add(name);
  }

  /** @param words the text alternative, if the element is an image without text of its own; else null */
  setImage(words: string | null): void {
    this.#internals.role = words === null ? null : "img";
    this.#internals.ariaLabel = words;
    this.#hint(words ?? "");
  }

  /** In a list nothing opens, but hovering shows the words; a title that the page has set stays. */
  #hint(words: string): void {
    const host = this.#host;
    if (host.title !== this.#hinted || words === this.#hinted) return;
    this.#hinted = words;
    if (words === "") host.removeAttribute("title");
    else host.title = words;
  }
}
