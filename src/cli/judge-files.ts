import { EXIT, reportFailure } from "./failure.js";
import { findMessages } from "./files/find.js";
import { isUnreadable, type Found, type MessageFile } from "./files/message-file.js";
import { inOrder } from "./in-order.js";
import { print } from "./terminal/output.js";
import { Progress } from "./terminal/progress.js";
import type { Show } from "./terminal/show.js";
import { failed, judgedMessage, MESSAGES_AT_ONCE, type JudgeMessage, type Outcome } from "./threads/outcome.js";
import { ThreadPool, type ThreadProgram } from "./threads/pool.js";

/** This many messages take less time than threads take to start. */
const FEW_MESSAGES = 256;

/** Messages that go to a thread and come back together: to send one alone takes longer than to judge it. */
const GROUP_MESSAGES = 64;

/**
 * What a command does with each message, and how it prints the results: `show` is called in the order of the messages.
 */
export interface Judge<Judgement> extends Show<Judgement> {
  /** May be called in any order: messages are judged independently. */
  readonly judge: JudgeMessage<Judgement>;
  /** A program that does the same as `judge` in another thread, for many messages. */
  readonly thread?: ThreadProgram;
}

/**
 * Judges all messages that the arguments name. One that cannot be read is reported on standard error, and stops no
 * other.
 * @returns `EXIT.failed` if there was such a message, else `EXIT.done`
 */
export async function judgeFiles<Judgement>(paths: readonly string[], judge: Judge<Judgement>): Promise<number> {
  const progress = new Progress();
  let exitCode: number = EXIT.done;
  for await (const outcomes of outcomesOf(findMessages(paths), judge)) {
    let text = "";
    for (const outcome of outcomes) {
      if ("failure" in outcome) {
        exitCode = EXIT.failed;
        progress.clear();
        reportFailure(outcome.failure);
      } else text += judge.show(outcome.name, outcome.judgement);
    }
    if (text !== "") {
      progress.clear();
      await print(text);
    }
    for (const outcome of outcomes) if ("judgement" in outcome) progress.advance(outcome.name);
  }
  progress.clear();
  await print(judge.end());
  return exitCode;
}

/** The first messages are judged here; if there are more, those are shared out in groups. */
async function* outcomesOf<Judgement>(
  found: Iterator<Found, void>,
  { judge, thread }: Judge<Judgement>,
): AsyncGenerator<Outcome<Judgement>[], void> {
  const judgeHere = async (item: Found) => [await judgedHere(item, judge)];
  yield* inOrder(upTo(thread === undefined ? Infinity : FEW_MESSAGES, found), MESSAGES_AT_ONCE, judgeHere);
  const first = found.next();
  if (first.done || thread === undefined) return;
  const pool = new ThreadPool<Judgement>(thread, judge);
  try {
    yield* inOrder(groupsOf(first.value, found), pool.groupsAtOnce, (group) =>
      group instanceof Array ? pool.judge(group) : judgeHere(group),
    );
  } finally {
    await pool.end();
  }
}

async function judgedHere<Judgement>(found: Found, judge: JudgeMessage<Judgement>): Promise<Outcome<Judgement>> {
  return isUnreadable(found) ? failed(found.name, found.error) : judgedMessage(found, judge);
}

function* upTo<Item>(count: number, items: Iterator<Item, void>): Generator<Item, void> {
  for (let i = 0; i < count; i++) {
    const item = items.next();
    if (item.done) return;
    yield item.value;
  }
}

/** Messages in groups. What cannot be read, and standard input, which only this thread has, come alone. */
function* groupsOf(first: Found, more: Iterator<Found, void>): Generator<MessageFile[] | Found, void> {
  let group: MessageFile[] = [];
  for (let item: IteratorResult<Found, void> = { value: first }; !item.done; item = more.next()) {
    const found = item.value;
    const isAlone = isUnreadable(found) || found.path === null;
    if (!isAlone) group.push(found);
    if (group.length > 0 && (isAlone || group.length === GROUP_MESSAGES)) {
      yield group;
      group = [];
    }
    if (isAlone) yield found;
  }
  if (group.length > 0) yield group;
}
