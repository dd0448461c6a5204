import { mkdirSync } from "node:fs";
import type { Browser, Frame, Page } from "puppeteer-core";
import { launch } from "../../setup/launch.js";
import { drawn } from "../../support/drawn.js";
import type { Roundcube } from "./roundcube.js";
import { LOGIN } from "./site.js";
import { until } from "./wait.js";

export interface Look {
  readonly skin?: "elastic" | "larry" | "classic";
  readonly layout?: "widescreen" | "desktop" | "list";
  readonly withoutPlugin?: boolean;
  readonly width?: number;
  readonly height?: number;
}

/** What a row of the list shows. */
export interface Row {
  readonly subject: string;
  /** null where the row has no sign at all. */
  readonly state: string | null;
  readonly drawn: boolean;
  readonly description: string;
  readonly rowDescription: string | null;
  /** Where the sender's text begins, in CSS pixels. */
  readonly senderAt: number;
}

/** What the open message shows; null where it has no sign. */
export interface Shown {
  readonly state: string;
  readonly reasons: readonly string[];
  readonly concerns: readonly string[];
  readonly chip: string;
  /** The text of the author's line from "From" on. */
  readonly line: string;
  readonly bar: string | null;
}

const ARTEFACTS = "artefacts/roundcube";

/** Somebody at Roundcube, in a browser of their own. */
export class Webmail {
  readonly problems: string[] = [];

  private constructor(
    private readonly browser: Browser,
    readonly page: Page,
    private readonly roundcube: Roundcube,
    private readonly look: Look,
  ) {}

