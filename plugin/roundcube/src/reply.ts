import type { DkimStatusElement } from "../../../src/element/define.js";
import type { MessageList } from "./message-list.js";
import type { MessageView } from "./message-view.js";
import type { Roundcube } from "./roundcube.js";

const COMMANDS = ["reply", "reply-all"];

/** Asks before a reply to an author whom the reader may take for somebody else. */
export function askBeforeReply(rcmail: Roundcube, list: MessageList, view: MessageView): void {
  if (rcmail.env.dkimstatus?.askBeforeReply !== true) return;
  const answered = new Set<string>();
  for (const command of COMMANDS) {
    rcmail.addEventListener(`before${command}`, (properties) => {
      const uid = rcmail.get_single_uid() ?? "";
      const element = view.element ?? elementInFrame(rcmail) ?? list.elementOf(uid);
      const question = answered.has(uid) ? null : questionAbout(element, rcmail);
      if (question === null) return undefined;
      rcmail.confirm_dialog(question, "dkimstatus.replyanyway", () => {
        answered.add(uid);
        rcmail.command(command, properties);
      });
      return false;
    });
  }
}

/** The window with the list also handles replies to the message in its preview. */
function elementInFrame(rcmail: Roundcube): DkimStatusElement | null {
  const name = rcmail.env.contentframe;
  const frame = name ? rcmail.get_frame_window(name) : null;
  return frame?.document.querySelector<DkimStatusElement>(".dkimstatus > dkim-status") ?? null;
}

/** As nodes: Roundcube takes a string for HTML. */
function questionAbout(element: DkimStatusElement | null, rcmail: Roundcube): HTMLElement | null {
  const report = element?.currentStatus ?? null;
  const showsOther = report?.status.concerns.some(({ code }) => code === "name-shows-other-address") === true;
  if (report?.status.state !== "malformed" && !showsOther) return null;
  const question = document.createElement("p");
  const [before = "", after = ""] = rcmail
    .gettext(showsOther ? "replyothername" : "replyunclear", "dkimstatus")
    .split("$address");
  const address = document.createElement("bdi");
  address.textContent = showsOther ? (report.author?.address ?? "") : "";
  question.append(before, address, after);
  return question;
}
