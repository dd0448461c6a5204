import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Page } from "puppeteer-core";
import { describe, expect, it } from "vitest";
import { BROWSERS, shadowText, useBrowser } from "./page.js";
import { report, REPORTS, tag } from "./reports.js";

const icons = new URL("../../assets/icons/", import.meta.url);
const artefacts = new URL("../../artefacts/", import.meta.url);

const GLYPHS = {
  author: REPORTS.author,
  "third-party": REPORTS["third-party"],
  invalid: REPORTS.invalid,
  malformed: REPORTS.malformed,
  caution: REPORTS.caution,
  unsigned: REPORTS.unsigned,
  unknown: REPORTS.unknown,
  checking: report("checking", { reasons: ["verification-pending"] }),
};
const SIZES = [16, 20, 24];
/** The brief's grounds: ordinary rows and Elastic's selected ones, and the selected rows of larry and classic. */
const GROUNDS = {
  light: "color-scheme: light; background: #fff; color: #2c363a",
  "light, marked": "color-scheme: light; background: #ebf9ff; color: #2c363a",
  dark: "color-scheme: dark; background: #21292c; color: #d5dcdf",
  "dark, marked": "color-scheme: dark; background: #374549; color: #d5dcdf",
  "larry, selected": "color-scheme: light; background: #019bc6; color: #000; --dkim-status-ink: currentColor",
  "classic, selected": "color-scheme: light; background: #c33; color: #fff; --dkim-status-ink: currentColor",
} as const;

/** Contrast of a sign to its ground. WCAG 2.2, 1.4.11 */
const LEAST_CONTRAST = 3;
/** Pixels of ink in which any two signs of 16 px differ, of 256. */
const LEAST_DIFFERENCE = 40;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** RGB, row by row. */
  readonly data: readonly number[];
}

/** What the screen shows of each sign, read back from a screenshot by the browser's own decoder. */
async function pixelsOf(page: Page, selector: string): Promise<Pixels[]> {
  const boxes = await page.$$eval(selector, (all) =>
    all.map((element) => {
      const { x, y, width, height } = element.shadowRoot!.querySelector("svg")!.getBoundingClientRect();
      return { x: x + scrollX, y: y + scrollY, width, height };
    }),
  );
  const shot = await page.screenshot({ fullPage: true, encoding: "base64" });
  return page.evaluate(
    async (image, areas) => {
      const octets = Uint8Array.from(atob(image), (character) => character.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([octets], { type: "image/png" }));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext("2d")!;
      context.drawImage(bitmap, 0, 0);
      return areas.map(({ x, y, width, height }) => {
        const { data } = context.getImageData(Math.round(x), Math.round(y), Math.round(width), Math.round(height));
        return {
          width: Math.round(width),
          height: Math.round(height),
          data: [...data].filter((_, at) => at % 4 !== 3),
        };
      });
    },
    shot,
    boxes,
  );
}

