import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as library from "../../src/index.js";
import { zoneResolver } from "../../src/dns/zone.js";
import { domainOf } from "../../src/message/domain.js";
import { octetsOf } from "../../src/message/octets.js";
import { launch } from "../setup/launch.js";
import { servePages, type PageServer } from "../setup/pages.js";
import { makeKey, NOW, outcomes, resolverOf, zoneOf } from "../support/dkim.js";
import { conformanceCases, type Case } from "./cases.js";
import type { ConformancePage } from "./page.js";
import { runConformance, type Answer } from "./run.js";

declare const conformance: ConformancePage;

const now = NOW.toISOString();
let cases: Case[];
let onNode: Answer[];
let inChromium: Answer[];
let server: PageServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  cases = await conformanceCases();
  onNode = await runConformance(library, zoneResolver, cases, now);
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL("page.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  server = await servePages({ "/": PAGE, "/page.js": bundle.outputFiles[0]!.text });
  browser = await launch("chrome");
  page = await browser.newPage();
  await page.goto(server.url);
  inChromium = await page.evaluate((all, at) => conformance.run(all, at), cases, now);
}, 120_000);

afterAll(async () => {
  await browser.close();
  await server.close();
});

const PAGE = `<!doctype html><meta charset="utf-8"><title>conformance</title><script type="module" src="/page.js"></script>`;

describe("one suite on Node and in Chromium", () => {
  it("answers every case as expected, on both", () => {
    const expected = cases.map(({ id, expected: results }) => ({ id, outcomes: results }));
    expect(cases.length).toBeGreaterThan(90);
    expect(onNode.map(({ id, outcomes: results }) => ({ id, outcomes: results }))).toEqual(expected);
    expect(inChromium.map(({ id, outcomes: results }) => ({ id, outcomes: results }))).toEqual(expected);
  });

  it("answers the same in every detail", () => {
    expect(inChromium).toEqual(onNode);
  });

  it("reads domains alike", async () => {
    const names = [
      "example.org",
      "EXAMPLE.org",
      "münchen.example",
      "MÜNCHEN.example",
      "ｂank.com",
      "bank​.com",
      "xn--mnchen-3ya.example",
    ];
    names.push(
      "straße.example",
      "a_b.example",
      "-a.example",
      "bank.com.",
      "com",
      "1.2.3.4",
      "xn--a.example",
      "xn--.example",
      "пример.example",
    );
    expect(await page.evaluate((all) => conformance.domains(all), names)).toEqual(names.map(domainOf));
  });

  it.each(["rsa", "ed25519"] as const)("verifies on Node what Chromium signs: %s", async (type) => {
    const { key, ...rest } = makeKey("example.org", "s1", type);
    const message = "From: a@example.org\r\nSubject: Hi\r\n\r\nHello.\r\n";
    const fields = await page.evaluate(
      (text, domain, selector, pem, at) => conformance.sign(text, domain, selector, pem, at),
      message,
      key.domain,
      key.selector,
      key.privateKey as string,
      now,
    );
    expect(await outcomes(octetsOf(fields + message), resolverOf(zoneOf({ key, ...rest })))).toEqual(["pass"]);
  });
});
