import { describe, expect, it } from "vitest";
import type { DkimStatusElement } from "../../src/element/define.js";
import { BROWSERS, ELEMENT, shadowText, useBrowser } from "./page.js";
import { attribute, report, REPORTS, tag } from "./reports.js";

const PASS = "mx.example.net; dkim=pass header.d=bank.example";
const FROM = "Kim <kim@bank.example>";
const HEADERS = `Authentication-Results: ${PASS}\r\nFrom: ${FROM}\r\nSubject: x\r\n\r\n`;

const fields = (results: readonly string[], attributes = "") =>
  `<dkim-status from="${FROM.replace(/</g, "&lt;")}" results='${attribute(results)}' ${attributes}></dkim-status>`;

describe.each(BROWSERS)("what <dkim-status> is given, in %s", (name) => {
  const open = useBrowser(name);

  /** Waits until the element has nothing more to do, and says what it knows. */
  const stateOf = (page: Awaited<ReturnType<typeof open>>["page"]) =>
    page.$eval("dkim-status", async (element) => {
      await element.updateComplete;
      return element.currentStatus?.status.state ?? null;
    });

  it("draws nothing without input", async () => {
    const { page } = await open("<dkim-status></dkim-status>");
    expect(await stateOf(page)).toBeNull();
    expect(await page.$eval("dkim-status", (element) => element.shadowRoot!.childElementCount)).toBe(0);
    expect(await page.$eval("dkim-status", (element) => element.getBoundingClientRect().width)).toBe(0);
  });

  it.each(Object.entries(REPORTS))("shows a finding of the core: %s", async (_, finding) => {
    const { page, complaints } = await open(tag(finding, 'display="label"'));
    expect(await stateOf(page)).toBe(finding.status.state);
    expect(
      await page.$eval("dkim-status", (element, state) => element.matches(`:state(${state})`), finding.status.state),
    ).toBe(true);
    const checked = await page.$eval("dkim-status", ({ currentStatus }) => currentStatus!.checked);
    expect(checked).toBe(finding.authservId === null ? null : "on-arrival");
    expect(complaints).toEqual([]);
  });

  it("reads Authentication-Results values and the author", async () => {
    const { page, complaints } = await open(fields([PASS], 'trusted="mx.example.net"'));
    expect(await stateOf(page)).toBe("author");
    expect(complaints).toEqual([]);
  });

  it("reads a raw header block: octets, or their text", async () => {
    const { page } = await open('<dkim-status trusted="other.example mx.example.net"></dkim-status>');
    for (const kind of ["text", "octets"]) {
      const state = await page.$eval(
        "dkim-status",
        async (element, headers, as) => {
          element.headers = as === "text" ? headers : new TextEncoder().encode(headers);
          await element.updateComplete;
          return element.currentStatus?.status.state;
        },
        HEADERS,
        kind,
      );
      expect(state, kind).toBe("author");
    }
  });

  it("believes nothing while nobody is trusted, whatever the fields say", async () => {
    for (const attributes of ["", 'trusted=""', 'trusted="  "', 'trusted="mx.example.ne"']) {
      const { page } = await open(fields([PASS], attributes));
      expect(await stateOf(page), attributes).toBe("unknown");
    }
  });

  it("takes status before headers, and headers before results", async () => {
    const { page } = await open(fields([PASS], 'trusted="mx.example.net"'));
    const states = await page.$eval(
      "dkim-status",
      async (element, unsigned, headers) => {
        const seen: (string | undefined)[] = [];
        const look = async () => {
          await element.updateComplete;
          seen.push(element.currentStatus?.status.state);
        };
        await look();
        element.headers = headers.replace("pass", "fail");
        await look();
        element.status = unsigned;
        await look();
        element.status = null;
        await look();
        element.headers = null;
        await look();
        return seen;
      },
      REPORTS.unsigned,
      HEADERS,
    );
    expect(states).toEqual(["author", "invalid", "unsigned", "invalid", "author"]);
  });

  it("takes properties as it takes attributes, also those that were set before it was defined", async () => {
    const { page } = await open("<dkim-status></dkim-status>", { head: "" });
    await page.$eval(
      "dkim-status",
      (element, pass, from) => {
        Object.assign(element, { results: [pass], from: [from], trusted: "mx.example.net", display: "label" });
      },
      PASS,
      FROM,
    );
    await page.addScriptTag({ url: "/dkim-status.js" });
    expect(await stateOf(page)).toBe("author");
    expect(await shadowText(page)).toBe("Signature: bank.example");
    expect(await page.$eval("dkim-status", (element) => element.getAttributeNames())).toEqual([]);
  });

  it("says that something of another shape cannot be read, and draws no good sign for it", async () => {
    const { page, complaints } = await open("<dkim-status></dkim-status>");
    for (const value of [{}, { state: "good" }, "author", 7, { status: { state: "author " } }]) {
      const state = await page.$eval(
        "dkim-status",
        async (element, wrong) => {
          element.status = wrong as never;
          await element.updateComplete;
          return element.currentStatus?.status.state;
        },
        value,
      );
      expect(state, JSON.stringify(value)).toBe("unknown");
    }
    expect(complaints).toEqual([]);
  });

  it("keeps no sign of the message before where it is given what nobody can draw", async () => {
    const { page } = await open(tag(REPORTS.author, 'display="label"'));
    await page.$eval("dkim-status", async (element) => {
      await element.updateComplete;
      element.status = { ...element.currentStatus!, author: {} } as never;
      await element.updateComplete.catch(() => undefined);
    });
    expect(await shadowText(page)).toBe("");
  });

  it("takes a results attribute that is no JSON as no results", async () => {
    const { page } = await open(
      `<dkim-status from="a@b.example" trusted="b.example" results="nonsense"></dkim-status>`,
    );
    expect(await stateOf(page)).toBe("unknown");
  });

  it("tells of a change by an event that bubbles out of shadow trees, with a frozen detail, once a change", async () => {
    const { page } = await open('<div id="outer"></div>');
    const heard = await page.evaluate(
      async (author, unsigned) => {
        const seen: unknown[] = [];
        const deeplyFrozen = (value: unknown): boolean =>
          typeof value !== "object" ||
          value === null ||
          (Object.isFrozen(value) && Object.values(value).every(deeplyFrozen));
        document.addEventListener("dkim-status-change", (event) => {
          const { detail } = event as CustomEvent<DkimStatusElement["currentStatus"]>;
          seen.push([detail?.status.state ?? null, deeplyFrozen(detail), event.composed]);
        });
        const root = document.querySelector("#outer")!.attachShadow({ mode: "open" });
        const element = document.createElement("dkim-status");
        element.status = author;
        root.append(element);
        await element.updateComplete;
        element.display = "label";
        await element.updateComplete;
        element.status = structuredClone(author);
        await element.updateComplete;
        element.status = unsigned;
        await element.updateComplete;
        element.status = null;
        await element.updateComplete;
        return [seen, Object.isFrozen(author)];
      },
      REPORTS.author,
      REPORTS.unsigned,
    );
    expect(heard).toEqual([
      [
        ["author", true, true],
        ["unsigned", true, true],
        [null, true, true],
      ],
      false,
    ]);
  });

  it("draws in a list what is notable, and by show what is asked for", async () => {
    const drawn = async (attributes: string) => {
      const { page } = await open(
        Object.values(REPORTS)
          .map((finding) => tag(finding, attributes))
          .join(""),
      );
      return page.$$eval("dkim-status", (elements) =>
        elements
          .filter(({ shadowRoot }) => shadowRoot!.querySelector("svg"))
          .map(({ currentStatus }) => currentStatus!.status.state),
      );
    };
    const all = Object.values(REPORTS).map(({ status }) => status.state);
    const warnings = ["invalid", "invalid", "malformed", "author"];
    expect(await drawn("")).toEqual(all);
    expect(await drawn("static")).toEqual(["third-party", ...warnings]);
    expect(await drawn('static show="warnings"')).toEqual(warnings);
    expect(await drawn('static show="all"')).toEqual(all.filter((state) => state !== "checking"));
    expect(await drawn('show="nonsense"')).toEqual(["third-party", ...warnings]);
  });

  it("opens nothing and takes no Tab stop where it is static", async () => {
    const { page } = await open(`${tag(REPORTS.invalid, "static")}${tag(REPORTS.invalid, 'static display="label"')}`);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("BODY");
    expect(
      await page.$$eval("dkim-status", (all) =>
        all.map(({ shadowRoot }) => shadowRoot!.querySelector("button, [popover]")),
      ),
    ).toEqual([null, null]);
  });

  it("gives a static sign its words as a hint for the pointer, and leaves a title of the page's own", async () => {
    const { page } = await open(tag(REPORTS.invalid, "static") + tag(REPORTS.invalid, 'static title="Mine"'));
    const hints = await page.$$eval(
      "dkim-status",
      async (all, unsigned) => {
        const seen = [all.map(({ title }) => title)];
        for (const element of all) {
          element.status = unsigned;
          await element.updateComplete;
        }
        seen.push(all.map((element) => element.getAttribute("title") ?? "none"));
        return seen;
      },
      REPORTS.unsigned,
    );
    expect(hints).toEqual([
      ["Signature does not match", "Mine"],
      ["none", "Mine"],
    ]);
  });

  it("says in words what it draws, for a page's own use", async () => {
    const { page } = await open(tag(REPORTS.caution) + tag(REPORTS.author, "static"));
    const said = await page.$$eval("dkim-status", (all) =>
      all.map(({ description, notice }) =>
        notice === null
          ? [description]
          : [description, notice.code, notice.level, notice.content.textContent, notice.details],
      ),
    );
    expect(said).toEqual([
      [
        "Only partly signed",
        "partly-signed",
        "warn",
        "Only part of this message is signed. The rest may have been added by others.",
        "Details",
      ],
      [""],
    ]);
  });

  it("may be defined twice, and by two copies", async () => {
    const { page, complaints } = await open(tag(REPORTS.author), { head: ELEMENT + ELEMENT });
    expect(await stateOf(page)).toBe("author");
    expect(complaints).toEqual([]);
  });

  it("shows the whole explanation in the page as display=full", async () => {
    const { page } = await open(tag(REPORTS["third-party"], 'display="full"'));
    const text = await shadowText(page);
    expect(text).toContain("Signed by yahoogroups.com, not by bank.example");
    expect(text).toContain("Author’s address kim@bank.example");
    expect(await page.$eval("dkim-status", ({ shadowRoot }) => shadowRoot!.querySelector("button"))).toBeNull();
  });

  it("knows a subdomain's organization only after it has loaded the Public Suffix List", async () => {
    const results = [PASS.replace("header.d=bank.example", "header.d=mail.bank.co.uk")];
    const { page } = await open(
      `<dkim-status trusted="mx.example.net" results='${attribute(results)}' from="kim@bank.co.uk"></dkim-status>`,
      {
        script: `
          const seen = (globalThis.seen = []);
          document.addEventListener("dkim-status-change", ({ detail }) => seen.push(detail.status));`,
      },
    );
    await page.waitForFunction(() => document.querySelector("dkim-status")!.currentStatus?.status.state === "author");
    const loaded = await page.evaluate(() => performance.getEntriesByType("resource").map((entry) => entry.name));
    expect(loaded.filter((url) => url.includes("public-suffix-list"))).toHaveLength(1);
    const { alignment } = await page.$eval("dkim-status", (element) => element.currentStatus!.status);
    expect(alignment).toBe("organization");
  });

  it("loads nothing for a finding, and only what reads fields for fields", async () => {
    const names = async (body: string) => {
      const { page } = await open(body);
      await stateOf(page);
      const urls = await page.evaluate(() => performance.getEntriesByType("resource").map((entry) => entry.name));
      return urls
        .map((url) => /dkim-status(?:-([a-z-]+)-\w+)?\.js/.exec(url)?.[1])
        .filter((chunk) => chunk !== undefined);
    };
    expect(await names(tag(report("author", { signer: "bank.example", alignment: "exact" })))).toEqual([]);
    expect(await names(fields([PASS], 'trusted="mx.example.net"'))).toEqual(["reader"]);
  });
});
