import puppeteer, { type Browser } from "puppeteer-core";
import { BROWSERS } from "./browsers.js";

/** Nothing of a test leaves the machine: other names do not resolve, and the browser stays quiet. */
const CHROME_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

/** Starts a real browser, headless, with a profile of its own. Firefox is driven over WebDriver BiDi. */
export function launch(name: keyof typeof BROWSERS): Promise<Browser> {
  const { path } = BROWSERS[name];
  return puppeteer.launch(
    name === "chrome"
      ? { browser: "chrome", executablePath: path, args: CHROME_ARGUMENTS }
      : { browser: "firefox", executablePath: path },
  );
}
