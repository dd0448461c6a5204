import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const dist = new URL("../../dist/", import.meta.url);
const text = (file: string) => readFileSync(new URL(file, dist), "utf8");

describe("the built element", () => {
  // lit is 6.0 of it, the English words 2.9, the styles 1.7. What reads header fields would be 13 more: it is a module
  // beside the script, because a page that hands over findings never needs it.
  it("is a classic script under 20 kB gzip, with lit and English inside", () => {
    expect(gzipSync(text("dkim-status.js"), { level: 9 }).length).toBeLessThan(20_000);
  });

  it("has beside it what it loads, by names that change with the content, and nothing that loads more by another name", () => {
    const files = readdirSync(dist);
    for (const script of ["dkim-status.js", "element.js"]) {
      const loaded = [...text(script).matchAll(/"\.\/(dkim-status-[a-z-]+-[0-9A-Z]{8}\.js)"/gi)].map(
        (match) => match[1],
      );
      expect(loaded.length, script).toBeGreaterThanOrEqual(5);
      for (const file of loaded) expect(files, script).toContain(file);
    }
  });

  it("keeps lit as an import for bundlers", () => {
    expect(text("element.js")).toMatch(/from"lit"/);
  });

  it("never parses a text as HTML, and never runs one", () => {
    const own = text("element.js") + files(/^dkim-status-reader/).join("");
    expect(own).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|unsafeHTML|unsafeSVG|document\.write|\beval\(|new Function|\.href=/,
    );
  });
});

describe("the custom-elements manifest", () => {
  it("names the element with its attributes, members, events, parts, properties and states", () => {
    const manifest = JSON.parse(text("custom-elements.json")) as {
      modules: { declarations: Record<string, { name: string; description?: string }[]>[] }[];
    };
    const [declaration] = manifest.modules[0]!.declarations;
    const names = (group: string) => declaration![group]!.map(({ name }) => name);
    expect(declaration!["tagName"]).toBe("dkim-status");
    expect(names("attributes")).toEqual(
      expect.arrayContaining(["display", "show", "static", "trusted", "results", "from"]),
    );
    expect(names("members")).toEqual(
      expect.arrayContaining(["status", "headers", "verifier", "currentStatus", "notice", "open"]),
    );
    expect(names("members").filter((name) => name.startsWith("#") || name === "render")).toEqual([]);
    expect(names("events")).toEqual(["dkim-status-change"]);
    const parts = new Set(
      [...files(/^element\.js$/)[0]!.matchAll(/part="([a-z -]+)"/g)].flatMap((match) => match[1]!.split(" ")),
    );
    expect(names("cssParts")).toEqual(expect.arrayContaining([...parts]));
    for (const property of text("element.js").match(/--dkim-status-[a-z-]+/g)!)
      expect(names("cssProperties")).toContain(property);
    for (const group of ["attributes", "members", "cssParts", "cssProperties"]) {
      for (const entry of declaration![group]!) expect(entry.description, entry.name).toBeTruthy();
    }
  });
});

function files(name: RegExp): string[] {
  return readdirSync(dist)
    .filter((file) => name.test(file))
    .map(text);
}
