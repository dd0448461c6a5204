import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { live } from "lit/directives/live.js";
import { isChanged, type Entry, type MailboxModel } from "./mailbox-model.js";
import { changeOneLetter, firstChangedLine, sourceTextOf, type LetterChange } from "./source-text.js";

/** The message as it is, to be tried out: every change is verified at once, in this browser. */
export function sourceView(entry: Entry, model: MailboxModel): TemplateResult {
  const { text, isEditable } = sourceTextOf(entry.octets);
  return html`<section class="source" aria-label="Source">
    <header>
      <h3>Source</h3>
      <button
        ?disabled=${!isEditable || changeOneLetter(text) === null}
        @click=${() => {
          changeLetterOf(entry, model);
        }}
      >
        Change one letter
      </button>
      <button
        ?disabled=${!isChanged(entry)}
        @click=${() => {
          model.undo(entry);
        }}
      >
        Undo
      </button>
    </header>
    <p class="changed" role="status">${changeLine(entry, text, isEditable)}</p>
    ${keyed(
      entry.message.id,
      html`<textarea
        spellcheck="false"
        autocomplete="off"
        wrap="off"
        aria-label="Source of the message"
        ?readonly=${!isEditable}
        .value=${live(text)}
        @input=${({ target }: Event) => {
          model.edit(entry, (target as HTMLTextAreaElement).value);
        }}
      ></textarea>`,
    )}
  </section>`;
}

function changeLine(entry: Entry, text: string, isEditable: boolean): string | typeof nothing {
  if (!isEditable) return "Shown only: too long, or not text that could be written back octet by octet.";
  const line = firstChangedLine(sourceTextOf(entry.message.octets).text, text);
  return line === null ? "As it arrived. Type in it, or change one letter." : `Changed in line ${line}.`;
}

function changeLetterOf(entry: Entry, model: MailboxModel): void {
  const change = changeOneLetter(sourceTextOf(entry.octets).text);
  if (change === null) return;
  model.edit(entry, change.text);
  const area = document.querySelector<HTMLTextAreaElement>(".source textarea")!;
  area.focus();
  scrollTo(area, change);
  area.setSelectionRange(change.at, change.at + 1);
}

/** Shows a place in the middle of the field: its height is that of the text before it. */
function scrollTo(area: HTMLTextAreaElement, { text, at }: LetterChange): void {
  area.value = text.slice(0, at);
  const height = area.scrollHeight;
  area.value = text;
  area.scrollTop = height - area.clientHeight / 2;
}
