import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { servePages } from "../setup/pages.js";
import { BROWSERS, SCRIPTS, shadowText, useBrowser } from "./page.js";
import { attribute, REPORTS, tag } from "./reports.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const RESULTS = attribute(["mx.example.net; dkim=pass header.d=mail.bank.co.uk"]);
const FIELDS = `<dkim-status from="kim@bank.co.uk" trusted="mx.example.net" results='${RESULTS}' display="label"></dkim-status>`;

/** As a page's own bundler makes it. */
async function bundle(): Promise<Record<string, Uint8Array>> {
  const { outputFiles } = await build({
    stdin: { contents: 'import "./dist/element.js";', resolveDir: root },
    bundle: true,
    splitting: true,
    format: "esm",
    outdir: "unused",
    write: false,
    logLevel: "silent",
  });
  return Object.fromEntries(outputFiles.map(({ path, contents }) => [`/${basename(path)}`, contents]));
}

describe.each(BROWSERS)("the element is loaded, in %s", (name) => {
  const open = useBrowser(name);

  it("as a module by a bundler, which finds what is loaded later", async () => {
    const { page, complaints } = await open(`${FIELDS}<p lang="qps">${tag(REPORTS.unsigned, 'display="label"')}</p>`, {
      head: '<script type="module" src="/stdin.js"></script>',
      files: await bundle(),
    });
    await page.waitForFunction(() => document.querySelector("dkim-status")!.currentStatus?.status.state === "author");
    await page.waitForFunction(
      () => document.querySelector("p dkim-status")!.shadowRoot!.querySelector("button")?.dir === "rtl",
    );
    expect(complaints).toEqual([]);
  });

  it("as a script from another origin, beside which it finds what is loaded later", async () => {
    const elsewhere = await servePages(SCRIPTS, { "access-control-allow-origin": "*" });
    try {
      const { page, complaints } = await open(FIELDS, {
        head: `<script src="${elsewhere.url}dkim-status.js?v=1"></script>`,
      });
      await page.waitForFunction(() => document.querySelector("dkim-status")!.currentStatus?.status.state === "author");
      expect(await shadowText(page)).toBe("Signature: mail.bank.co.uk");
      const urls = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name: url }) => url));
      const loaded = urls.filter((url) => url.includes("/dkim-status-"));
      expect(loaded).toHaveLength(2);
      for (const url of loaded) expect(url.startsWith(elsewhere.url), url).toBe(true);
      expect(complaints).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  it("without what reads fields, where that cannot be had, says that nobody has checked", async () => {
    const missing = Object.fromEntries(
      Object.keys(SCRIPTS)
        .filter((path) => path.includes("-reader-"))
        .map((path) => [path, "throw 0"]),
    );
    const { page } = await open(FIELDS, { files: missing });
    await page.waitForFunction(() => document.querySelector("dkim-status")!.currentStatus !== null);
    const { state, reasons } = await page.$eval("dkim-status", (element) => element.currentStatus!.status);
    expect([state, reasons]).toEqual(["unknown", ["verifier-failed"]]);
  });
});
