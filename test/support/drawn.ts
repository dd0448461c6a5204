import type { Frame, Page } from "puppeteer-core";

/** Waits for two frames: what was pending in elements is drawn then, and scrolling and sizes are told. */
export async function drawn(page: Page | Frame): Promise<void> {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}
