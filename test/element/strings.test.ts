import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { strings as en } from "../../src/element/strings/en.js";
import { CAUTIONS, FIELD_NAMES, PLACEHOLDERS, type Strings } from "../../src/element/strings/types.js";
import { REASON_CODES } from "../../src/dkim/reasons.js";
import { AUTHOR_REASONS } from "../../src/message/author.js";
import { INTERMEDIARY_KINDS, STATES, STATUS_REASONS } from "../../src/status/types.js";

const folder = new URL("../../src/element/strings/", import.meta.url);
const languages = readdirSync(folder)
  .map((file) => /^(\w\w(?:-\w+)?)\.ts$/.exec(file)?.[1])
  .filter((language) => language !== undefined);

/** Words of a language; a final `*` stands for any ending. Languages without spaces are searched for the letters. */
interface Forbidden {
  readonly never: readonly string[];
  /** Allowed under "Technical details" only. */
  readonly technicalOnly: readonly string[];
}
const forbidden = JSON.parse(readFileSync(new URL("forbidden-words.json", import.meta.url), "utf8")) as Record<
  string,
  Forbidden
>;

const MAX_SENTENCE_WORDS = 20;
const SENTENCE_GROUPS = ["sentence", "intermediary", "reason", "concern", "notice"];

describe.each(languages)("the texts in %s", (language) => {
  const load = async (): Promise<Strings> =>
    ((await import(new URL(`${language}.ts`, folder).pathname)) as { strings: Strings }).strings;

  it("name their own language", async () => {
    expect((await load()).language).toBe(language);
  });

  it("lack no code and have none too many", async () => {
    const strings = await load();
    expect([...texts(strings).keys()].sort()).toEqual([...texts(en).keys()].sort());
    expect(Object.keys(strings.reason).sort()).toEqual(
      [...new Set([...STATUS_REASONS, ...AUTHOR_REASONS, ...REASON_CODES])].sort(),
    );
    expect(Object.keys(strings.chip).sort()).toEqual([...STATES, ...CAUTIONS, "cannot-be-used"].sort());
    expect(Object.keys(strings.headline).sort()).toEqual([...STATES, ...CAUTIONS, "cannot-be-used"].sort());
    expect(Object.keys(strings.intermediary).sort()).toEqual([...INTERMEDIARY_KINDS].sort());
    expect(Object.keys(strings.field).sort()).toEqual([...FIELD_NAMES].sort());
    for (const [key, text] of texts(strings)) expect(text.trim(), key).not.toBe("");
  });

  it("lose no placeholder of the English text and make up none", async () => {
    const strings = await load();
    for (const [key, text] of texts(strings)) {
      expect(placeholders(text), key).toEqual(placeholders(texts(en).get(key)!));
      for (const name of placeholders(text)) expect(PLACEHOLDERS, key).toContain(name);
      expect(text.replace(/\{[a-z]+\}/g, ""), key).not.toMatch(/[{}<>]/);
    }
  });

  it("use no word that promises or alarms, and words of the protocol under the technical details only", async () => {
    const words = forbidden[language];
    expect(words, "forbidden-words.json has no list for this language").toBeDefined();
    for (const [key, text] of texts(await load())) {
      for (const word of words!.never) expect(uses(text, word), `${key}: ${word}`).toBe(false);
      if (key.startsWith("technical.")) continue;
      for (const word of words!.technicalOnly) expect(uses(text, word), `${key}: ${word}`).toBe(false);
    }
  });

  it("have sentences of at most 20 words and no exclamation mark", async () => {
    for (const [key, text] of texts(await load())) {
      expect(text, key).not.toMatch(/[!！¡]/);
      if (!SENTENCE_GROUPS.some((group) => key.startsWith(`${group}.`))) continue;
      for (const sentence of text.split(/[.。]\s*/)) {
        expect(sentence.split(/\s+/).length, `${key}: ${sentence}`).toBeLessThanOrEqual(MAX_SENTENCE_WORDS);
      }
    }
  });

  it("name only scripts that Unicode has", async () => {
    for (const script of (await load()).scripts) expect(() => new RegExp(`\\p{Script=${script}}`, "u")).not.toThrow();
  });
});

/** @returns every text by its path, such as `chip.author` */
function texts(strings: Strings): Map<string, string> {
  const found = new Map<string, string>();
  for (const [group, entries] of Object.entries(strings)) {
    if (typeof entries !== "object" || Array.isArray(entries)) continue;
    for (const [code, text] of Object.entries(entries as Record<string, string>)) found.set(`${group}.${code}`, text);
  }
  return found;
}

function placeholders(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/\{([^}]*)\}/g), (match) => match[1]!))].sort();
}

function uses(text: string, word: string): boolean {
  const stem = word.replace(/\*$/, "");
  if (/[\p{Script=Han}\p{Script=Katakana}]/u.test(stem)) return text.includes(stem);
  const end = word.endsWith("*") ? "" : "(?![\\p{L}])";
  return new RegExp(`(?<!\\p{L})${stem}${end}`, "iu").test(text);
}
