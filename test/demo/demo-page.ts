import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import axeCore, { type AxeResults } from "axe-core";
import type { Browser, ElementHandle, Page } from "puppeteer-core";
import { createKeyLookup } from "../../src/demo/key-lookup.js";
import { readMailbox } from "../../src/demo/mailbox.js";
import { createDemoServer } from "../../src/demo/server.js";
import { DnsError, type Resolver } from "../../src/dkim/resolver.js";
import { readZone } from "../../src/dns/zone.js";

export const SAMPLES = new URL("../../assets/samples", import.meta.url).pathname;
const DIST = new URL("../../dist", import.meta.url).pathname;

export interface Demo {
  readonly url: string;
  /** Names that were asked of the system's resolver. */
  readonly asked: string[];
  close(): void;
}

/** The demo as `npm run build` made it, on a free port; the system's resolver is one without a network. */
export async function startDemo(): Promise<Demo> {
  const asked: string[] = [];
  const system: Resolver = {
    resolveTxt: (name) => {
      asked.push(name);
      throw new DnsError("temporary", `${name}: no network`);
    },
  };
  const server = createDemoServer({
    pages: `${DIST}/demo`,
    element: DIST,
    mailbox: await readMailbox(SAMPLES),
    lookUpKey: createKeyLookup(readZone(readFileSync(`${SAMPLES}/zone.json`, "utf8")), system),
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    asked,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A page of the demo, and what went wrong on it. */
export interface OpenPage {
  readonly page: Page;
  /** Errors, violations of the policy, and requests that leave the demo's server. */
  readonly faults: string[];
}

export async function openPage(browser: Browser, url: string, path = ""): Promise<OpenPage> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warn") faults.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(url)) faults.push(`asked ${request.url()}`);
  });
  await page.setViewport({ width: 1440, height: 900 });
  await page.exposeFunction("reportViolation", (text: string) => faults.push(text));
  await page.evaluateOnNewDocument(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
      void (window as unknown as { reportViolation(text: string): Promise<void> }).reportViolation(
        `${violatedDirective} ${blockedURI}`,
      );
    });
  });
  await page.goto(url + path, { waitUntil: "networkidle0" });
  return { page, faults };
}

/** Waits until the chip beside "From" says it. */
export async function chipSays(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (expected) => {
      const chip = document.querySelector(".head dkim-status")?.shadowRoot?.querySelector("[part~=chip]");
      return (chip as HTMLElement | null | undefined)?.innerText.includes(expected);
    },
    {},
    text,
  );
}

/** The state that the mark of a row is in, and whether it is drawn. */
export function rowMark(page: Page, id: string): Promise<{ state: string | undefined; isDrawn: boolean }> {
  return page.$eval(`.list a[href="#${id}"] dkim-status`, (mark) => ({
    state: mark.currentStatus?.status.state,
    isDrawn: mark.shadowRoot!.querySelector("svg") !== null,
  }));
}

export async function buttonCalled(page: Page, name: string): Promise<ElementHandle> {
  const button = await page.waitForSelector(`::-p-aria(${name}[role="button"])`);
  if (button === null) throw new Error(`no button ${name}`);
  return button;
}

export function textOf(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, (node) => (node as HTMLElement).innerText);
}

/** What axe-core finds, from a world of its own: the page's policy stays as it is. */
export async function axe(page: Page): Promise<string[]> {
  const session = await page.createCDPSession();
  const { frameTree } = await session.send("Page.getFrameTree");
  const { executionContextId } = await session.send("Page.createIsolatedWorld", { frameId: frameTree.frame.id });
  const { result } = await session.send("Runtime.evaluate", {
    expression: `${axeCore.source}; axe.run()`,
    contextId: executionContextId,
    awaitPromise: true,
    returnByValue: true,
  });
  const { violations } = result.value as AxeResults;
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`);
}
