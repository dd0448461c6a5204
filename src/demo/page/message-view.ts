import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { DkimStatusElement, PageNotice } from "../../element/dkim-status.js";
import { TRUSTED_ID } from "./chrome.js";
import { longDate } from "./dates.js";
import { explanationView } from "./evidence-view.js";
import { findingHere, type Entry, type MailboxModel } from "./mailbox-model.js";
import { headerBlockOf } from "./source-text.js";

/** UTF-16 code units of a text that are shown: more take a browser's layout seconds, and nobody's eyes. */
const MAX_SHOWN = 256 * 1024;

/** What the chip in the message's frame says, for the parts of the page beside it. */
export interface Said {
  readonly notice: PageNotice | null;
  readonly description: string;
  readonly open: () => void;
}

/** The message that is open. All of it is text: a message has no say in markup, links or images. */
export function messageView(
  entry: Entry,
  model: MailboxModel,
  said: Said | null,
  hear: (said: Said) => void,
): TemplateResult {
  const { message, reading } = entry;
  return html`<article class="message" aria-label="Message">
    <a class="back" href="#">Inbox</a>
    <h2>${reading.subject || "(no subject)"}</h2>
    <dl class="head">
      <dt>From</dt>
      <dd>
        ${keyed(
          message.id,
          html`<dkim-status
            display="label"
            .headers=${headerBlockOf(entry.octets)}
            .status=${findingHere(entry)}
            .trusted=${model.isTrusting ? TRUSTED_ID : ""}
            @dkim-status-change=${({ target }: Event) => {
              hear(saidBy(target as DkimStatusElement));
            }}
          ></dkim-status>`,
        )}
        <b><bdi>${reading.name || reading.address || "(nobody)"}</bdi></b>
        ${reading.name === "" ? nothing : html`<bdi class="address">${reading.address}</bdi>`}
      </dd>
      <dt>To</dt>
      <dd><bdi>${reading.to}</bdi></dd>
      <dt>Arrived</dt>
      <dd>${longDate(message.receivedAt)}</dd>
    </dl>
    ${noticeView(said)}
    <div class="text">${reading.text.slice(0, MAX_SHOWN)}</div>
    ${explanationView(entry, model)}
  </article>`;
}

function saidBy(mark: DkimStatusElement): Said {
  return {
    notice: mark.notice,
    description: mark.description,
    open: () => {
      mark.open();
    },
  };
}

/** At most one bar above the text. */
function noticeView(said: Said | null): TemplateResult | typeof nothing {
  const notice = said?.notice ?? null;
  if (said === null || notice === null) return nothing;
  return html`<p class="bar" data-level=${notice.level} data-code=${notice.code}>
    <span>${notice.content}</span>
    <button @click=${said.open}>${notice.details}</button>
  </p>`;
}
