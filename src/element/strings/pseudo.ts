import { strings as english } from "./en.js";
import type { Strings, Text } from "./types.js";

const ACCENTED: Readonly<Record<string, string>> = { a: "å", e: "ē", i: "ï", o: "ø", u: "ů", c: "ç", n: "ñ", y: "ÿ" };

/**
 * A language that nobody speaks, made of the English one: about 40 % longer and from right to left, to see in a page
 * whether words have room. BCP 47 keeps its tag for private use.
 */
export const strings: Strings = { ...stretchedGroups(), language: "qps", direction: "rtl", scripts: english.scripts };

function stretchedGroups(): Strings {
  const groups = Object.entries(english).map(([group, texts]): [string, unknown] =>
    typeof texts === "object" && !Array.isArray(texts)
      ? [
          group,
          Object.fromEntries(
            Object.entries(texts as Record<string, Text>).map(([code, text]) => [code, stretched(text)]),
          ),
        ]
      : [group, texts],
  );
  return Object.fromEntries(groups) as unknown as Strings;
}

/** Placeholders stay as they are. The words between two marks of direction run from right to left. */
function stretched(text: Text): Text {
  const letters = text.replace(/\{[a-z]+\}|[aeioucny]/g, (found) => ACCENTED[found] ?? found);
  const longer = "·".repeat(Math.ceil(text.replace(/\{[a-z]+\}/g, "").length * 0.4));
  return `\u200f${letters}${longer}\u200f`;
}
