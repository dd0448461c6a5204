import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { DkimStatusElement } from "../../element/dkim-status.js";
import { TRUSTED_ID } from "./chrome.js";
import { shortDate } from "./dates.js";
import { findingHere, type Entry, type MailboxModel, type Marks } from "./mailbox-model.js";
import { headerBlockOf } from "./source-text.js";

const MARKS: Readonly<Record<Marks, string>> = {
  notable: "Marks: what is notable",
  all: "Marks: all",
  warnings: "Marks: warnings only",
};

/** The rows, newest first; those the reader opened are above. */
export function listView(model: MailboxModel): TemplateResult {
  return html`<section class="list" aria-label="Messages">
    <header>
      <h1>Inbox</h1>
      <span class="count">${model.entries.length}</span>
      <select
        aria-label="Marks in the list"
        @change=${(event: Event) => {
          model.showMarks((event.target as HTMLSelectElement).value as Marks);
        }}
      >
        ${Object.entries(MARKS).map(
          ([marks, words]) => html`<option value=${marks} ?selected=${marks === model.marks}>${words}</option>`,
        )}
      </select>
    </header>
    <ol @keydown=${moveFocus} @dkim-status-change=${describeRow}>
      ${repeat(
        model.entries,
        ({ message }) => message.id,
        (entry, index) => row(entry, index, model),
      )}
    </ol>
  </section>`;
}

function row(entry: Entry, index: number, model: MailboxModel): TemplateResult {
  const { message, reading } = entry;
  const isSelected = entry === model.selected;
  const isTabStop = model.selected === null ? index === 0 : isSelected;
  return html`<li>
    <a href="#${message.id}" aria-current=${isSelected ? "true" : nothing} tabindex=${isTabStop ? 0 : -1}>
      <dkim-status
        static
        show=${model.marks}
        .headers=${headerBlockOf(message.octets)}
        .status=${findingHere(entry)}
        .trusted=${model.isTrusting ? TRUSTED_ID : ""}
      ></dkim-status>
      <span class="from">${reading.name || reading.address || "(nobody)"}</span>
      <time>${shortDate(message.receivedAt)}</time>
      <span class="subject">${reading.subject || "(no subject)"}</span>
      <span class="snippet">${reading.text.slice(0, 160)}</span>
    </a>
  </li>`;
}

/** One Tab stop for the list; the arrow keys go from row to row. */
function moveFocus(event: KeyboardEvent): void {
  const rows = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLAnchorElement>("a")];
  const at = rows.indexOf(event.target as HTMLAnchorElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  const next = to === undefined ? undefined : rows[to];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
  next.click();
}

/** A mark in a row is told to those who do not see it. */
function describeRow(event: Event): void {
  const mark = event.target as DkimStatusElement;
  const link = mark.closest("a");
  if (mark.description === "") link?.removeAttribute("aria-description");
  else link?.setAttribute("aria-description", mark.description);
}
