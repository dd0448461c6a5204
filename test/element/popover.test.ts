import type { Frame, Page } from "puppeteer-core";
import { describe, expect, it } from "vitest";
import { drawn } from "../support/drawn.js";
import { BROWSERS, click, ELEMENT, useBrowser } from "./page.js";
import { report, REPORTS, tag } from "./reports.js";

const SIGN = tag(REPORTS["third-party"], 'display="label"');
const OUTSIDE = '<p id="outside">Elsewhere</p>';

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Whether the explanation is shown, and where things are. */
function look(
  page: Page,
): Promise<{ open: boolean; focus: string; box: Box; icon: Box; caret: number; side: string | null }> {
  return page.$eval("dkim-status", (host) => {
    const root = host.shadowRoot!;
    const popover = root.querySelector<HTMLElement>("[part~=popover]");
    const boxOf = (element: Element | null | undefined) => {
      const { left, top, right, bottom } = element?.getBoundingClientRect() ?? new DOMRect();
      return { left, top, right, bottom };
    };
    const focused = document.activeElement === host ? root.activeElement : document.activeElement;
    return {
      open: popover?.matches(":popover-open") ?? false,
      focus: focused?.getAttribute("part") ?? focused?.tagName.toLowerCase() ?? "",
      box: boxOf(popover),
      icon: boxOf(root.querySelector("button [part~=icon]")),
      caret: Number.parseFloat(popover?.style.getPropertyValue("--caret") ?? ""),
      side: popover?.getAttribute("data-side") ?? null,
    };
  });
}

async function openByMouse(page: Page): Promise<void> {
  await click(page, "dkim-status >>> button");
  await toggled(page, true);
}

/** Opening and closing are told by an event that the browser queues; the button says that it has come. */
async function toggled(page: Page | Frame, isOpen: boolean): Promise<void> {
  await page.waitForFunction(
    (expanded) =>
      document
        .querySelector("dkim-status")!
        .shadowRoot!.querySelector("button[part~=button]")!
        .getAttribute("aria-expanded") === expanded,
    {},
    String(isOpen),
  );
  await drawn(page);
}