function luminance(pixels: Pixels, at: number): number {
  const [r, g, b] = [0, 1, 2].map((channel) => {
    const value = pixels.data[at * 3 + channel]! / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** Between the ground, which is in a corner, and what is furthest from it. */
function contrast(pixels: Pixels): number {
  const ground = luminance(pixels, 0);
  const ratios = Array.from({ length: pixels.width * pixels.height }, (_, at) => {
    const [dark, light] = [ground, luminance(pixels, at)].sort((a, b) => a - b);
    return (light! + 0.05) / (dark! + 0.05);
  });
  return Math.max(...ratios);
}

/** How much of each pixel is ink, from 0 to 1. */
function ink(pixels: Pixels): number[] {
  const values = Array.from({ length: pixels.width * pixels.height }, (_, at) => luminance(pixels, at));
  const ground = values[0]!;
  const furthest = Math.max(...values.map((value) => Math.abs(value - ground)));
  return values.map((value) => Math.abs(value - ground) / furthest);
}

const STYLE = `
  section { padding: 4px 12px } p { display: flex; gap: 12px; margin: 6px 0 }
  ${SIZES.map((size) => `.s${size} { --dkim-status-icon-size: ${size}px }`).join(" ")}
  dkim-status::part(chip) { margin: 0 } dkim-status::part(icon) { animation: none }`;

const still = `${STYLE} ${Object.entries(GROUNDS)
  .map(([name, style]) => `[data-ground="${name}"] { ${style} }`)
  .join(" ")}`;

const signs = (asked: string) =>
  Object.entries(GROUNDS)
    .map(
      ([name]) =>
        `<section data-ground="${name}">${SIZES.map(
          (size) =>
            `<p class="s${size}">${Object.values(GLYPHS)
              .map((finding) => tag(finding, asked))
              .join("")}</p>`,
        ).join("")}</section>`,
    )
    .join("");

function keep(name: string, image: Uint8Array): void {
  mkdirSync(artefacts, { recursive: true });
  writeFileSync(new URL(name, artefacts), image);
}

describe.each(BROWSERS)("the seal family, in %s", (name) => {
  const open = useBrowser(name);
  const selector = (ground: string, size: number) => `[data-ground="${ground}"] .s${size} dkim-status`;

  it.each(["icon", "label"])("has contrast on every ground, in every size, as %s", async (display) => {
    const { page } = await open(signs(`display="${display}"`), { style: still, width: 1400 });
    await shadowText(page);
    keep(`glyphs-${name}-${display}.png`, await page.screenshot({ fullPage: true }));
    for (const ground of Object.keys(GROUNDS)) {
      for (const size of SIZES) {
        const all = await pixelsOf(page, selector(ground, size));
        expect(all).toHaveLength(Object.keys(GLYPHS).length);
        for (const [at, glyph] of Object.keys(GLYPHS).entries()) {
          expect(contrast(all[at]!), `${glyph} of ${size} px, ${ground}`).toBeGreaterThanOrEqual(LEAST_CONTRAST);
        }
      }
    }
  });

  it("has glyphs of 16 px that differ from each other by 40 px of ink, without any colour", async () => {
    const { page } = await open(signs(""), { style: `${still} dkim-status { filter: grayscale(1) }`, width: 1400 });
    await shadowText(page);
    keep(`glyphs-${name}-grey.png`, await page.screenshot({ fullPage: true }));
    const glyphs = Object.keys(GLYPHS);
    for (const ground of ["light", "dark"]) {
      const inks = (await pixelsOf(page, selector(ground, 16))).map(ink);
      for (let a = 0; a < glyphs.length; a++) {
        for (let b = a + 1; b < glyphs.length; b++) {
          const difference = inks[a]!.reduce((sum, value, at) => sum + Math.abs(value - inks[b]![at]!), 0);
          expect(difference, `${glyphs[a]!} and ${glyphs[b]!}, ${ground}`).toBeGreaterThanOrEqual(LEAST_DIFFERENCE);
        }
      }
    }
  });

  it("draws the mark of a pass in its colour only beside the name of a domain", async () => {
    const { page } = await open(
      ["", 'display="label"'].map((asked) => tag(REPORTS.author, asked) + tag(REPORTS["third-party"], asked)).join(""),
    );
    await shadowText(page);
    const colours = await page.$$eval("dkim-status", (all) =>
      all.map(({ shadowRoot }) => getComputedStyle(shadowRoot!.querySelector("svg")!).color),
    );
    expect(colours).toEqual(["rgb(92, 102, 108)", "rgb(92, 102, 108)", "rgb(11, 110, 79)", "rgb(61, 79, 176)"]);
  });
});

describe("the seal family with forced colours, in chrome", () => {
  const open = useBrowser("chrome");

  it("takes the system's colours", async () => {
    const { page } = await open(signs('static show="all"') + tag(REPORTS.author, 'id="label" display="label"'), {
      style: STYLE,
    });
    const session = await page.createCDPSession();
    await session.send("Emulation.setEmulatedMedia", { features: [{ name: "forced-colors", value: "active" }] });
    await shadowText(page);
    keep("glyphs-chrome-forced.png", await page.screenshot({ fullPage: true }));
    const [own, system] = await page.$eval("#label", ({ shadowRoot }) => {
      const probe = document.createElement("span");
      probe.style.color = "ButtonText";
      document.body.append(probe);
      return [getComputedStyle(shadowRoot!.querySelector("svg")!).color, getComputedStyle(probe).color];
    });
    expect(own).toBe(system);
    for (const one of await pixelsOf(page, "section dkim-status:not(:state(checking))")) {
      expect(contrast(one)).toBeGreaterThanOrEqual(LEAST_CONTRAST);
    }
    await session.send("Emulation.setEmulatedMedia", { features: [] });
  });
});

describe("the icons' files", () => {
  it("are small, alone, and have nothing but shapes in one colour on a grid of 16", () => {
    const files = readdirSync(icons);
    expect(files.sort()).toEqual([...Object.keys(GLYPHS), "close", "unequal"].map((glyph) => `${glyph}.svg`).sort());
    for (const file of files) {
      const svg = readFileSync(new URL(file, icons), "utf8");
      expect(svg, file).toMatch(
        /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 16 16">\s*<(path|circle)[^<>]*\/>\s*<\/svg>\s*$/,
      );
      expect(svg, file).toContain("currentColor");
      expect(svg.replaceAll('"none"', "").match(/(?:fill|stroke)="(?!currentColor)[#a-z]/), file).toBeNull();
      expect(svg.length, file).toBeLessThan(500);
    }
  });
});
