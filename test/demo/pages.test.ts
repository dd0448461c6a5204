import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ATTACK_CASES } from "../../src/demo/page/gallery-attacks.js";
import { STATUS_CASES } from "../../src/demo/page/gallery-statuses.js";
import { launch } from "../setup/launch.js";
import { axe, openPage, startDemo, type Demo } from "./demo-page.js";

let demo: Demo;
let browser: Browser;

beforeAll(async () => {
  demo = await startDemo();
  browser = await launch("chrome");
});

afterAll(async () => {
  await browser.close();
  demo.close();
});

const drawn = (page: Page, selector: string) =>
  page.$$eval(selector, (marks) => marks.filter((mark) => mark.shadowRoot?.querySelector("svg")).length);

it("the gallery shows every status as icon, label and explanation, in light and in dark", async () => {
  const { page, faults } = await openPage(browser, demo.url, "gallery.html");
  const isDrawnInLists = STATUS_CASES.filter(({ report }) => report.status.state !== "checking").length;
  for (const scheme of ["light", "dark"]) {
    const panel = `[data-scheme=${scheme}]`;
    expect(await drawn(page, `#signs ${panel} dkim-status[static]`)).toBe(isDrawnInLists);
    expect(await drawn(page, `#signs ${panel} td:nth-of-type(2) dkim-status`)).toBe(STATUS_CASES.length);
    expect(await drawn(page, `#signs ${panel} dkim-status[display=label]`)).toBe(STATUS_CASES.length);
    expect(await drawn(page, `#explanations ${panel} dkim-status`)).toBe(STATUS_CASES.length);
  }
  expect(faults).toEqual([]);
});

it("the gallery speaks every language of the element", async () => {
  const { page, faults } = await openPage(browser, demo.url, "gallery.html");
  const languages = await page.$$eval("#language option", (options) => options.map(({ value }) => value));
  expect(languages).toContain("en");
  const headline = () =>
    page.$eval("#explanations dkim-status", (mark) => mark.shadowRoot!.querySelector("[part~=headline]")!.textContent);
  const english = await headline();
  for (const language of languages.filter((tag) => tag !== "en")) {
    await page.select("#language", language);
    await page.waitForFunction(
      (tag) =>
        document
          .querySelector("#explanations dkim-status")!
          .shadowRoot!.querySelector("[lang]")!
          .getAttribute("lang") === tag,
      {},
      language,
    );
    expect(await headline(), language).not.toBe(english);
  }
  expect(faults).toEqual([]);
});

it("no message of the attack cases has the bank vouch for it, and none is markup", async () => {
  const { page, faults } = await openPage(browser, demo.url, "gallery.html");
  const signers = await page.$$eval("#attacks dkim-status", (marks) => marks.map((mark) => mark.currentStatus?.status));
  expect(signers).toHaveLength(ATTACK_CASES.length);
  for (const status of signers) {
    expect(status).toBeDefined();
    expect(status!.signer).not.toBe("bank.example");
  }
  expect(await page.$$("#attacks img, #attacks script")).toEqual([]);
  expect(faults).toEqual([]);
});

it("plain HTML, React and Vue draw their marks, from what is shown beside them", async () => {
  const { page, faults } = await openPage(browser, demo.url, "embedding.html");
  expect(await drawn(page, "#html dkim-status")).toBe(3);
  expect(await drawn(page, "#react dkim-status")).toBe(6);
  expect(await drawn(page, "#vue dkim-status")).toBe(6);
  const states = (id: string) =>
    page.$$eval(`#${id} dkim-status`, (marks) => marks.map((mark) => mark.currentStatus?.status.state));
  expect(await states("html")).toEqual(["author", "third-party", "invalid"]);
  expect(await states("react")).toEqual(["author", "third-party", "author", "invalid", "malformed", "unsigned"]);
  expect(await states("vue")).toEqual(await states("react"));
  const sources = await page.$$eval("code", (codes) => codes.map((code) => code.innerText));
  expect(sources[0]).toContain(`results='["mx.example.net; dkim=pass header.d=lakeside.example"]'`);
  expect(sources[1]).toContain("<dkim-status static");
  expect(sources[2]).toContain('h("dkim-status"');
  expect(faults).toEqual([]);
});

it.each(["gallery.html", "embedding.html"])("axe-core finds nothing in %s, in light and in dark", async (path) => {
  for (const scheme of ["light", "dark"]) {
    const { page } = await openPage(browser, demo.url, path);
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    const violations = await axe(page);
    // The pseudo-locale is no language, and is told from all by that.
    expect(
      violations.filter((violation) => violation !== 'valid-lang: <div lang="qps" dir="rtl">'),
      scheme,
    ).toEqual([]);
  }
});