  static async login(roundcube: Roundcube, look: Look = {}, user: string = LOGIN.user): Promise<Webmail> {
    const { skin = "elastic", layout = "widescreen", withoutPlugin = false, width = 1280, height = 900 } = look;
    const browser = await launch("chrome");
    const page = await browser.newPage();
    await page.setViewport({ width, height });
    const cookies = { skin, layout, without: withoutPlugin ? "1" : "" };
    const domain = "127.0.0.1";
    await browser.setCookie(...Object.entries(cookies).map(([name, value]) => ({ name, value, domain })));
    const webmail = new Webmail(browser, page, roundcube, look);
    page.on("pageerror", (error) => webmail.problems.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") webmail.problems.push(message.text());
    });
    await page.goto(roundcube.url);
    await page.type("#rcmloginuser", user);
    await page.type("#rcmloginpwd", LOGIN.password);
    await Promise.all([page.waitForNavigation(), page.click("#rcmloginsubmit, #login-form input[type=submit]")]);
    return webmail;
  }

  async close(): Promise<void> {
    await this.browser.close();
  }

  /** The list, once every row's sign is decided: what waits for the Public Suffix List comes later than the others. */
  async rows(count: number): Promise<Row[]> {
    await until(`${count} rows`, async () => (await this.#readyRows()) >= count, {
      explain: () => `${this.problems.join("\n")}\n${this.roundcube.errors()}`,
    });
    await drawn(this.page);
    return this.page.evaluate(rowsOf);
  }

  async row(subject: string, count: number): Promise<Row> {
    const rows = await this.rows(count);
    return rows.find((row) => row.subject.includes(subject))!;
  }

  /**
   * Asks for new mail, and waits for what comes of it. Roundcube tells what is new by what its session knew before; and
   * requests that end at the same time, as those of a page that opens, lose each other's part of the session.
   */
  async checkMail(): Promise<void> {
    await this.answered();
    await this.page.evaluate('rcmail.command("checkmail")');
    await this.answered();
  }

  /** Roundcube has asked for nothing that is not answered yet. */
  async answered(): Promise<void> {
    await until("Roundcube's answers", () => this.page.evaluate("jQuery.active === 0 && !rcmail.busy"));
  }

  async openFolder(folder: string, query = ""): Promise<void> {
    await this.page.goto(`${this.roundcube.url}?_task=mail&_mbox=${encodeURIComponent(folder)}${query}`);
  }

  /** Opens the message in a page of its own, and waits for the state that is expected. */
  async open(subject: string, state: string | null = null, folder = "INBOX", action = "show"): Promise<Shown | null> {
    await this.openFolder(folder);
    const uid = await this.uidOf(subject);
    await this.page.goto(
      `${this.roundcube.url}?_task=mail&_action=${action}&_mbox=${encodeURIComponent(folder)}&_uid=${uid}`,
    );
    return this.shown(this.page.mainFrame(), state);
  }

  /** Selects the message, and looks into the preview. */
  async preview(subject: string, state: string | null = null): Promise<Shown | null> {
    const uid = await this.uidOf(subject);
    await this.page.evaluate(`rcmail.message_list.select(${JSON.stringify(uid)})`);
    const frame = await this.previewFrame(uid);
    return this.shown(frame, state);
  }

  previewFrame(uid: string): Promise<Frame> {
    return until(`the preview of ${uid}`, async () => {
      const frame = this.page
        .frames()
        .find((each) => each.url().includes(`_uid=${uid}&`) && each.url().includes("preview"));
      return frame !== undefined && (await frame.$("#messagebody")) !== null ? frame : null;
    });
  }

  async uidOf(subject: string): Promise<string> {
    const script = `(() => {
      const row = [...document.querySelectorAll("#messagelist tr.message")].find((each) => each.innerText.includes(${JSON.stringify(subject)}));
      return row === undefined ? null : String(row.uid);
    })()`;
    const explain = () => `${this.page.url()}\n${this.problems.join("\n")}`;
    return until(`a row with ${subject}`, () => this.page.evaluate(script) as Promise<string | null>, { explain });
  }

  /** @param state to wait for; null: what is there when the page is */
  async shown(frame: Frame, state: string | null): Promise<Shown | null> {
    if (state !== null) {
      let last: Shown | null = null;
      await until(`state ${state}`, async () => (last = await frame.evaluate(shownOf))?.state === state, {
        explain: () => `${JSON.stringify(last)}\n${this.problems.join("\n")}\n${this.roundcube.errors()}`,
      });
    }
    await drawn(this.page);
    return frame.evaluate(shownOf);
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(ARTEFACTS, { recursive: true });
    const { skin = "elastic", layout = "widescreen" } = this.look;
    await this.page.screenshot({ path: `${ARTEFACTS}/${name}-${skin}-${layout}.png` });
  }

  /** What the browser measured as moved after it was painted, of the rows of the list. */
  layoutShift(): Promise<number> {
    return this.page.evaluate(() => {
      const observer = new PerformanceObserver(() => undefined);
      observer.observe({ type: "layout-shift", buffered: true });
      const shifts = observer.takeRecords() as (PerformanceEntry & { sources: { node: Node | null }[] })[];
      observer.disconnect();
      return shifts.filter(({ sources }) =>
        sources.some(({ node }) => node?.parentElement?.closest("#messagelist tr.message") != null),
      ).length;
    });
  }

  /** Elements that the Tab key reaches, those in shadow roots included. */
  tabStops(): Promise<number> {
    return this.page.evaluate(() => {
      const count = (root: ParentNode): number =>
        [...root.querySelectorAll<HTMLElement>("*")].reduce(
          (sum, each) => sum + Number(each.tabIndex >= 0) + (each.shadowRoot === null ? 0 : count(each.shadowRoot)),
          0,
        );
      return count(document);
    });
  }

  #readyRows(): Promise<number> {
    return this.page.evaluate(
      () =>
        [...document.querySelectorAll("#messagelist tr.message")].filter((row) => {
          const { uid } = row as Element & { uid: string };
          const hasFields = globalThis.rcmail?.env.messages?.[uid]?.flags?.dkimstatus !== undefined;
          const state = row.querySelector("dkim-status")?.currentStatus?.status.state ?? "checking";
          return !hasFields || state !== "checking";
        }).length,
    );
  }
}

function rowsOf(): Row[] {
  return [...document.querySelectorAll<HTMLElement>("#messagelist tr.message")].map((row) => {
    const element = row.querySelector("dkim-status");
    const sender = row.querySelector("span.fromto, td.fromto")!;
    const text = document.createTreeWalker(sender, NodeFilter.SHOW_TEXT).nextNode();
    const range = document.createRange();
    if (text !== null) range.selectNodeContents(text);
    return {
      subject: row.querySelector("td.subject a > span")!.textContent,
      state: element?.currentStatus?.status.state ?? null,
      drawn: element?.shadowRoot?.querySelector("svg") instanceof SVGElement,
      description: element?.description ?? "",
      rowDescription: row.getAttribute("aria-description"),
      senderAt: Math.round(range.getBoundingClientRect().left * 100) / 100,
    };
  });
}

function shownOf(): Shown | null {
  const element = document.querySelector<HTMLElementTagNameMap["dkim-status"]>(".dkimstatus > dkim-status");
  const report = element?.currentStatus;
  if (!element || !report) return null;
  const line = element.closest(".header-summary, td.header.from, td.from");
  return {
    state: report.status.state,
    reasons: report.status.reasons,
    concerns: report.status.concerns.map(({ code }) => code),
    chip: element.shadowRoot?.querySelector("[part=label]")?.textContent ?? "",
    line: (line?.textContent ?? "").replace(/\s+/g, " ").trim(),
    bar: document.querySelector("#dkimstatus-bar > span")?.textContent ?? null,
  };
}
