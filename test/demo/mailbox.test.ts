import { readFileSync } from "node:fs";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { SampleEntry } from "../../src/demo/types.js";
import { launch } from "../setup/launch.js";
import {
  axe,
  buttonCalled,
  chipSays,
  openPage,
  rowMark,
  SAMPLES,
  startDemo,
  textOf,
  type Demo,
  type OpenPage,
} from "./demo-page.js";

const entries = JSON.parse(readFileSync(`${SAMPLES}/index.json`, "utf8")) as SampleEntry[];

let demo: Demo;
let browser: Browser;
let opened: OpenPage | null = null;

beforeAll(async () => {
  demo = await startDemo();
  browser = await launch("chrome");
});

/** Whatever a test does: no violation of the policy, no error, and no request to anybody else. */
afterEach(async () => {
  const { page, faults } = opened!;
  expect(faults).toEqual([]);
  await page.close();
});

afterAll(async () => {
  await browser.close();
  demo.close();
});

async function open(path = ""): Promise<Page> {
  opened = await openPage(browser, demo.url, path);
  return opened.page;
}

const bodyOf = (page: Page) => textOf(page, ".message .text");

it("the page opens on the mailbox, with the newest message read and its domain named", async () => {
  const page = await open();
  await chipSays(page, "lakeside.example");
  expect(await page.$$(".list li")).toHaveLength(entries.length);
  expect(await textOf(page, ".message h2")).toBe("Keys for the boathouse");
  expect(await textOf(page, ".evidence")).toMatch(/pass[^]*lakeside\.example[^]*mx\.example\.net; dkim=pass/);
});

it("every row is in the state that its octets have, and draws what is notable", async () => {
  const page = await open();
  for (const { id, expected } of entries) {
    await page.waitForFunction(
      (selector, state) =>
        document.querySelector<HTMLElementTagNameMap["dkim-status"]>(selector)?.currentStatus?.status.state === state,
      {},
      `.list a[href="#${id}"] dkim-status`,
      expected.state,
    );
    const isNotable = ["third-party", "invalid", "malformed"].includes(expected.state) || expected.warnings.length > 0;
    expect((await rowMark(page, id)).isDrawn, id).toBe(isNotable);
  }
});

it("one letter changed by the button cracks the seal at once, and undo mends it", async () => {
  const page = await open();
  await chipSays(page, "lakeside.example");
  await (await buttonCalled(page, "Change one letter")).click();
  await chipSays(page, "signature does not match");
  await page.waitForFunction(() => document.querySelector(".message .text")?.textContent.includes("5719"));
  expect(await textOf(page, ".bar")).toContain("The signature does not match");
  expect((await rowMark(page, "own-domain")).isDrawn).toBe(true);
  expect(await textOf(page, ".changed")).toBe("Changed in line 35.");
  await (await buttonCalled(page, "Undo")).click();
  await chipSays(page, "lakeside.example");
  expect(await bodyOf(page)).toContain("4719");
  expect(await page.$(".bar")).toBeNull();
});

it("a letter changed by the button is taken back by the browser's own undo, too", async () => {
  const page = await open();
  await chipSays(page, "lakeside.example");
  await (await buttonCalled(page, "Change one letter")).click();
  await chipSays(page, "signature does not match");
  await page.keyboard.down("Control");
  await page.keyboard.press("z");
  await page.keyboard.up("Control");
  await chipSays(page, "lakeside.example");
});

it("a letter typed into the source cracks the seal, and taking it back mends it", async () => {
  const page = await open("#sibling-domain");
  await chipSays(page, "post.library.example");
  await page.focus(".source textarea");
  await page.keyboard.press("End");
  await page.$eval(".source textarea", (area) => {
    area.setSelectionRange(area.value.length - 5, area.value.length - 5);
  });
  await page.keyboard.type("x");
  await chipSays(page, "signature does not match");
  await page.keyboard.press("Backspace");
  await chipSays(page, "post.library.example");
});

it("the twins look the same in the list, and name two domains when they are open", async () => {
  const page = await open();
  const [one, other] = await page.$$eval(`.list a[href^="#twin-"]`, (rows) => rows.map((row) => row.innerText));
  expect(one).toBe(other);
  await page.click(`.list a[href="#twin-bank"]`);
  await chipSays(page, "bank.example");
  const said = await bodyOf(page);
  await page.click(`.list a[href="#twin-bank-login"]`);
  await chipSays(page, "bank-login.example");
  expect(await bodyOf(page)).toBe(said);
});

