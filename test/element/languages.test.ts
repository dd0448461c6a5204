import { describe, expect, it } from "vitest";
import { LANGUAGES } from "../../src/element/languages.js";
import { BROWSERS, click, shadowText, useBrowser } from "./page.js";
import { report, REPORTS, tag } from "./reports.js";

const LONG = `${"a".repeat(60)}.${"b".repeat(60)}.${"c".repeat(60)}.bank.example`;

describe.each(BROWSERS)("the language of the words, in %s", (name) => {
  const open = useBrowser(name);
  const SIGN = tag(REPORTS.unsigned, 'display="label"');

  it("is English in a page that names none, or one that nobody wrote words for", async () => {
    for (const root of ["", 'lang=""', 'lang="tlh"', 'lang="x-private"', 'lang="en-GB"']) {
      const { page } = await open(SIGN, { root });
      expect(await shadowText(page), root).toBe("Signature: not signed");
    }
  });

  it.each(LANGUAGES)("is that of the page: %s", async (language) => {
    const { page, complaints } = await open(SIGN, { root: `lang="${language}"` });
    await page.waitForFunction(
      (wanted) => document.querySelector("dkim-status")!.shadowRoot!.querySelector("button")?.lang === wanted,
      {},
      language,
    );
    const [lang, dir, text] = await page.$eval("dkim-status", ({ shadowRoot }) => {
      const button = shadowRoot!.querySelector("button")!;
      return [button.lang, button.dir, button.textContent];
    });
    expect([lang, dir]).toEqual([language, language === "qps" ? "rtl" : "ltr"]);
    if (language !== "en") expect(text).not.toContain("not signed");
    expect(complaints).toEqual([]);
  });

  it("is that of the nearest ancestor, across shadow trees, and of the element before all", async () => {
    const { page } = await open('<section lang="qps"><div id="host"></div></section>', { root: 'lang="en"' });
    const langs = await page.$eval(
      "#host",
      async (host, status) => {
        const element = document.createElement("dkim-status");
        element.status = status;
        element.display = "label";
        host.attachShadow({ mode: "open" }).append(element);
        const seen: (string | undefined)[] = [];
        for (const lang of ["", "en", "qps"]) {
          if (lang !== "") element.lang = lang;
          const drawn = () => element.shadowRoot!.querySelector("button")?.lang;
          for (let tries = 0; tries < 100 && drawn() !== (lang || "qps"); tries++) {
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
          seen.push(drawn());
        }
        return seen;
      },
      REPORTS.unsigned,
    );
    expect(langs).toEqual(["qps", "en", "qps"]);
  });

  it("changes with the page's", async () => {
    const { page } = await open(SIGN);
    await page.evaluate(() => {
      document.documentElement.lang = "qps";
    });
    await page.waitForFunction(
      () => document.querySelector("dkim-status")!.shadowRoot!.querySelector("button")?.dir === "rtl",
    );
  });

  it("is loaded once for all elements, and not for a page in English", async () => {
    const loads = async (root: string) => {
      const { page } = await open(SIGN.repeat(5), { root });
      await shadowText(page);
      return page.evaluate(
        () => performance.getEntriesByType("resource").filter(({ name: url }) => /dkim-status-/.test(url)).length,
      );
    };
    expect(await loads('lang="qps"')).toBe(1);
    expect(await loads('lang="en"')).toBe(0);
  });

  it("is English where the language's file cannot be had", async () => {
    const { page } = await open(SIGN, {
      head: "",
      root: 'lang="qps"',
      files: { "/elsewhere/dkim-status.js": "" },
      script: `
        fetch("/dkim-status.js").then((answer) => answer.text()).then((text) => {
          const script = document.createElement("script");
          script.textContent = text.replace(/-pseudo-/g, "-missing-");
          document.head.append(script);
        });`,
    });
    await page.waitForFunction(
      () => document.querySelector("dkim-status")!.shadowRoot?.textContent.includes("not signed") === true,
    );
  });

  it("is English for as long as the words do not come, which does not keep the sign from being drawn", async () => {
    const { page } = await open(SIGN, {
      root: 'lang="qps"',
      head: "",
      script: `
        fetch("/dkim-status.js").then((answer) => answer.text()).then((text) => {
          globalThis.come = null;
          const script = document.createElement("script");
          script.textContent = text.replace(/import\\(new URL\\("[^"]*-pseudo-[^)]*\\)\\.href\\)/, "new Promise((resolve) => { globalThis.come = resolve; })");
          document.head.append(script);
        });`,
    });
    const says = (text: string) =>
      page.waitForFunction(
        (words) => document.querySelector("dkim-status")!.shadowRoot?.textContent.includes(words) === true,
        {},
        text,
      );
    await says("not signed");
    await page.evaluate(() => {
      const { come, DkimStatus } = globalThis as unknown as {
        come: (module: object) => void;
        DkimStatus: { english: { chip: object } };
      };
      const { english } = DkimStatus;
      come({ strings: { ...english, language: "qps", chip: { ...english.chip, unsigned: "too late" } } });
    });
    await says("too late");
  });

  it("can be handed over by the page itself", async () => {
    const { page } = await open(SIGN, {
      root: 'lang="tlh"',
      script: `
        const words = { ...DkimStatus.english, language: "tlh", chip: { ...DkimStatus.english.chip, unsigned: "Qa'be'" } };
        DkimStatus.addLanguage(words);`,
    });
    await page.$eval("dkim-status", (element) => {
      element.requestUpdate();
    });
    expect(await shadowText(page)).toBe("Signature: Qa'be'");
  });
});

describe.each(BROWSERS)("domains, in %s", (name) => {
  const open = useBrowser(name);
  const signed = (domain: string, attributes = 'display="label"') =>
    tag(report("third-party", { signer: domain, alignment: "none" }), attributes);

  it("are cut at the start, and the organization's stays whole and bold", async () => {
    const { page } = await open(signed(LONG));
    expect(await shadowText(page)).toMatch(/^Signature: via …c+\.bank\.example$/);
    const bold = await page.$eval("dkim-status", ({ shadowRoot }) => {
      const organization = shadowRoot!.querySelector("b")!;
      return [organization.textContent, Number(getComputedStyle(organization).fontWeight)];
    });
    expect(bold).toEqual(["bank.example", 700]);
  });

  it("have the bold part that the Public Suffix List knows once the explanation is open", async () => {
    const { page } = await open(signed("evil.github.io"));
    await click(page, "dkim-status >>> button");
    await page.waitForFunction(
      () => document.querySelector("dkim-status")!.shadowRoot!.querySelector("b")?.textContent === "evil.github.io",
    );
  });

  it("of 253 octets fit into the narrowest place", async () => {
    const { page } = await open(
      `<div style="width: 120px">${signed(`${"d".repeat(63)}.${"e".repeat(63)}.${"f".repeat(60)}.${"g".repeat(63)}`)}</div>`,
      { width: 320 },
    );
    const width = await page.$eval("dkim-status", (element) => element.getBoundingClientRect().width);
    expect(width).toBeLessThanOrEqual(320);
    await click(page, "dkim-status >>> button");
    await page.waitForSelector("dkim-status >>> [data-side]", { visible: true });
    const overflow = await page.$eval("dkim-status", ({ shadowRoot }) => {
      const content = shadowRoot!.querySelector("[part~=explanation]")!;
      return content.scrollWidth - content.clientWidth;
    });
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it("are A-labels, but for those wholly in letters of the reader's language, which have the A-label beside them", async () => {
    const bücher = "xn--bcher-kva.example";
    const apple = "xn--80ak6aa92e.com"; // all Cyrillic before the dot
    for (const [domain, shown] of [
      [bücher, "bücher.example"],
      [apple, apple],
    ] as const) {
      const { page } = await open(signed(domain));
      expect(await shadowText(page)).toBe(`Signature: via ${domain}`);
      await click(page, "dkim-status >>> button");
      await page.waitForFunction(() =>
        performance.getEntriesByType("resource").some(({ name: url }) => url.includes("-letters-")),
      );
      await page.waitForFunction(
        (text) =>
          document
            .querySelector("dkim-status")!
            .shadowRoot!.querySelector("[part~=headline]")
            ?.textContent.includes(text) === true,
        {},
        shown,
      );
      const other = await page.$eval(
        "dkim-status",
        ({ shadowRoot }) => shadowRoot!.querySelector("[part~=a-label]")?.textContent ?? null,
      );
      expect(other).toBe(shown === domain ? null : domain);
    }
  });
});
