import type { SignatureTags } from "../dkim/types.js";
import { domainOf, isAtOrBelow } from "../message/domain.js";
import type { Header } from "../message/header.js";

const LIST_ID = "list-id";

/**
 * Whether a signature covers a List-Id of its own domain: the signer says itself that it is a mailing list. This
 * explains a signature; whoever signs can say it. RFC 2919 §3
 */
export function declaresOwnList(tags: SignatureTags, header: Header): boolean {
  const [field, ...others] = header.fields.filter(({ key }) => key === LIST_ID);
  if (field === undefined || others.length > 0 || tags.domain === null) return false;
  const list = listIdOf(field.value);
  return list !== null && tags.signedNames.includes(LIST_ID) && isAtOrBelow(list, tags.domain);
}

/** The identifier in angle brackets behind the phrase. */
function listIdOf(value: string): string | null {
  const open = value.lastIndexOf("<");
  const close = value.indexOf(">", open);
  return open < 0 || close < 0 ? null : domainOf(value.slice(open + 1, close).trim());
}
