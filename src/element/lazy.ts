/** A module that is loaded when something needs it, once for all elements of a page. */
export class Lazy<Module> {
  /** null where it could not be loaded. */
  module: Module | null | undefined = undefined;
  #loading: Promise<void> | null = null;

  readonly #fetch: () => Promise<Module>;

  constructor(fetch: () => Promise<Module>) {
    this.#fetch = fetch;
  }

  /** @returns a promise that is kept when {@link module} is there, or cannot be had */
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

/** Reads header fields: not needed where a page hands over a finding of the core. */
export const reader = new Lazy(() => import("./reader.js"));

/** The Public Suffix List. */
export const publicSuffixes = new Lazy(() => import("../status/public-suffix-list.js"));

/** Decodes A-labels. */
export const letters = new Lazy(() => import("./letters.js"));
