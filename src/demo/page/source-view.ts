import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { live } from "lit/directives/live.js";
import { isChanged, type Entry, type MailboxModel } from "./mailbox-model.js";
import { changeOneLetter, firstChangedLine, sourceTextOf } from "./source-text.js";

/** The message as it is, to be tried out: every change is verified at once, in this browser. */
export function sourceView(entry: Entry, model: MailboxModel): TemplateResult {
  const { text, isEditable } = sourceTextOf(entry.octets);
  return html`<section class="source" aria-label="Source">
    <header>
      <h3>Source</h3>
      <button
        ?disabled=${!isEditable || changeOneLetter(text) === null}
        @click=${() => {
          changeLetterOf(document.querySelector(".source textarea")!);
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

/** The letter is typed, so that the browser's own undo takes it back, too. */
function changeLetterOf(area: HTMLTextAreaElement): void {
  const change = changeOneLetter(area.value);
  if (change === null) return;
  const { at, letter } = change;
  area.focus();
  area.setSelectionRange(at, at + 1);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else that writes into a field can be undone
  document.execCommand("insertText", false, letter);
  area.setSelectionRange(at, at + 1);
  scrollTo(area, at);
}

/** Shows a place in the middle of the field, in which all lines are equally high. */
function scrollTo(area: HTMLTextAreaElement, at: number): void {
  const lines = (text: string) => text.split("\n").length;
  const height = (area.scrollHeight * lines(area.value.slice(0, at))) / lines(area.value);
  area.scrollTop = height - area.clientHeight / 2;
}