it("without trust in mx.example.net every field goes quiet, and with it they speak again", async () => {
  const page = await open("#tampered-header");
  await chipSays(page, "signature does not match");
  await page.click("#trust");
  await chipSays(page, "not checked");
  for (const { id, expected } of entries) {
    const { state } = await rowMark(page, id);
    // What is wrong with From itself, nobody has to be believed for.
    expect(state, id).toBe(expected.state === "malformed" ? "malformed" : "unknown");
  }
  await page.click("#trust");
  await chipSays(page, "signature does not match");
});

it("the mark opens the explanation, and Escape brings the reader back to it", async () => {
  const page = await open("#yahoo-groups");
  await chipSays(page, "yahoogroups.com");
  await page.click(".head dkim-status");
  const isOpen = () =>
    page.$eval(
      ".head dkim-status",
      (mark) => mark.shadowRoot!.querySelector("[popover]")?.matches(":popover-open") ?? false,
    );
  expect(await isOpen()).toBe(true);
  await page.keyboard.press("Escape");
  expect(await isOpen()).toBe(false);
});

it("the bar above a message has a button that opens the same explanation", async () => {
  const page = await open("#two-authors");
  await chipSays(page, "author unclear");
  await (await buttonCalled(page, "Details")).click();
  const isOpen = await page.$eval(
    ".head dkim-status",
    (mark) => mark.shadowRoot!.querySelector("[popover]")?.matches(":popover-open") ?? false,
  );
  expect(isOpen).toBe(true);
});

it("the whole first minute works with the keyboard alone", async () => {
  const page = await open();
  await chipSays(page, "lakeside.example");
  await page.focus(`.list a[aria-current]`);
  for (const domain of ["bank.example", "bank-login.example"]) {
    await page.keyboard.press("ArrowDown");
    await chipSays(page, domain);
  }
  const nameOfFocus = () => page.evaluate(() => (document.activeElement as HTMLElement).innerText);
  while ((await nameOfFocus()) !== "Change one letter") await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await chipSays(page, "signature does not match");
  await page.keyboard.down("Shift");
  await page.keyboard.press("Tab");
  await page.keyboard.up("Shift");
  expect(await nameOfFocus()).toBe("Undo");
  await page.keyboard.press("Enter");
  await chipSays(page, "bank-login.example");
  await page.focus("#trust");
  await page.keyboard.press("Space");
  await chipSays(page, "not checked");
});

it("a file of one's own is verified in the browser; without a network it is not checked, never broken", async () => {
  const page = await open();
  const [chooser] = await Promise.all([page.waitForFileChooser(), page.click("#open")]);
  await chooser.accept([new URL("own.eml", import.meta.url).pathname]);
  await chipSays(page, "not checked");
  expect(await textOf(page, ".message h2")).toBe("A letter of my own");
  expect(await textOf(page, ".evidence")).toMatch(/temperror[^]*elsewhere\.example[^]*key-lookup-failed/);
  expect(demo.asked).toEqual(["s1._domainkey.elsewhere.example"]);
});

it("a file that is dropped on the page is opened, and its markup stays text", async () => {
  const page = await open();
  await page.evaluate(() => {
    const files = new DataTransfer();
    const source =
      'From: "<b>x</b>" <x@one.example>\r\nSubject: <img src=x onerror=alert(1)>\r\n\r\n<script>alert(1)</script>\r\n';
    files.items.add(new File([source], "dropped.eml"));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
  });
  await chipSays(page, "not signed");
  expect(await textOf(page, ".message h2")).toBe("<img src=x onerror=alert(1)>");
  expect(await bodyOf(page)).toContain("<script>alert(1)</script>");
});

it("on a phone the list fills the page, then the message, and back leads to the list", async () => {
  const page = await open();
  await page.setViewport({ width: 390, height: 844 });
  await page.goto("about:blank");
  await page.goto(demo.url, { waitUntil: "networkidle0" });
  expect(await page.$(".message")).toBeNull();
  await page.click(`.list a[href="#unsigned"]`);
  await chipSays(page, "not signed");
  const isVisible = (selector: string) => page.$eval(selector, (node) => node.checkVisibility());
  expect(await isVisible(".list")).toBe(false);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect(await page.evaluate(() => document.activeElement?.className)).toBe("back");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector(".list")?.checkVisibility());
});

it("axe-core finds nothing, in light and in dark", async () => {
  for (const scheme of ["light", "dark"]) {
    const page = await open("#name-shows-other-address");
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await chipSays(page, "another address");
    expect(await axe(page), scheme).toEqual([]);
  }
});
