import type { DkimStatusElement } from "../../../src/element/define.js";
import type { MessageList } from "./message-list.js";
import type { MessageView } from "./message-view.js";
import type { Roundcube } from "./roundcube.js";

const COMMANDS = ["reply", "reply-all"];

/** Asks once before a reply to somebody whom the reader may take for somebody else. */
export function askBeforeReply(rcmail: Roundcube, list: MessageList, view: MessageView): void {
  if (rcmail.env.dkimstatus?.askBeforeReply !== true) return;
  const answered = new Set<string>();
  for (const command of COMMANDS) {
    rcmail.addEventListener(`before${command}`, (properties) => {
      const uid = rcmail.get_single_uid() ?? "";
      const question = answered.has(uid) ? null : questionAbout(view.element ?? list.elementOf(uid));
      if (question === null) return undefined;
      const text = rcmail.gettext(question, "dkimstatus");
      rcmail.confirm_dialog(text, "dkimstatus.replyanyway", () => {
        answered.add(uid);
        rcmail.command(command, properties);
      });
      return false;
    });
  }
}

function questionAbout(element: DkimStatusElement | null): string | null {
  const status = element?.currentStatus?.status;
  if (status === undefined) return null;
  if (status.state === "malformed") return "replyunclear";
  return status.concerns.some(({ code }) => code === "name-shows-other-address") ? "replyothername" : null;
}