describe.each(BROWSERS)("the explanation, in %s", (name) => {
  const open = useBrowser(name);

  it("is not in the DOM before it is opened, and the button names it", async () => {
    const { page } = await open(SIGN);
    const before = await page.$eval("dkim-status", ({ shadowRoot }) => shadowRoot!.querySelector("[popover]"));
    expect(before).toBeNull();
    await openByMouse(page);
    const aria = await page.$eval("dkim-status", ({ shadowRoot }) => {
      const popover = shadowRoot!.querySelector("[popover]")!;
      const button = shadowRoot!.querySelector("button")!;
      return {
        role: popover.getAttribute("role"),
        label: shadowRoot!.getElementById(popover.getAttribute("aria-labelledby")!)?.textContent,
        target: button.popoverTargetElement === popover,
        expanded: button.getAttribute("aria-expanded"),
      };
    });
    expect(aria).toEqual({
      role: "dialog",
      label: "Signed by yahoogroups.com, not by bank.example",
      target: true,
      expanded: "true",
    });
  });

  it("takes the focus in, and Escape gives it back", async () => {
    const { page } = await open(SIGN + OUTSIDE);
    await page.keyboard.press("Tab");
    expect((await look(page)).focus).toBe("button chip");
    await page.keyboard.press("Enter");
    await toggled(page, true);
    expect(await look(page)).toMatchObject({ open: true, focus: "popover" });
    await page.keyboard.press("Tab");
    expect((await look(page)).focus).toBe("close");
    await page.keyboard.press("Escape");
    await toggled(page, false);
    expect(await look(page)).toMatchObject({ open: false, focus: "button chip" });
    await page.keyboard.press(" ");
    await toggled(page, true);
    expect((await look(page)).open, "and opens again by the space bar").toBe(true);
  });

  it("closes by its visible button, by a click elsewhere, and by the sign itself", async () => {
    const { page } = await open(`${SIGN}<p id="outside" style="margin-top: 500px">Elsewhere</p>`);
    const ways = {
      close: () => click(page, "dkim-status >>> [part~=close]"),
      outside: () => click(page, "#outside"),
      sign: () => click(page, "dkim-status >>> button"),
      script: () =>
        page.$eval("dkim-status", (element) => {
          element.close();
        }),
    };
    for (const [way, act] of Object.entries(ways)) {
      await page.$eval("dkim-status", (element) => {
        element.open();
      });
      await toggled(page, true);
      expect((await look(page)).open, way).toBe(true);
      await act();
      await toggled(page, false);
      const { open: stillOpen, focus } = await look(page);
      expect(stillOpen, way).toBe(false);
      expect(focus, way).toBe("button chip");
    }
  });

  it("closes when the reader clicks into a frame, such as a message's body", async () => {
    const { page } = await open(
      `${SIGN}<iframe srcdoc="A body" style="position: fixed; right: 0; bottom: 0; width: 200px; height: 100px"></iframe>`,
    );
    await openByMouse(page);
    await page.mouse.click(700, 550);
    await toggled(page, false);
    expect((await look(page)).open).toBe(false);
  });

  it("has a hit area of 24 by 24 pixels on each of its controls", async () => {
    const { page } = await open(tag(REPORTS.unknown) + SIGN);
    await openByMouse(page);
    const sizes = await page.$$eval("dkim-status", (all) =>
      all.flatMap(({ shadowRoot }) =>
        [...shadowRoot!.querySelectorAll("button")].map((button) => {
          const { width, height } = button.getBoundingClientRect();
          return Math.min(width, height);
        }),
      ),
    );
    expect(sizes).toHaveLength(3);
    for (const size of sizes) expect(size).toBeGreaterThanOrEqual(24);
  });

  const PLACES = {
    "upper left": "left: 0; top: 0",
    "upper right": "right: 0; top: 0",
    "lower left": "left: 0; bottom: 0",
    "lower right": "right: 0; bottom: 0",
    middle: "left: 380px; top: 280px",
  };
  const VIEWS = {
    "": { root: 'lang="en"' },
    ", from right to left": { root: 'lang="qps" dir="rtl"' },
    ", at 200 %": { root: 'lang="en"', width: 640, height: 400, scale: 2 },
  };
  const cases = Object.entries(VIEWS).flatMap(([view, options]) =>
    Object.entries(PLACES).map(([place, style]) => ({ where: place + view, options, style })),
  );

  it.each(cases)("stands within the viewport and touches the icon: $where", async ({ options, style }) => {
    const { page } = await open(SIGN, { style: `dkim-status { position: fixed; ${style} }`, ...options });
    await page.waitForSelector("dkim-status >>> button", { visible: true });
    await openByMouse(page);
    const { width, height } = page.viewport()!;
    const { box, icon, caret, side } = await look(page);
    expect(box.left).toBeGreaterThanOrEqual(0);
    expect(box.top).toBeGreaterThanOrEqual(0);
    expect(box.right).toBeLessThanOrEqual(width);
    expect(box.bottom).toBeLessThanOrEqual(height);
    const tip = side === "below" ? box.top - 8 - icon.bottom : icon.top - 8 - box.bottom;
    expect(Math.abs(tip), "the tip of the caret is at the icon's edge").toBeLessThanOrEqual(1);
    const middle = box.left + caret;
    expect(middle).toBeGreaterThan(icon.left - 18);
    expect(middle).toBeLessThan(icon.right + 18);
  });

  it("follows the icon when the page is scrolled", async () => {
    const { page } = await open(`<div style="height: 200px"></div>${SIGN}<div style="height: 2000px"></div>`);
    await openByMouse(page);
    await page.evaluate(() => {
      scrollTo(0, 120);
    });
    await drawn(page);
    const { box, icon } = await look(page);
    expect(Math.abs(box.top - 8 - icon.bottom)).toBeLessThanOrEqual(1);
  });

  it("is a sheet at the lower edge of a frame of 320 pixels", async () => {
    const { page, url } = await open('<iframe src="/frame" width="320" height="480"></iframe>', {
      files: { "/frame": `<!doctype html><html lang="en"><head>${ELEMENT}</head><body>${SIGN}</body></html>` },
    });
    const frame = await page.waitForFrame(`${url}frame`);
    await click(frame, "dkim-status >>> button");
    await toggled(frame, true);
    const { box, side } = await frame.$eval("dkim-status", ({ shadowRoot }) => {
      const popover = shadowRoot!.querySelector("[popover]")!;
      const { left, right, bottom, top } = popover.getBoundingClientRect();
      return { box: { left, right, bottom, top }, side: popover.getAttribute("data-side") };
    });
    expect([box.left, box.right, box.bottom, side]).toEqual([0, 320, 480, "sheet"]);
    expect(box.top).toBeGreaterThan(0);
  });

  it("scrolls what does not fit", async () => {
    const results = Array.from({ length: 60 }, (_, at) => ({
      method: "x-test",
      methodVersion: 1,
      result: "pass",
      reason: null,
      properties: [{ ptype: "policy", property: "n", value: String(at) }],
    }));
    const { page } = await open(tag(report("unsigned", {}, { results })), { height: 300 });
    await openByMouse(page);
    await click(page, "dkim-status >>> summary");
    await drawn(page);
    const { box } = await look(page);
    expect(box.bottom).toBeLessThanOrEqual(300);
    const [scroll, client, items] = await page.$eval("dkim-status", ({ shadowRoot }) => {
      const content = shadowRoot!.querySelector("[part~=explanation]")!;
      return [content.scrollHeight, content.clientHeight, shadowRoot!.querySelectorAll("li").length] as const;
    });
    expect(scroll).toBeGreaterThan(client);
    expect(items, "and not everything is kept").toBe(20);
  });

  it("is disclosed in the flow of the page where the browser has no popovers, and no custom states", async () => {
    const { page } = await open(SIGN + OUTSIDE, {
      before: () => {
        delete (HTMLElement.prototype as { popover?: unknown }).popover;
        delete (ElementInternals.prototype as { states?: unknown }).states;
      },
    });
    const shown = () =>
      page.$eval("dkim-status", ({ shadowRoot }) => {
        const box = shadowRoot!.querySelector<HTMLElement>("[part~=popover]");
        const button = shadowRoot!.querySelector("button")!;
        return [
          box?.checkVisibility() ?? false,
          button.getAttribute("aria-expanded"),
          button.hasAttribute("popovertarget"),
        ];
      });
    expect(await shown()).toEqual([false, "false", false]);
    await openByMouse(page);
    expect(await shown()).toEqual([true, "true", false]);
    await click(page, "dkim-status >>> [part~=close]");
    expect(await shown()).toEqual([false, "false", false]);
    expect((await look(page)).focus).toBe("button chip");
  });

  it("shows the next message's explanation when the message changes under it", async () => {
    const { page } = await open(SIGN);
    await openByMouse(page);
    const text = await page.$eval(
      "dkim-status",
      async (element, unsigned) => {
        element.status = unsigned;
        await element.updateComplete;
        return element.shadowRoot!.querySelector("[part~=headline]")!.textContent;
      },
      REPORTS.unsigned,
    );
    expect(text).toBe("Not signed");
  });

  it("is gone when the element is taken out of the page and put back", async () => {
    const { page } = await open(SIGN);
    await openByMouse(page);
    await page.$eval("dkim-status", async (element) => {
      const parent = element.parentNode!;
      element.remove();
      parent.append(element);
      await element.updateComplete;
    });
    await openByMouse(page);
    expect((await look(page)).open).toBe(true);
  });
});
