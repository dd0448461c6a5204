/** A thread of `dkimstatus verify`: it is told the flags when it starts, then sent groups of messages. */
import { parentPort, workerData } from "node:worker_threads";
import type { MessageFile } from "../files/message-file.js";
import { verifyingBy, type VerifyFlags } from "../verifying.js";
import { judgedMessages } from "./outcome.js";

const judge = await verifyingBy(workerData as VerifyFlags);
let last = Promise.resolve();
parentPort!.on("message", (messages: readonly MessageFile[]) => {
  last = last.then(async () => {
    parentPort!.postMessage(await judgedMessages(messages, judge));
  });
});
