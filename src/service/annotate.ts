import { checkAuthservId, foldField } from "../authentication-results/format.js";
import { fieldsToStrip } from "../authentication-results/strip.js";
import { after, type MaybePromise } from "../dkim/maybe-promise.js";
import type { Header } from "../message/header.js";
import { encodeUtf8, octetsOf } from "../message/octets.js";
import { checkAuthservIds, checkVerifyOptions } from "./arguments.js";
import { openMessage, type OpenMessage } from "./open-message.js";
import type { Ports } from "./ports.js";
import type { Edit, MessageSource, Verification, VerifyOptions } from "./types.js";
import { verifyOpen } from "./verify.js";

export interface AnnotateOptions extends VerifyOptions {
  /** Who verifies: the authserv-id of our field. RFC 8601 §2.5 */
  readonly authservId: string;
  /** Other ids that the readers trust: incoming fields that claim one are forged, and are removed. */
  readonly authservIds?: readonly string[] | undefined;
}

/**
 * Verifies a message and says how to annotate it: our Authentication-Results field on top, and every incoming one that
 * claims to be ours, or cannot be parsed, removed. RFC 8601 §5
 * @throws what reading the message throws; the signal's reason, if it aborts before the end of the header
 */
export function annotate(
  message: MessageSource,
  options: AnnotateOptions & Ports,
): MaybePromise<Edit & { readonly verification: Verification }> {
  checkAuthservId(options.authservId);
  checkAuthservIds(options.authservIds);
  checkVerifyOptions(options);
  return after(openMessage(message, options.signal), (open) => annotateOpen(open, options));
}

/** As {@link annotate}, for a message that is already open; synchronous if there is nothing to wait for. */
export function annotateOpen(
  message: OpenMessage,
  options: AnnotateOptions & Ports,
): MaybePromise<Edit & { readonly verification: Verification }> {
  const { header } = message;
  return after(verifyOpen(message, options), (verification) => {
    if (header.truncated) options.signal?.throwIfAborted(); // forged fields could stand in the rest
    const field = foldField("Authentication-Results", verification.authenticationResults!, header.lineEnding);
    return {
      prepend: octetsOf(encodeUtf8(field) + separatorFor(header)),
      remove: fieldsToStrip(header.fields, [options.authservId, ...(options.authservIds ?? [])]),
      verification,
    };
  });
}

/**
 * A message whose first line begins with white space has no header. After our field that line would be a continuation
 * of it, and could add results to it; with an empty line between them it stays body. RFC 5322 §2.1, §2.2.3
 */
function separatorFor({ strayLine, lineEnding }: Header): string {
  return /^[ \t]/.test(strayLine ?? "") ? lineEnding : "";
}
