import { readdirSync, readFileSync } from "node:fs";
import type { Browser, Frame, Page } from "puppeteer-core";
import { afterAll, beforeAll } from "vitest";
import { launch } from "../setup/launch.js";
import { servePages, type PageServer } from "../setup/pages.js";

export const BROWSERS = ["chrome", "firefox"] as const;

const dist = new URL("../../dist/", import.meta.url);

/** The built script and what it loads, by their paths. */
export const SCRIPTS: Readonly<Record<string, Uint8Array>> = scripts();

function scripts(): Record<string, Uint8Array> {
  const files = readdirSync(dist).filter((file) => /^dkim-status.*\.js$/.test(file));
  if (!files.includes("dkim-status.js")) throw new Error("dist/dkim-status.js is missing; run: node build.mjs");
  return Object.fromEntries(files.map((file) => [`/${file}`, readFileSync(new URL(file, dist))]));
}

export const ELEMENT = '<script src="/dkim-status.js"></script>';

export interface PageOptions {
  /** Attributes of the root, such as `lang="de"`. */
  readonly root?: string;
  readonly style?: string;
  /** What the head has; without it, the element's script. */
  readonly head?: string;
  /** The page's own `/page.js`. */
  readonly script?: string;
  /** Of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Other files. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** CSS pixels. */
  readonly width?: number;
  readonly height?: number;
  readonly scale?: number;
  /** Before anything of the page runs. */
  readonly before?: () => void;
}

export interface OpenPage {
  readonly page: Page;
  readonly url: string;
  /** Errors and refusals that the browser told of. */
  readonly complaints: string[];
}

/** One real browser for the tests of a `describe`, with one page at a time that is served on loopback. */
export function useBrowser(
  name: (typeof BROWSERS)[number],
): (body: string, options?: PageOptions) => Promise<OpenPage> {
  let browser: Browser;
  let page: Page | null = null;
  let server: PageServer | null = null;
  let complaints: string[] = [];
  beforeAll(async () => {
    browser = await launch(name);
  });
  afterAll(async () => {
    await browser.close();
    await server?.close();
  });
  return async (body, options = {}) => {
    const { width = 800, height = 600, scale = 1, before } = options;
    if (before !== undefined || page === null) {
      await page?.close();
      page = await browser.newPage();
      const complain = (text: string) => {
        if (!text.includes("favicon")) complaints.push(text); // browsers ask for a page's icon on their own
      };
      page.on("pageerror", (error) => {
        complain(String(error));
      });
      page.on("console", (message) => {
        if (message.type() === "error") complain(message.text());
      });
    }
    if (before !== undefined) await page.evaluateOnNewDocument(before);
    await page.setViewport({ width, height, deviceScaleFactor: scale });
    await page.goto("about:blank"); // what the page before still loads ends with it, and is no complaint of this one
    const heard = (complaints = []);
    await server?.close();
    const { style = "", script = "", files = {}, headers } = options;
    const pages = {
      "/": documentOf(body, options),
      "/favicon.ico": "",
      "/page.css": style,
      "/page.js": script,
      ...files,
    };
    server = await servePages({ ...SCRIPTS, ...pages }, headers);
    await page.goto(server.url);
    const { url } = server;
    if (before === undefined) return { page, url, complaints: heard };
    const changed = page;
    page = null; // what ran before this page would run before the next one
    return { page: changed, url, complaints: heard };
  };
}

function documentOf(body: string, { root = 'lang="en"', head = ELEMENT, script }: PageOptions): string {
  const own = script === undefined ? "" : '<script src="/page.js" defer></script>';
  return `<!doctype html><html ${root}><head><meta charset="utf-8"><title>A page</title>
<link rel="stylesheet" href="/page.css">${head}${own}</head><body>${body}</body></html>`;
}

/** All text that a reader sees or hears of the element's shadow tree. */
export function shadowText(page: Page, selector = "dkim-status"): Promise<string> {
  return page.$eval(selector, async (host) => {
    await (host as unknown as { updateComplete: Promise<unknown> }).updateComplete;
    const texts: string[] = [];
    const walker = document.createTreeWalker(host.shadowRoot!, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(node.nodeValue ?? "");
    return texts.join("").replace(/\s+/g, " ").trim();
  });
}

/**
 * Clicks once: a locator of puppeteer may try again, and close what it has opened. What is to be visible is asked for in
 * each frame; else puppeteer waits for changes of the document, and sees none in shadow trees.
 */
export async function click(page: Page | Frame, selector: string): Promise<void> {
  const element = await page.waitForSelector(selector, { visible: true });
  await element!.click();
}
