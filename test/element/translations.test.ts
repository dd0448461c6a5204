import { describe, expect, it } from "vitest";
import { LANGUAGES } from "../../src/element/languages.js";
import { strings as en } from "../../src/element/strings/en.js";
import type { Strings } from "../../src/element/strings/types.js";

/** strings.test.ts holds what every language keeps; here is what only a translation can get wrong. */
const TRANSLATIONS = ["de", "fr", "es", "it", "pt-BR", "nl", "pl", "ru", "cs", "ja", "zh-CN"];
const WITHOUT_SPACES = ["ja", "zh-CN"];

/** UTF-16 code units without placeholders: what 20 English words come to in Chinese characters and in kana. */
const MAX_SENTENCE_CHARACTERS = 45;
/** UTF-16 code units: a chip stands before a name in the line of the author. */
const MAX_CHIP = 32;
const MAX_CHIP_WITHOUT_SPACES = 12;

/** Stems, beside those of forbidden-words.json: other words of each language for what the brief forbids. */
const FORBIDDEN: Readonly<Record<string, readonly string[]>> = {
  de: [
    "verlässlich",
    "zuverlässig",
    "glaubwürdig",
    "seriös",
    "wirklich",
    "tatsächlich",
    "amtlich",
    "attack",
    "riskant",
  ],
  fr: ["sécur", "fiab", "vérifi", "crédib", "sérieu", "certifi", "véritable", "garanti", "risqu", "arnaqu", "escroc"],
  es: ["seguro", "confianza", "creíble", "certific", "verdader", "estafa", "suplant", "riesg", "engañ"],
  it: ["fidabil", "attendibil", "credibil", "certific", "verific", "vero", "vera", "inganno", "rischi"],
  "pt-BR": ["confiabil", "certific", "verific", "verdadeir", "golpe", "arrisca", "risco", "idône"],
  nl: ["zeker", "verifi", "authentic", "waarborg", "werkelijk", "oplicht", "bedrog", "riskant", "namaak"],
  pl: ["pewn", "ufa", "weryfik", "rzeczywist", "rzeteln", "urzędow", "wyłudz", "groźn", "ryzyk", "podrobion"],
  ru: ["достоверн", "верифиц", "реальн", "истинн", "заслуживающ", "обман", "угроз", "риск", "жульнич"],
  cs: ["spolehliv", "ověř", "věrohodn", "opravdov", "reáln", "garant", "úředn", "rizik", "hrozb", "padělan"],
  ja: ["信ぴょう", "安心", "検証", "認証", "真の", "確実", "リスク", "なりすまし", "ニセ", "悪意", "銀行から"],
  "zh-CN": ["信赖", "可靠", "验证", "认证", "真的", "真品", "正规", "风险", "冒充", "虚假", "恶意", "担保"],
};
/** Stems of a language's own words for those of the protocol: they are for the technical details only. */
const PROTOCOL: Readonly<Record<string, readonly string[]>> = {
  de: ["kopfzeile", "kopffeld", "dns", "hash"],
  fr: ["entête", "en-tête", "dns", "hachage"],
  es: ["cabecera", "encabezad", "dns", "hash"],
  it: ["intestazion", "dns", "hash"],
  "pt-BR": ["cabeçalh", "dns", "hash"],
  nl: ["kopregel", "dns", "hash"],
  pl: ["nagłów", "dns", "skrót"],
  ru: ["заголов", "dns", "хеш", "хэш"],
  cs: ["hlavič", "záhlav", "dns", "hash"],
  ja: ["ヘッダ", "dns", "ハッシュ"],
  "zh-CN": ["标头", "头部", "dns", "哈希", "散列"],
};

it("the element loads every language that somebody wrote, and no other", () => {
  expect([...LANGUAGES].sort()).toEqual(["en", "qps", ...TRANSLATIONS].sort());
});

