import { failureAt } from "../failure.js";
import type { MessageFile } from "../files/message-file.js";
import { readMessage } from "../files/read.js";
import type { MessageSource } from "../../index.js";
import { inOrder } from "../in-order.js";

/**
 * Messages under way at once in one thread. Enough that waits for the DNS overlap, and few enough that as many headers
 * of the largest size fit in memory.
 */
export const MESSAGES_AT_ONCE = 16;

/** The result for one message. Plain data, which can come from another thread. */
export type Outcome<Judgement> =
  | { readonly name: string; readonly judgement: Judgement }
  /** Why it could not be read, in words that name the message. */
  | { readonly name: string; readonly failure: string };

/** A `Uint8Array` is valid only until the call returns its promise: what is needed later must be copied. */
export type JudgeMessage<Judgement> = (message: MessageSource, name: string) => Promise<Judgement>;

/** @returns the outcome for each message, in their order */
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
