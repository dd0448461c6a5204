import { strings as english } from "./strings/en.js";
import type { Strings } from "./strings/types.js";

type LanguageModule = Promise<{ readonly strings: Strings }>;

/** Languages that are loaded when a page is written in one of them. */
const LOADERS: Readonly<Record<string, () => LanguageModule>> = {
  de: () => import("./strings/de.js"),
  fr: () => import("./strings/fr.js"),
  es: () => import("./strings/es.js"),
  it: () => import("./strings/it.js"),
  "pt-BR": () => import("./strings/pt-BR.js"),
  nl: () => import("./strings/nl.js"),
  pl: () => import("./strings/pl.js"),
  ru: () => import("./strings/ru.js"),
  cs: () => import("./strings/cs.js"),
  ja: () => import("./strings/ja.js"),
  "zh-CN": () => import("./strings/zh-CN.js"),
  qps: () => import("./strings/pseudo.js"),
};

/** The languages that the element brings along. */
export const LANGUAGES: readonly string[] = ["en", ...Object.keys(LOADERS)];

/** By lower-case tag; null is a language that could not be loaded. */
const known = new Map<string, Strings | null>([["en", english]]);
const loading = new Map<string, Promise<void>>();

/** Adds a language, or replaces its words. Elements that are drawn afterwards use it. */
export function addLanguage(strings: Strings): void {
  known.set(strings.language.toLowerCase(), strings);
}

/**
 * @param tag BCP 47; another region of the language is used if this one has no words
 * @returns its words, or English ones if there are none; or a promise, after which to call again
 */
export function wordsOf(tag: string): Strings | Promise<void> {
  for (let range = tag.toLowerCase(); range !== ""; range = range.slice(0, Math.max(0, range.lastIndexOf("-")))) {
    const own = known.get(range);
    if (own) return own;
    const name = LANGUAGES.find((language) => matches(language, range)) ?? range;
    const other = known.get(name.toLowerCase());
    if (other) return other;
    const load = other === null ? undefined : LOADERS[name];
    if (load !== undefined) return loadOnce(name, load);
  }
  return english;
}

/** `pt` and `pt-PT` are served by `pt-BR`. */
function matches(language: string, range: string): boolean {
  const lower = language.toLowerCase();
  return lower === range || lower.startsWith(range + "-");
}

function loadOnce(name: string, load: () => LanguageModule): Promise<void> {
  let under = loading.get(name);
  if (under === undefined) {
    under = load().then(
      ({ strings }) => {
        addLanguage(strings);
      },
      () => {
        known.set(name.toLowerCase(), null); // its file could not be fetched
      },
    );
    loading.set(name, under);
  }
  return under;
}
