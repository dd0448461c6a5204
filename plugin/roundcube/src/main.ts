import { MessageList } from "./message-list.js";
import { MessageView } from "./message-view.js";
import { askBeforeReply } from "./reply.js";
import type { Roundcube } from "./roundcube.js";

/** The same script runs in the window of the list and in the frame of the message. */
function start(rcmail: Roundcube): void {
  const list = new MessageList(rcmail);
  const view = new MessageView(rcmail);
  rcmail.addEventListener("insertrow", (event) => {
    list.decorate(event);
  });
  rcmail.addEventListener("init", () => {
    list.prepare();
    view.show();
    askBeforeReply(rcmail, list, view);
  });
  const print = rcmail.print_dialog.bind(rcmail);
  rcmail.print_dialog = () => {
    void view.beforePrint().then(print);
  };
}

if (globalThis.rcmail !== undefined) start(globalThis.rcmail);
