import type { Page } from "puppeteer-core";
import type { StatusReport } from "../../../src/status/types.js";

/** What a reader sees of one message. */
export interface Sight {
  /** As {@link told} puts it. */
  readonly told: string;
  /** The domain of the author's address; null where there is none. */
  readonly author: string | null;
  /** The sign that is drawn is that of a message whose author's domain vouches for it. */
  readonly hasGoodSign: boolean;
  /** The words beside the sign. */
  readonly label: string;
}

/** Whose fields the reader believes. */
export interface Trust {
  readonly trusted: string;
  readonly maxReceivedAbove: number;
}

/** A status in one line: `STATE SIGNER: REASONS; warns CONCERNS; notes CONCERNS`, without what there is none of. */
export function told({ status }: Pick<StatusReport, "status">): string {
  const concerns = (level: string) => status.concerns.filter((one) => one.level === level).map(({ code }) => code);
  const list = (before: string, codes: readonly string[]) => (codes.length === 0 ? "" : before + codes.join(" "));
  const signer = status.signer === null ? "" : ` ${status.signer}`;
  return (
    status.state +
    signer +
    list(": ", status.reasons) +
    list("; warns ", concerns("warn")) +
    list("; notes ", concerns("note"))
  );
}

/**
 * Shows messages in one page, each with an element of its own as a mail program would.
 * @param page has the element's script
 * @param headers of the messages as they were delivered, as binary strings
 */
export async function sightsOf(page: Page, headers: readonly string[], trust: Trust): Promise<Sight[]> {
  const seen = await page.evaluate(showAll, headers, trust);
  return seen.map(({ report, ...rest }) => ({ ...rest, told: told(report), author: report.author?.domain ?? null }));
}

/** Runs in the page. */
async function showAll(headers: readonly string[], { trusted, maxReceivedAbove }: Trust) {
  const shown = (prepare: (element: HTMLElementTagNameMap["dkim-status"]) => void) => {
    const element = document.createElement("dkim-status");
    element.display = "label";
    prepare(element);
    document.body.append(element);
    return element;
  };
  const settled = async (element: HTMLElementTagNameMap["dkim-status"]) => {
    await element.updateComplete;
    while ((element.currentStatus?.status.state ?? "checking") === "checking") {
      await new Promise((resolve) => {
        element.addEventListener("dkim-status-change", resolve, { once: true });
      });
    }
    await element.updateComplete;
    return element;
  };
  const iconOf = ({ shadowRoot }: Element) => shadowRoot!.querySelector("svg")!.outerHTML;
  const good = await settled(
    shown((element) => {
      element.results = ["mx; dkim=pass header.d=good.example"];
      element.from = "a@good.example";
      element.trusted = "mx";
    }),
  );
  const elements = headers.map((header) =>
    shown((element) => {
      element.headers = header;
      element.trusted = trusted;
      element.maxReceivedAbove = maxReceivedAbove;
    }),
  );
  await Promise.all(elements.map(settled));
  return elements.map((element) => ({
    report: element.currentStatus!,
    hasGoodSign: iconOf(element) === iconOf(good),
    label: element.shadowRoot!.querySelector("[part=label]")!.textContent,
  }));
}