describe.each(TRANSLATIONS)("the translation into %s", (language) => {
  const withoutSpaces = WITHOUT_SPACES.includes(language);

  it("has each placeholder as often as the English text", async () => {
    const english = textsOf(en);
    for (const [key, text] of await textsIn(language))
      expect(placeholders(text), key).toEqual(placeholders(english.get(key)!));
  });

  it("leaves nothing in English but names", async () => {
    const english = textsOf(en);
    const same = [...(await textsIn(language))].filter(
      ([key, text]) => text.includes(" ") && text === english.get(key),
    );
    expect(same.filter(([key]) => key !== "chip.third-party")).toEqual([]); // "via" is a word of several
  });

  it("says in short what has no spaces to count words by", async () => {
    for (const [key, text] of await textsIn(language)) {
      if (!withoutSpaces) continue;
      for (const sentence of text.replace(/\{[a-z]+\}/g, "").split("。"))
        expect(sentence.length, `${key}: ${sentence}`).toBeLessThanOrEqual(MAX_SENTENCE_CHARACTERS);
    }
  });

  it("has chips that fit beside a name", async () => {
    for (const [key, text] of await textsIn(language)) {
      if (!key.startsWith("chip.")) continue;
      const length = text.replace(/\{[a-z]+\}/g, "").length;
      expect(length, `${key}: ${text}`).toBeLessThanOrEqual(withoutSpaces ? MAX_CHIP_WITHOUT_SPACES : MAX_CHIP);
      // German nouns are written with a capital.
      if (language !== "de") expect(text.charAt(0), `${key} begins small`).toBe(text.charAt(0).toLowerCase());
    }
  });

  it("ends sentences where English does, and nothing else", async () => {
    const english = textsOf(en);
    for (const [key, text] of await textsIn(language)) {
      expect(/[.。]$/.test(text), `${key}: ${text}`).toBe(english.get(key)!.endsWith("."));
      expect(text, key).not.toMatch(/[.。]{2}|\s{2}|^\s|\s$/);
    }
  });

  it("promises nothing and alarms nobody, in its own words", async () => {
    for (const [key, text] of await textsIn(language))
      for (const stem of FORBIDDEN[language]!) expect(beginsWord(text, stem), `${key}: ${text}: ${stem}`).toBe(false);
  });

  it("keeps the protocol's words under the technical details", async () => {
    for (const [key, text] of await textsIn(language)) {
      if (key.startsWith("technical.")) continue;
      for (const stem of PROTOCOL[language]!) expect(beginsWord(text, stem), `${key}: ${stem}`).toBe(false);
    }
  });

  it("is set as the language is printed", async () => {
    for (const [key, text] of await textsIn(language)) {
      expect(text, key).not.toMatch(/['"`´]|\.\.\./);
      expect(text, key).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/);
      if (language === "fr") {
        expect(text, `${key}: U+202F before ; : ? »`).not.toMatch(/[^\u202f][;:?»]|«[^\u202f]/);
      } else {
        expect(text, `${key}: no space before a mark`).not.toMatch(/\s[.,;:?。，、；：？）]/);
      }
      if (withoutSpaces) {
        expect(text, `${key}: full-width marks`).not.toMatch(/[.,;:?()]/);
        expect(text, `${key}: a space where a domain meets a letter, none at a mark`).not.toMatch(
          /\p{L}\{|\}\p{L}|[。，、；：（）] | [。，、；：（）]/u,
        );
      } else {
        expect(text, `${key}: half-width marks`).not.toMatch(/[\u3000-\u303f\uff00-\uffef]/);
      }
    }
  });

  it("is written in letters of its own scripts", async () => {
    const { scripts } = await wordsOf(language);
    const others = new RegExp(`(?![${scripts.map((script) => `\\p{Script=${script}}`).join("")}ー])\\p{L}`, "u");
    for (const [key, text] of await textsIn(language)) {
      if (text === textsOf(en).get(key)) continue; // such as "Content-Type"
      expect(text.replace(/\{[a-z]+\}/g, ""), key).not.toMatch(others);
    }
  });
});

async function textsIn(language: string): Promise<Map<string, string>> {
  return textsOf(await wordsOf(language));
}

async function wordsOf(language: string): Promise<Strings> {
  return ((await import(`../../src/element/strings/${language}.ts`)) as { strings: Strings }).strings;
}

/** @returns every text by its path, such as `chip.author` */
function textsOf(strings: Strings): Map<string, string> {
  const groups = Object.entries(strings).filter(([, group]) => typeof group === "object" && !Array.isArray(group));
  return new Map(
    groups.flatMap(([group, texts]) =>
      Object.entries(texts as Record<string, string>).map(([code, text]) => [`${group}.${code}`, text] as const),
    ),
  );
}

function placeholders(text: string): string[] {
  return (text.match(/\{[^}]*\}/g) ?? []).sort();
}

function beginsWord(text: string, stem: string): boolean {
  if (/[\p{Script=Han}\p{Script=Katakana}]/u.test(stem)) return text.includes(stem);
  return new RegExp(`(?<!\\p{L})${stem}`, "iu").test(text);
}
