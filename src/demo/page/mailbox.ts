import { html, nothing, render, type TemplateResult } from "lit";
import "../../element/define.js";
import type { MailboxMessage } from "../types.js";
import { setUpTheme } from "./chrome.js";
import { evidenceView } from "./evidence-view.js";
import { listView } from "./list-view.js";
import { MailboxModel } from "./mailbox-model.js";
import { messageView, type Said } from "./message-view.js";
import { sourceView } from "./source-view.js";

const main = document.querySelector("main")!;
const model = new MailboxModel((await (await fetch("mailbox.json")).json()) as MailboxMessage[], draw);
let said: Said | null = null;

setUpTheme();
setUpTrust();
setUpFiles();
window.addEventListener("hashchange", () => {
  follow();
  keepFocus();
});
follow();

/** The address tells which message is open, so that the browser's own buttons work. */
function follow(): void {
  const id = location.hash.slice(1);
  // A wide page has room for a message beside the list: it starts with the first.
  const isWide = window.matchMedia("(min-width: 50rem)").matches;
  said = null;
  model.select(id === "" && isWide ? (model.entries[0]?.message.id ?? null) : id);
  draw();
}

/** On a phone the list and the message take turns: the focus goes with what is seen. */
function keepFocus(): void {
  const { activeElement } = document;
  if (activeElement !== document.body && activeElement?.checkVisibility()) return;
  main.querySelector<HTMLElement>(model.selected === null ? '.list a[tabindex="0"]' : ".back")?.focus();
}

function draw(): void {
  render(view(), main);
}

function view(): TemplateResult {
  const { selected } = model;
  main.dataset.open = String(selected !== null);
  return html`${listView(model)}
    ${
      selected === null
        ? html`<p class="empty">No message is open.</p>`
        : html`<div class="reading">
            ${messageView(selected, model, said, hear)}
            <div class="beneath">${evidenceView(selected, model)} ${sourceView(selected, model)}</div>
          </div>`
    }
    ${model.problem === "" ? nothing : html`<p class="problem" role="alert">${model.problem}</p>`}
    <p class="unseen" role="status">${said?.description}</p>`;
}

function hear(what: Said): void {
  said = what;
  draw();
}

function setUpTrust(): void {
  const box = document.querySelector<HTMLInputElement>("#trust")!;
  model.trust(box.checked);
  box.addEventListener("change", () => {
    model.trust(box.checked);
  });
}

/** A file comes by the button, or is dropped anywhere. */
function setUpFiles(): void {
  const input = document.querySelector<HTMLInputElement>("#file")!;
  document.querySelector("#open")!.addEventListener("click", () => {
    input.click();
  });
  input.addEventListener("change", () => {
    void take([...(input.files ?? [])]);
    input.value = "";
  });
  window.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  window.addEventListener("dragleave", ({ relatedTarget }) => {
    if (relatedTarget === null) document.body.classList.remove("dropping");
  });
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    void take([...(event.dataTransfer?.files ?? [])]);
  });
}

async function take(files: readonly File[]): Promise<void> {
  const id = await model.open(files);
  if (id !== null) location.hash = id;
}
