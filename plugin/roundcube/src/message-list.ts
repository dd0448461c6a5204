import type { DkimStatusElement } from "../../../src/element/define.js";
import { elementOf } from "./element.js";
import type { RowEvent, Roundcube } from "./roundcube.js";

const SENDER = "span.fromto, td.fromto, span.from, td.from";

/** Rows get their signs when they come into view, or are about to: a page can have hundreds. */
const NEAR_VIEW = { scrollMargin: "100%" };
/** CSS pixels. The topmost rows get their signs at once: which rows are in view is known only a frame later. */
const LEAST_ROW_HEIGHT = 20;

/** The signs in the rows: no buttons, so that clicks and keys belong to the row. */
export class MessageList {
  readonly #rows = new Map<string, DkimStatusElement>();
  readonly #waiting = new Map<Element, () => void>();
  readonly #inView = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) this.#decorateNow(target);
  }, NEAR_VIEW);

  constructor(private readonly rcmail: Roundcube) {}

  /** Loads the reader of header fields while the rows are still on their way. */
  prepare(): void {
    const { dkimstatus: settings, action } = this.rcmail.env;
    if (settings === undefined || action !== "" || !settings.list) return;
    const element = elementOf(
      { headers: btoa("From: a@a.example\r\n"), shown: "a@a.example", trusted: false },
      settings,
    );
    element.hidden = true;
    document.body.append(element);
    void element.updateComplete.then(() => {
      element.remove();
    });
  }

  /** The sign of a row that is in the list now. */
  elementOf(uid: string): DkimStatusElement | null {
    const element = this.#rows.get(uid);
    return element?.isConnected === true ? element : null;
  }

  decorate({ uid, row }: RowEvent): void {
    const settings = this.rcmail.env.dkimstatus;
    const fields = row.flags?.dkimstatus;
    const sender = row.obj.querySelector(SENDER);
    if (settings === undefined || fields === undefined || sender === null) return;
    const draw = () => {
      const element = elementOf(fields, settings);
      element.static = true;
      element.show = settings.show;
      element.addEventListener("dkim-status-change", () => {
        void describe(row.obj, element);
      });
      sender.prepend(element);
      this.#rows.set(uid, element);
    };
    if (row.obj.sectionRowIndex * LEAST_ROW_HEIGHT < window.innerHeight) {
      draw();
      return;
    }
    this.#waiting.set(row.obj, draw);
    this.#inView.observe(row.obj);
  }

  #decorateNow(row: Element): void {
    this.#inView.unobserve(row);
    this.#waiting.get(row)?.();
    this.#waiting.delete(row);
  }
}

/** Adds a warning to the row's description, because a screen reader reads only the row. */
async function describe(row: HTMLElement, element: DkimStatusElement): Promise<void> {
  await element.updateComplete;
  const warns = element.notice?.level === "warn";
  if (warns) row.setAttribute("aria-description", element.description);
  else row.removeAttribute("aria-description");
}
