import { describe, expect, it } from "vitest";
import { BROWSERS, useBrowser } from "./page.js";
import { REPORTS } from "./reports.js";

const COUNT = 1000;

describe.each(BROWSERS)("a list of 1,000 messages, in %s", (name) => {
  const open = useBrowser(name);

  const fill = async (asked: Record<string, unknown>) => {
    const { page } = await open("<main></main>");
    return page.$eval(
      "main",
      async (main, count, reports, properties) => {
        const findings = Object.values(reports);
        const elements = Array.from({ length: count }, (_, at) => {
          const element = document.createElement("dkim-status");
          Object.assign(element, properties, { status: findings[at % findings.length] });
          return element;
        });
        const renders = new Map<Element, number>();
        const prototype = Object.getPrototypeOf(elements[0]) as { performUpdate: () => void };
        const { performUpdate } = prototype;
        prototype.performUpdate = function (this: Element) {
          renders.set(this, (renders.get(this) ?? 0) + 1);
          performUpdate.call(this);
        };
        main.append(...elements);
        await Promise.all(elements.map(({ updateComplete }) => updateComplete));
        const first = [...renders.values()];
        for (const element of elements) {
          element.trusted = "mx.example.net";
          element.status = findings[0]!;
          element.from = "kim@bank.example";
        }
        await Promise.all(elements.map(({ updateComplete }) => updateComplete));
        const nodesOf = (node: Node): number =>
          [...node.childNodes].reduce((sum, child) => sum + 1 + nodesOf(child), 0);
        const roots = elements.map(({ shadowRoot }) => shadowRoot!);
        return {
          sheets: new Set(roots.flatMap(({ adoptedStyleSheets }) => adoptedStyleSheets)).size,
          styles: roots.filter((root) => root.querySelector("style, link")).length,
          popovers: roots.filter((root) => root.querySelector("[popover]")).length,
          mostNodes: Math.max(...roots.map(nodesOf)),
          rendersPerChange: [...new Set(renders.values())],
          firstRenders: [...new Set(first)],
          loaded: performance.getEntriesByType("resource").filter(({ name: url }) => url.includes("dkim-status-"))
            .length,
        };
      },
      COUNT,
      REPORTS,
      asked,
    );
  };

  it("shares one style sheet, has no popover, at most 4 nodes a sign, and draws once a change", async () => {
    for (const show of ["notable", "all", "warnings"]) {
      const counted = await fill({ static: true, show });
      expect(counted, show).toMatchObject({
        sheets: 1,
        styles: 0,
        popovers: 0,
        firstRenders: [1],
        rendersPerChange: [2],
        loaded: 0,
      });
      expect(counted.mostNodes, show).toBeLessThanOrEqual(4);
    }
  });

  it("has no popover before one is opened where the signs are buttons", async () => {
    expect(await fill({ display: "label" })).toMatchObject({ sheets: 1, popovers: 0, rendersPerChange: [2] });
  });

  it("reads fields once a change, too, and verifies nothing that nobody asked for", async () => {
    const { page } = await open("<main></main>");
    const counted = await page.$eval("main", async (main) => {
      const elements = Array.from({ length: 100 }, () => document.createElement("dkim-status"));
      for (const element of elements) {
        element.static = true;
        element.results = ["mx.example.net; dkim=fail header.d=bank.example"];
        element.from = "kim@bank.example";
        element.trusted = "mx.example.net";
      }
      main.append(...elements);
      await Promise.all(elements.map(({ updateComplete }) => updateComplete));
      const urls = performance.getEntriesByType("resource").map(({ name: url }) => url);
      return {
        states: [...new Set(elements.map(({ currentStatus }) => currentStatus?.status.state))],
        chunks: urls.map((url) => /dkim-status-([a-z-]+)-/.exec(url)?.[1]).filter((chunk) => chunk !== undefined),
      };
    });
    expect(counted).toEqual({ states: ["invalid"], chunks: ["reader"] });
  });
});
