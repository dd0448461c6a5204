import { EXIT, failureAt, reportFailure } from "./failure.js";
import { findMessages } from "./files/find.js";
import { isUnreadable, type Found, type MessageFile } from "./files/message-file.js";
import { octetsOfMessage } from "./files/read.js";
import { inOrder } from "./in-order.js";
import { print } from "./terminal/output.js";
import type { Show } from "./terminal/show.js";
import { Progress } from "./terminal/progress.js";

/**
 * Messages under way at once. Enough that one wait for the DNS is not the next one's, and few enough that as many
 * headers of the largest size fit in memory.
 */
const MESSAGES_AT_ONCE = 16;

/** What a command does with each message, and how it is printed: `show` is called in the order of the messages. */
export interface Judge<Judgement> extends Show<Judgement> {
  /** May run anywhere, in any order: it knows nothing of the other messages. */
  readonly judge: (message: AsyncIterable<Uint8Array>) => Promise<Judgement>;
}

type Outcome<Judgement> =
  { readonly name: string; readonly judgement: Judgement } | { readonly name: string; readonly error: unknown };

/**
 * Judges all messages that the arguments name. One that cannot be read is told on standard error, and stops no other.
 * @returns `EXIT.failed` where there was such a one, else `EXIT.done`
 */
export async function judgeFiles<Judgement>(paths: readonly string[], judge: Judge<Judgement>): Promise<number> {
  const progress = new Progress();
  let exitCode: number = EXIT.done;
  for await (const outcome of inOrder(findMessages(paths), MESSAGES_AT_ONCE, (found) => judged(found, judge))) {
    if ("error" in outcome) {
      exitCode = EXIT.failed;
      progress.clear();
      reportFailure(failureAt(outcome.name, outcome.error));
      continue;
    }
    const text = judge.show(outcome.name, outcome.judgement);
    if (text !== "") {
      progress.clear();
      await print(text);
    }
    progress.advance(outcome.name);
  }
  progress.clear();
  await print(judge.end());
  return exitCode;
}

async function judged<Judgement>(found: Found, { judge }: Judge<Judgement>): Promise<Outcome<Judgement>> {
  if (isUnreadable(found)) return found;
  return judgedMessage(found, judge);
}

/** A message is plain data, and so are judgements: this is what another thread could do. */
async function judgedMessage<Judgement>(
  message: MessageFile,
  judge: (message: AsyncIterable<Uint8Array>) => Promise<Judgement>,
): Promise<Outcome<Judgement>> {
  const { name } = message;
  const octets = octetsOfMessage(message);
  try {
    return { name, judgement: await judge(octets) };
  } catch (error) {
    return { name, error };
  } finally {
    await octets.return(); // a judge need not read to the end
  }
}
