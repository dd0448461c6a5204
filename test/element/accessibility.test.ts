import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "puppeteer-core";
import { describe, expect, it } from "vitest";
import { BROWSERS, click, shadowText, useBrowser } from "./page.js";
import { REPORTS, tag } from "./reports.js";

const axeScript = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"));

/** Elastic's surfaces, on which the brief has the contrasts. */
const THEMES = {
  light: ":root { color-scheme: light } body { background: #ebf9ff; color: #2c363a }",
  dark: ":root { color-scheme: dark } body { background: #374549; color: #d5dcdf }",
};

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: unknown; readonly failureSummary: string }[];
}
declare global {
  var axe: { run(context: unknown): Promise<{ violations: Violation[]; passes: { id: string }[] }> };
}

/** What axe finds in the elements of the page; the rest of the page is only its ground. */
async function violations(page: Page): Promise<{ found: string[]; passed: string[] }> {
  await page.addScriptTag({ url: "/axe.js" });
  return page.evaluate(async () => {
    const result = await axe.run({ include: [["dkim-status"]] });
    return {
      found: result.violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${JSON.stringify(target)} ${failureSummary}`),
      ),
      passed: result.passes.map(({ id }) => id),
    };
  });
}

const everyDisplay = Object.values(REPORTS)
  .flatMap((one) => [tag(one, "static show=all"), tag(one), tag(one, 'display="label"'), tag(one, 'display="full"')])
  .join("");

describe.each(BROWSERS)("axe finds nothing, in %s", (name) => {
  const open = useBrowser(name);

  it.each(Object.entries(THEMES))("in any status and display, %s", async (_, style) => {
    const { page } = await open(`<main><h1>Signs</h1>${everyDisplay}</main>`, {
      style,
      files: { "/axe.js": axeScript },
    });
    await shadowText(page);
    const { found, passed } = await violations(page);
    expect(found).toEqual([]);
    expect(passed).toEqual(expect.arrayContaining(["color-contrast", "button-name"]));
  });

  it.each(Object.entries(THEMES))("in the open explanation with its details, %s", async (_, style) => {
    for (const one of [REPORTS["third-party"], REPORTS.caution, REPORTS.invalid]) {
      const field = "mx.example.net; dkim=pass header.d=yahoogroups.com";
      const { page } = await open(`<main><h1>Signs</h1>${tag({ ...one, field }, 'display="label"')}</main>`, {
        style,
        files: { "/axe.js": axeScript },
      });
      await click(page, "dkim-status >>> button");
      await page.waitForSelector("dkim-status >>> [data-side]", { visible: true });
      await click(page, "dkim-status >>> summary");
      const { found, passed } = await violations(page);
      expect(found).toEqual([]);
      expect(passed).toContain("aria-dialog-name");
    }
  });
});

describe.each(BROWSERS)("axe finds nothing in an explanation that offers to check, in %s", (name) => {
  const open = useBrowser(name);

  it.each(Object.entries(THEMES))("%s", async (_, style) => {
    const waiting = '<dkim-status results="[]" from="kim@bank.example" verify-on-request display="full"></dkim-status>';
    const { page } = await open(`<main><h1>Signs</h1>${waiting}</main>`, {
      style,
      files: { "/axe.js": axeScript },
      script: 'document.querySelector("dkim-status").verifier = () => new Promise(() => {});',
    });
    await page.waitForSelector("dkim-status >>> [part=check]", { visible: true });
    const { found, passed } = await violations(page);
    expect(found).toEqual([]);
    expect(passed).toEqual(expect.arrayContaining(["color-contrast", "button-name"]));
  });
});

interface Named {
  readonly role: string;
  readonly name: string;
}

describe("what a screen reader is told", () => {
  const open = useBrowser("chrome");

  /** Chromium's accessibility tree, as lines. */
  const told = async (page: Page): Promise<string[]> => {
    const tree = await page.accessibility.snapshot({ interestingOnly: true });
    const lines: string[] = [];
    const walk = (node: Named & { readonly children?: readonly Named[] }, depth: number): void => {
      const text = node.name
        .replace(/[\u2068\u2069]/g, "")
        .replace(/\s+/g, " ")
        .trim();
      lines.push(`${"  ".repeat(depth)}${node.role} ${text}`.trimEnd());
      for (const child of node.children ?? []) walk(child, depth + 1);
    };
    for (const child of (tree as unknown as { children?: Named[] }).children ?? []) walk(child, 0);
    return lines;
  };

  it.each(Object.entries(REPORTS))("of %s", async (_, finding) => {
    const { page } = await open(
      ["static show=all", "", 'display="label"'].map((attributes) => `<p>${tag(finding, attributes)}</p>`).join(""),
    );
    await shadowText(page);
    expect((await told(page)).join("\n")).toMatchSnapshot();
  });

  it("in the open explanation", async () => {
    const { page } = await open(tag(REPORTS["third-party"], 'display="label"'));
    await click(page, "dkim-status >>> button");
    await page.waitForSelector("dkim-status >>> [data-side]", { visible: true });
    expect((await told(page)).join("\n")).toMatchSnapshot();
  });
});

describe.each(BROWSERS)("readers with other needs, in %s", (name) => {
  const open = useBrowser(name);

  it("who want less motion see no pulse", async () => {
    const { page } = await open(tag(REPORTS.checking));
    await shadowText(page);
    const animation = () =>
      page.$eval("dkim-status", ({ shadowRoot }) => getComputedStyle(shadowRoot!.querySelector("svg")!).animationName);
    expect(await animation()).not.toBe("none");
    if (name === "firefox") return; // BiDi cannot set the preference
    await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
    expect(await animation()).toBe("none");
    await page.emulateMediaFeatures([]);
  });

  it("who print get the sign and its words, but no open box and no buttons to press", async () => {
    const { page } = await open(tag(REPORTS["third-party"], 'display="label"'));
    await click(page, "dkim-status >>> button");
    await page.waitForSelector("dkim-status >>> [data-side]", { visible: true });
    if (name === "firefox") return; // BiDi cannot emulate the medium
    await page.emulateMediaType("print");
    const shown = await page.$eval("dkim-status", ({ shadowRoot }) => [
      shadowRoot!.querySelector("[part~=label]")!.checkVisibility(),
      shadowRoot!.querySelector("[popover]")!.checkVisibility(),
    ]);
    await page.emulateMediaType();
    expect(shown).toEqual([true, false]);
  });
});
