import { html, nothing, render, type TemplateResult } from "lit";
import { LANGUAGES } from "../../element/define.js";
import { encodeUtf8 } from "../../message/octets.js";
import { setUpTheme } from "./chrome.js";
import { ATTACK_CASES, type AttackCase } from "./gallery-attacks.js";
import { STATUS_CASES, type StatusCase } from "./gallery-statuses.js";

const SCHEMES = ["light", "dark"] as const;
const main = document.querySelector("main")!;
let language = "en";

setUpTheme();
setUpLanguages();
draw();

function draw(): void {
  render(view(), main);
}

function view(): TemplateResult {
  return html`
    <h1 class="unseen">Gallery</h1>
    <section id="signs" aria-labelledby="signs-title">
      <h2 id="signs-title">Every status <small>icon in a list, icon, label</small></h2>
      <div class="schemes">${SCHEMES.map(signs)}</div>
    </section>
    <section id="explanations" aria-labelledby="explanations-title">
      <h2 id="explanations-title">Every explanation <small>what a click on the mark opens</small></h2>
      ${SCHEMES.map(
        (scheme) =>
          html`<div class="panel cards" data-scheme=${scheme} lang=${language}>${STATUS_CASES.map(explanation)}</div>`,
      )}
    </section>
    <section id="languages" aria-labelledby="languages-title">
      <h2 id="languages-title">Every language</h2>
      <div class="panel cards">${LANGUAGES.map(inLanguage)}</div>
    </section>
    <section id="attacks" aria-labelledby="attacks-title">
      <h2 id="attacks-title">Mail that wants to look like something else</h2>
      <div class="panel cards">${ATTACK_CASES.map(attack)}</div>
    </section>
  `;
}

function signs(scheme: (typeof SCHEMES)[number]): TemplateResult {
  return html`<table class="panel" data-scheme=${scheme}>
    <caption class="unseen">
      ${scheme}
    </caption>
    <tbody>
      ${STATUS_CASES.map(
        ({ name, report }) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td lang=${language}><dkim-status static show="all" .status=${report}></dkim-status></td>
            <td lang=${language}><dkim-status .status=${report}></dkim-status></td>
            <td lang=${language}><dkim-status display="label" .status=${report}></dkim-status></td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function explanation({ report }: StatusCase): TemplateResult {
  return html`<dkim-status display="full" .status=${report}></dkim-status>`;
}

/** The sign that readers know least, in each language. */
function inLanguage(tag: string): TemplateResult {
  const { report } = STATUS_CASES.find(({ name }) => name === "third-party, mailing list")!;
  return html`<div>
    <h3>${tag}</h3>
    <dkim-status lang=${tag} display="full" .status=${report}></dkim-status>
  </div>`;
}

/** As a mail program would show it: the mark in its own frame, before the name. */
function attack({ name, about, shownName, from, results, trusted, text }: AttackCase): TemplateResult {
  return html`<article class="attack">
    <h3>${name}</h3>
    <p>${about}</p>
    <div class="mail">
      <p>
        From
        <span lang=${language}>
          <dkim-status display="label" .from=${encodeUtf8(from)} .results=${results} .trusted=${trusted}></dkim-status>
        </span>
        <b><bdi>${shownName}</bdi></b>
      </p>
      ${text === undefined ? nothing : html`<div class="body">${text}</div>`}
    </div>
  </article>`;
}

function setUpLanguages(): void {
  const select = document.querySelector<HTMLSelectElement>("#language")!;
  render(
    LANGUAGES.map((tag) => html`<option>${tag}</option>`),
    select,
  );
  select.addEventListener("change", () => {
    language = select.value;
    draw();
  });
}
