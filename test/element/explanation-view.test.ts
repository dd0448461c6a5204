import { describe, expect, it } from "vitest";
import { ExplanationView } from "../../src/element/explanation-view.js";
import { Explanation } from "../../src/element/explanation.js";
import { elementStatusOf } from "../../src/element/report.js";
import { strings } from "../../src/element/strings/en.js";
import type { Strings } from "../../src/element/strings/types.js";
import { report, REPORTS } from "./reports.js";

/** What a template says, its own words left out. */
function wordsIn(node: unknown): string {
  if (typeof node === "string") return node;
  if (Array.isArray(node)) return node.map(wordsIn).join("");
  const { values = [] } = (node ?? {}) as { values?: readonly unknown[] };
  return values.map(wordsIn).join("\n");
}

function viewOf(rest: Parameters<typeof report>[2] = {}): ExplanationView {
  const status = elementStatusOf(report("unsigned", {}, rest), false)!;
  return new ExplanationView(status, new Explanation(status, strings, null), strings, null);
}

const inBody = (rest: Parameters<typeof report>[2]) => wordsIn(viewOf(rest).body(null));
const inLine = (name: "signer" | "checker", value: string) =>
  wordsIn(viewOf().text({ text: `{${name}}`, values: { [name]: value } }));
const subdomain = (length: number) => "s".repeat(length - ".bank.example".length);

describe("the text of a message is shown whole up to a length, and cut beyond", () => {
  it.each<[string, number, (length: number) => string, (length: number) => string]>([
    ["a domain in a line", 36, subdomain, (n) => inLine("signer", `${subdomain(n)}.bank.example`)],
    [
      "a domain in a row",
      64,
      subdomain,
      (n) =>
        inBody({ author: { address: `kim@${subdomain(n)}.bank.example`, domain: `${subdomain(n)}.bank.example` } }),
    ],
    [
      "a local part",
      64,
      (n) => "k".repeat(n),
      (n) => inBody({ author: { address: `${"k".repeat(n)}@bank.example`, domain: "bank.example" } }),
    ],
    ["another value", 253, (n) => "v".repeat(n), (n) => inLine("checker", "v".repeat(n))],
    ["the field", 2000, (n) => "f".repeat(n), (n) => inBody({ field: "f".repeat(n) })],
  ])("%s: %i characters", (_, most, text, shown) => {
    expect(shown(most)).toContain(text(most));
    expect(shown(most + 1)).not.toContain(text(most + 1));
    expect(shown(most + 1)).toContain("…");
  });
});

describe("between two sentences", () => {
  const sentencesIn = async (language: "en" | "ja" | "zh-CN") => {
    const { strings } = (await import(`../../src/element/strings/${language}.ts`)) as { strings: Strings };
    const status = elementStatusOf(REPORTS.author, false)!;
    return wordsIn(new ExplanationView(status, new Explanation(status, strings, null), strings, null).body(null));
  };

  it.each(["ja", "zh-CN"] as const)("there is no space in %s, whose full stop has one in itself", async (language) => {
    const words = await sentencesIn(language);
    expect(words).toContain("\u3002");
    expect(words).not.toMatch(/\u3002\n? /);
  });

  it("there is one in English", async () => {
    expect(await sentencesIn("en")).toMatch(/\. /);
  });
});
