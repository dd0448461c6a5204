import { failureAt } from "../failure.js";
import type { MessageFile } from "../files/message-file.js";
import { readMessage } from "../files/read.js";
import type { MessageSource } from "../../index.js";
import { inOrder } from "../in-order.js";

/**
 * Messages under way at once in one thread. Enough that one wait for the DNS is not the next one's, and few enough that
 * as many headers of the largest size fit in memory.
 */
export const MESSAGES_AT_ONCE = 16;

/** What a message came to. Plain data, as a message is: it can come from another thread. */
export type Outcome<Judgement> =
  | { readonly name: string; readonly judgement: Judgement }
  /** Why it could not be read, in words that name it. */
  | { readonly name: string; readonly failure: string };

/** Octets that are there as a whole are only good until it returns: what it still needs then it keeps. */
export type JudgeMessage<Judgement> = (message: MessageSource, name: string) => Promise<Judgement>;

/** @returns what became of each message, in their order */
export async function judgedMessages<Judgement>(
  messages: readonly MessageFile[],
  judge: JudgeMessage<Judgement>,
): Promise<Outcome<Judgement>[]> {
  const outcomes: Outcome<Judgement>[] = [];
  for await (const outcome of inOrder(messages, MESSAGES_AT_ONCE, (message) => judgedMessage(message, judge))) {
    outcomes.push(outcome);
  }
  return outcomes;
}

export async function judgedMessage<Judgement>(
  message: MessageFile,
  judge: JudgeMessage<Judgement>,
): Promise<Outcome<Judgement>> {
  const { name } = message;
  try {
    const octets = readMessage(message);
    if (octets instanceof Uint8Array) return { name, judgement: await judge(octets, name) };
    try {
      return { name, judgement: await judge(octets, name) };
    } finally {
      await octets.return(); // a judge need not read to the end
    }
  } catch (error) {
    return failed(name, error);
  }
}

export function failed(name: string, error: unknown): { readonly name: string; readonly failure: string } {
  return { name, failure: failureAt(name, error).message };
}
