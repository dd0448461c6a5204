/** A module that is loaded when it is first needed, once for all elements of a page. */
export class Lazy<Module> {
  /** undefined until it is loaded; null if it could not be. */
  module: Module | null | undefined = undefined;
  #loading: Promise<void> | null = null;

  readonly #fetch: () => Promise<Module>;

  constructor(fetch: () => Promise<Module>) {
    this.#fetch = fetch;
  }

  /** @returns a promise that resolves when {@link module} is loaded, or has failed to */
  load(): Promise<void> {
    this.#loading ??= this.#fetch().then(
      (module) => {
        this.module = module;
      },
      () => {
        this.module = null;
      },
    );
    return this.#loading;
  }
}

/** Reads header fields; not needed if the page gives a status. */
export const reader = new Lazy(() => import("./reader.js"));

/** The Public Suffix List. */
export const publicSuffixes = new Lazy(() => import("../status/public-suffix-list.js"));

/** Decodes A-labels. */
export const letters = new Lazy(() => import("./letters.js"));
