import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { SignatureReport } from "../../browser.js";
import { parseHeaderText, unfold } from "../../message/header.js";
import { decodeUtf8Lossy } from "../../message/octets.js";
import { TRUSTED_ID } from "./chrome.js";
import { findingHere, isChanged, type Entry, type MailboxModel } from "./mailbox-model.js";
import { headerBlockOf } from "./source-text.js";

/** What to look at in a sample, and why its status is what it is, in words. */
export function explanationView(entry: Entry, model: MailboxModel): TemplateResult {
  const { message } = entry;
  return html`<section class="explanation" aria-label="Explanation">
    <p class="about"><b>${message.title}</b> ${message.about}</p>
    ${keyed(
      message.id,
      html`<dkim-status
        display="full"
        .headers=${headerBlockOf(entry.octets)}
        .status=${findingHere(entry)}
        .trusted=${model.isTrusting ? TRUSTED_ID : ""}
      ></dkim-status>`,
    )}
  </section>`;
}

/** What the status rests on: the signatures, and the field that tells of them. */
export function evidenceView(entry: Entry, model: MailboxModel): TemplateResult {
  return html`<section class="evidence" aria-label="Evidence">
    <h3>Signatures <small>checked in this browser, just now</small></h3>
    ${signaturesView(entry)}
    <h3>The field <small>${fieldCaption(entry, model)}</small></h3>
    ${fieldView(entry)}
  </section>`;
}

function signaturesView({ verification }: Entry): TemplateResult {
  if (verification === null) return html`<p class="none">Checking…</p>`;
  const { signatures } = verification;
  if (signatures.length === 0) return html`<p class="none">This message has none.</p>`;
  return html`<ul class="signatures">
    ${signatures.map(signatureView)}
  </ul>`;
}

function signatureView(signature: SignatureReport): TemplateResult {
  const { result, reason, domain, selector, algorithm, canonicalization, keyBits } = signature;
  const facts = [
    selector === null ? null : `key ${selector}`,
    algorithm,
    keyBits === null ? null : `${keyBits} bits`,
    canonicalization,
  ];
  return html`<li data-result=${result}>
    <span class="result">${result}</span> <bdi class="domain">${domain ?? "(no domain)"}</bdi>
    ${reason === null ? nothing : html`<code>${reason}</code>`}
    <small>${facts.filter((fact) => fact !== null).join(" · ")}</small>
  </li>`;
}

function fieldCaption(entry: Entry, { isTrusting }: MailboxModel): string {
  if (entry.isOwn) return "not asked: this browser checked the file itself";
  if (isChanged(entry)) return "not asked: the message is no longer the one it is about";
  return isTrusting ? `written by ${TRUSTED_ID} on arrival, and relied on` : "there, but not relied on";
}

/** All fields of the kind, topmost first: what a sender brought along stands below what the server wrote. */
function fieldView({ octets }: Entry): TemplateResult {
  const { fields } = parseHeaderText(headerBlockOf(octets), false);
  const values = fields.filter(({ key }) => key === "authentication-results").map(({ value }) => value);
  if (values.length === 0) return html`<p class="none">This message has none.</p>`;
  return html`${values.map(
    (value) => html`<pre class="field">Authentication-Results:${decodeUtf8Lossy(unfold(value))}</pre>`,
  )}`;
}
