/** What CSS and assistive technology are told of the element itself. */
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

  /** @param words what the element says as an image without nodes that say it; null where it is none */
  setImage(words: string | null): void {
    this.#internals.role = words === null ? null : "img";
    this.#internals.ariaLabel = words;
    this.#hint(words ?? "");
  }

  /** Nothing opens in a list, but the words are there for a pointer that rests; a title of the page's own stays. */
  #hint(words: string): void {
    const host = this.#host;
    if (host.title !== this.#hinted || words === this.#hinted) return;
    this.#hinted = words;
    if (words === "") host.removeAttribute("title");
    else host.title = words;
  }
}
