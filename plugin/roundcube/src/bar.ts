import type { DkimStatusElement } from "../../../src/element/define.js";

const BAR = "dkimstatus-bar";
/** Roundcube's own warning about the sender: one is enough. In 1.5 and 1.6 it is a bar, from 1.7 on beside the name. */
const OTHER_BAR = "#suspicious-content-message";
const OTHER_MARK = ".suspicious-address-warning";

/** Shows at most one bar above the body, in the skin's own box. */
export async function showBar(element: DkimStatusElement, page: Document): Promise<void> {
  await element.updateComplete;
  page.getElementById(BAR)?.remove();
  const { notice } = element;
  const place = page.getElementById("message-objects");
  if (notice === null || place === null || isWarnedAlready(element, place)) return;
  const isWarning = notice.level === "warn";
  const bar = page.createElement("div");
  bar.id = BAR;
  bar.className = isWarning ? "notice ui alert alert-warning" : "notice ui alert alert-info";
  bar.setAttribute("role", "status");
  const icon = page.createElement("i");
  icon.className = "icon";
  const text = page.createElement("span");
  text.append(notice.content);
  const details = page.createElement("button");
  details.type = "button";
  details.className = "dkimstatus-details";
  details.textContent = notice.details;
  details.addEventListener("click", () => {
    element.open();
  });
  bar.append(icon, text, " ", details);
  place.prepend(bar);
}

function isWarnedAlready(element: DkimStatusElement, place: Element): boolean {
  const line = element.closest(".dkimstatus")?.parentElement;
  return place.querySelector(OTHER_BAR) !== null || line?.querySelector(OTHER_MARK) != null;
}
