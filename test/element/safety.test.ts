import { describe, expect, it } from "vitest";
import type { StatusReport } from "../../src/status/types.js";
import { BROWSERS, click, shadowText, useBrowser } from "./page.js";
import { attribute, report, REPORTS, tag } from "./reports.js";

const STRICT = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html",
};

const MARKUP = `<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>`;
const QUOTES = `"'><b onclick=alert(1)>\`\${1}</b>&amp;`;
const BIDI = "\u202emoc.knab\u2066\u200b\u0007\u0000";
const HOSTILE = { markup: MARKUP, quotes: QUOTES, "bidi controls": BIDI, megabyte: "x".repeat(1 << 20) };

/** The value wherever a finding has text. */
function everywhere(value: string): StatusReport {
  const properties = [{ ptype: "header", property: "d", value }];
  return report(
    "third-party",
    {
      signer: value,
      alignment: "none",
      concerns: [
        { code: `field-repeated:${value}`, level: "warn" },
        { code: `not-signed:${value}`, level: "note" },
      ],
    },
    {
      author: { address: `${value}@${value}`, domain: value },
      authservId: value,
      field: value,
      results: [
        { method: "dkim", methodVersion: 1, result: value, reason: value, properties },
        { method: "x-other", methodVersion: 1, result: value, reason: value, properties },
      ],
    },
  );
}

describe.each(BROWSERS)("a page with a strict policy, in %s", (name) => {
  const open = useBrowser(name);

  it("shows everything without one violation: signs, explanations, fields, languages and the Public Suffix List", async () => {
    const all = Object.values(REPORTS).flatMap((one) =>
      ["icon", "label", "full"].map((display) => tag(one, `display="${display}"`)),
    );
    const results = attribute(["mx.example.net; dkim=pass header.d=mail.bank.co.uk"]);
    const fields = `<dkim-status id="fields" from="kim@bank.co.uk" trusted="mx.example.net" results='${results}'></dkim-status>`;
    const { page, complaints } = await open(`${fields}${all.join("")}<p lang="qps">${tag(REPORTS.unsigned)}</p>`, {
      headers: STRICT,
      script: `
        globalThis.violations = [];
        document.addEventListener("securitypolicyviolation", ({ blockedURI, violatedDirective }) => {
          if (!blockedURI.includes("favicon")) violations.push(violatedDirective);
        });`,
    });
    await page.waitForFunction(() => document.querySelector("dkim-status")!.currentStatus?.status.state === "author");
    await click(page, "#fields >>> button");
    await page.waitForSelector("#fields >>> [data-side]", { visible: true });
    await click(page, "#fields >>> summary");
    expect(await page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations)).toEqual([]);
    expect(complaints).toEqual([]);
    const painted = await page.$eval(
      "#fields",
      ({ shadowRoot }) => getComputedStyle(shadowRoot!.querySelector("svg")!).width,
    );
    expect(painted, "the style sheet applies").toBe("16px");
  });
});

describe.each(BROWSERS)("hostile values, in %s", (name) => {
  const open = useBrowser(name);

  it.each(Object.entries(HOSTILE))("are text and nothing else: %s", async (_, value) => {
    const { page, complaints } = await open(
      `<dkim-status id="chip" display="label"></dkim-status><dkim-status id="full" display="full"></dkim-status>`,
      {
        headers: STRICT,
      },
    );
    const seen = await page.$$eval(
      "dkim-status",
      async (elements, finding) => {
        for (const element of elements) {
          element.status = finding;
          await element.updateComplete;
          element.open();
        }
        const all = elements.flatMap(({ shadowRoot }) => [...shadowRoot!.querySelectorAll("*")]);
        return {
          tags: [...new Set(all.map(({ localName }) => localName))].sort(),
          links: all.filter((element) => element.hasAttribute("href") || element.hasAttribute("src")).length,
          attributes: all.flatMap((element) => [...element.attributes].map(({ value: text }) => text)).join(" "),
          text: all.map(({ textContent }) => textContent).join(""),
          nodes: all.length,
          hacked: "hacked" in globalThis,
        };
      },
      everywhere(value),
    );
    expect(seen.tags.filter((tagName) => ["script", "img", "a", "iframe", "style"].includes(tagName))).toEqual([]);
    expect([seen.links, seen.hacked]).toEqual([0, false]);
    expect(seen.attributes).not.toContain(value.slice(0, 20));
    expect(seen.text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\u0000-\u0008]/);
    expect(seen.text.length, "what is shown is bounded").toBeLessThan(200_000);
    expect(seen.nodes).toBeLessThan(300);
    expect(complaints).toEqual([]);
  });

  it("stand in nodes that isolate their direction", async () => {
    const { page } = await open(tag(everywhere("\u05d0\u05d1.example"), 'display="full"'));
    await shadowText(page);
    const outside = await page.$eval("dkim-status", ({ shadowRoot }) => {
      const walker = document.createTreeWalker(shadowRoot!, NodeFilter.SHOW_TEXT);
      const found: string[] = [];
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (/[\u05d0-\u05ea]/.test(node.nodeValue!) && !node.parentElement!.closest("bdi")) found.push(node.nodeValue!);
      }
      return found;
    });
    expect(outside).toEqual([]);
  });

  it("in fields do no harm either, and the work for them grows with their length and no more", async () => {
    const { page, complaints } = await open("<dkim-status trusted='mx.example.net'></dkim-status>", {
      headers: STRICT,
    });
    const fields: Record<string, string> = {
      "10,000 results in a field": "mx.example.net" + "; dkim=pass header.d=bank.example".repeat(10_000),
      "a comment that never ends": "mx.example.net; dkim=pass " + "(".repeat(1 << 19),
      "a megabyte of backslashes": 'mx.example.net; dkim=pass reason="' + "\\".repeat(1 << 20),
      markup: `mx.example.net; dkim=pass reason="${MARKUP.replace(/"/g, "")}" header.d=bank.example`,
    };
    for (const [what, value] of Object.entries(fields)) {
      const state = await page.$eval(
        "dkim-status",
        async (element, field) => {
          element.results = [field];
          element.from = "kim@bank.example";
          await element.updateComplete;
          return [element.currentStatus?.status.state, element.currentStatus!.results.length <= 20];
        },
        value,
      );
      expect(["author", "unknown"], what).toContain(state[0]);
      expect(state[1], what).toBe(true);
    }
    const many = await page.$eval("dkim-status", async (element) => {
      element.results = Array.from({ length: 10_000 }, () => "other.example; dkim=pass header.d=bank.example");
      await element.updateComplete;
      return element.currentStatus?.status.state;
    });
    expect(many).toBe("unknown");
    expect(complaints).toEqual([]);
  });
});
