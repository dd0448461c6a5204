import type { Edit } from "../../service/types.js";
import { encodeReplyCode, REPLY_CONTINUE, REPLY_TEMPORARY_FAILURE } from "./commands.js";
import { editReplies, type MilterField } from "./header.js";

/** What goes back to the MTA for one packet. */
export interface Answer {
  readonly replies: readonly Uint8Array[];
  /** The connection is over. */
  readonly close: boolean;
}

export const NOTHING = answer();
export const CONTINUE = answer(REPLY_CONTINUE);
export const CLOSE: Answer = { replies: [], close: true };
export const TRY_LATER = answer(REPLY_TEMPORARY_FAILURE);

/** Permanent: no mail that people write has such a header, and after a temporary failure it would only come again. */
export const HEADER_TOO_LARGE = answer(encodeReplyCode("552 5.3.4 Message header exceeds the limit"));

/**
 * Forged fields of one message. Postfix searches the header once for each: a header full of them would keep it busy for
 * minutes. Even a message that loops through our servers has far fewer.
 */
const MAX_DELETIONS = 256;
const TOO_MANY_FORGED = answer(encodeReplyCode("554 5.6.0 Too many forged Authentication-Results fields"));

/** The answer at the end of a message: its changes, and that it may go on. */
export function answerWith(edit: Edit, fields: readonly MilterField[], hasLeadingSpace: boolean): Answer {
  if (edit.remove.length > MAX_DELETIONS) return TOO_MANY_FORGED;
  return answer(...editReplies(fields, edit, hasLeadingSpace), REPLY_CONTINUE);
}

export function answer(...replies: Uint8Array[]): Answer {
  return { replies, close: false };
}
