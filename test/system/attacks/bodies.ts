/** Bodies that want to be taken for the page around them. */
import { ATTACKER, attacks, FROM_ATTACKER, mail, VICTIM } from "./attack.js";
import { byAttacker } from "./keys.js";

const html =
  (body: string, parts: Parameters<typeof mail>[1] = {}) =>
  (subject: string) =>
    mail(subject, {
      fields: "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n",
      body: `${body}\r\n`,
      ...parts,
    });

const GOOD = `{"state":"author","signer":"${VICTIM}","alignment":"exact","intermediary":null,"reasons":[],"concerns":[]}`;

export const BODIES = await attacks([
  {
    source: "imitation",
    name: "our tag with a status of its own",
    seen: "unsigned",
    write: html(`<dkim-status display="label" status='${GOOD}'></dkim-status><p>Hello.</p>`),
  },
  {
    source: "imitation",
    name: "the page's own classes and ids",
    seen: "unsigned",
    write: html(
      `<div id="dkimstatus-bar">Signed by ${VICTIM}</div><span class="dkimstatus"><b>${VICTIM}</b></span><p>Hello.</p>`,
    ),
  },
  {
    source: "imitation",
    name: "a script that defines the tag",
    seen: "unsigned",
    write: html(`<script>customElements.define("x-y", HTMLElement)</script><img src=x onerror="document.title=1">`),
  },
  {
    source: "clickjacking",
    name: "a cover over the whole page",
    seen: "unsigned",
    write: html(
      `<div style="position:fixed; inset:0; z-index:2147483647; background:#0a0">Signed by ${VICTIM}</div>` +
        `<div style="position:absolute; top:-400px; left:-400px; width:3000px; height:900px; background:#0a0">${VICTIM}</div>`,
    ),
  },
  {
    source: "clickjacking",
    name: "a style that moves and hides",
    seen: "unsigned",
    write: html(`<style>dkim-status{display:none!important} *{opacity:0} .dkimstatus{visibility:hidden}</style>Hello.`),
  },
  {
    source: "imitation",
    name: "a message of the victim inside the attacker's",
    seen: `author ${ATTACKER}`,
    write: (subject) =>
      byAttacker(
        mail(subject, {
          from: FROM_ATTACKER,
          fields: "MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n",
          body: mail("inner"),
        }),
      ),
  },
]);
