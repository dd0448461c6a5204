import type { DkimStatusElement } from "../../../src/element/define.js";
import { elementOf } from "./element.js";
import type { RowEvent, Roundcube } from "./roundcube.js";

const SENDER = "span.fromto, td.fromto, span.from, td.from";

/** The signs in the rows: no buttons, so that clicks and keys belong to the row. */
export class MessageList {
  readonly #rows = new Map<string, DkimStatusElement>();

  constructor(private readonly rcmail: Roundcube) {}

  /** The sign of a row that is there now. */
  elementOf(uid: string): DkimStatusElement | null {
    const element = this.#rows.get(uid);
    return element?.isConnected === true ? element : null;
  }

  decorate({ uid, row }: RowEvent): void {
    const settings = this.rcmail.env.dkimstatus;
    const fields = row.flags?.dkimstatus;
    const sender = row.obj.querySelector(SENDER);
    if (settings === undefined || fields === undefined || sender === null) return;
    const element = elementOf(fields, settings);
    element.static = true;
    element.show = settings.show;
    element.addEventListener("dkim-status-change", () => {
      void describe(row.obj, element);
    });
    sender.prepend(element);
    this.#rows.set(uid, element);
  }
}

/** A warning is also told of the row, which is all that a screen reader reads. */
async function describe(row: HTMLElement, element: DkimStatusElement): Promise<void> {
  await element.updateComplete;
  const warns = element.notice?.level === "warn";
  if (warns) row.setAttribute("aria-description", element.description);
  else row.removeAttribute("aria-description");
}
