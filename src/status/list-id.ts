import type { SignatureTags } from "../dkim/types.js";
import { domainOf, isAtOrBelow } from "../message/domain.js";
import type { Header } from "../message/header.js";

const LIST_ID = "list-id";

/** @returns the identifier (RFC 2919 §3) in the only List-Id field, or null; it has the form of a domain */
export function listIdOf(header: Header): string | null {
  const fields = header.named.get(LIST_ID);
  if (fields?.length !== 1) return null;
  const field = fields[0]!;
  const open = field.value.lastIndexOf("<"); // after the phrase
  const close = field.value.indexOf(">", open);
  return open < 0 || close < 0 ? null : domainOf(field.value.slice(open + 1, close).trim());
}

/**
 * Whether a signature covers a List-Id of its own domain: the signer calls itself a mailing list. Any signer can do
 * that, so it explains a signature and softens nothing.
 */
export function declaresOwnList(tags: SignatureTags, listId: string | null): boolean {
  if (listId === null || tags.domain === null) return false;
  return isAtOrBelow(listId, tags.domain) && tags.signedNames.includes(LIST_ID);
}
