/** Which signatures a message gets, as DKIMproxy's maps and lists say. */
import { isIdentityOf, type SigningKey } from "../../dkim/sign.js";
import { parseAddressList } from "../../message/address-list.js";
import type { Mailbox } from "../../message/author.js";
import { domainOf } from "../../message/domain.js";
import type { Header } from "../../message/header.js";
import type { MessageRequest, SigningDecision, SigningPolicy } from "../signing.js";
import { domainKeys, lookUp, senderKeys, type MapEntry } from "./lookup-map.js";
import { domainPart, expand, type MacroValues } from "./macros.js";
import type { SignatureRule } from "./rules.js";

export interface RuleEntry extends MapEntry {
  readonly rules: readonly SignatureRule[];
}

export interface DkimproxyRules {
  readonly listIds: ReadonlyMap<string, RuleEntry>;
  readonly senders: ReadonlyMap<string, RuleEntry>;
  /** For messages that no map knows; empty if only maps sign. */
  readonly defaults: readonly SignatureRule[];
}

/** RFC 2919 allows no longer ones; the limit bounds the keys of a lookup. */
const MAX_LIST_ID = 255;

export class DkimproxyPolicy implements SigningPolicy {
  constructor(private readonly rules: DkimproxyRules) {}

  /** The first of these that knows the message: the list's map, the sender's map, the default signatures. */
  decide({ author: { mailbox: author, reason }, header }: Pick<MessageRequest, "author" | "header">): SigningDecision {
    if (author === null) return { keys: null, reason };
    const { localPart, domain } = senderOf(header) ?? author;
    const sender = `${localPart}@${domain}`;
    const listId = listIdOf(header);
    const list = listId === null ? null : lookUp(this.rules.listIds, domainKeys(listId));
    if (list !== null) {
      const own = list.key === listId ? listId.slice(listId.indexOf(".") + 1) : list.key;
      return signedBy(list.rules, { sender, key: list.key }, () => own);
    }
    const entry = lookUp(this.rules.senders, senderKeys(localPart, domain));
    if (entry !== null) return signedBy(entry.rules, { sender, key: entry.key }, () => domainPart(entry.key));
    return signedBy(this.rules.defaults, { sender, key: null }, (rule, values) => nearest(rule, author, values));
  }
}

/** @param domainFor gives the domain if the rule does not fix it; null: the rule does not sign this message */
function signedBy(
  rules: readonly SignatureRule[],
  values: MacroValues,
  domainFor: (rule: SignatureRule, values: MacroValues) => string | null,
): SigningDecision {
  const keys = rules.flatMap((rule): SigningKey[] => {
    const fixed = values.key === null ? undefined : rule.domains?.[0];
    const domain = domainOf(fixed === undefined ? (domainFor(rule, values) ?? "") : expand(fixed, values));
    return domain === null ? [] : [keyOf(rule, domain, values)];
  });
  return keys.length === 0 ? { keys: null, reason: "no-key-for-author" } : { keys, reason: null };
}

/** An i= outside d= would make the signature invalid (RFC 6376 §3.5): it is left out. */
function keyOf(
  { selector, privateKey, canonicalization, identity }: SignatureRule,
  domain: string,
  values: MacroValues,
): SigningKey {
  const agent = identity === null ? null : expand(identity, values);
  return {
    domain,
    selector,
    privateKey,
    headerCanonicalization: canonicalization.header,
    bodyCanonicalization: canonicalization.body,
    ...(agent !== null && isIdentityOf(domain, agent) && { identity: agent }),
  };
}

/**
 * The nearest of the rule's domains that the author's is at or below; nobody else is signed for, even by a single
 * domain.
 */
function nearest({ domains }: SignatureRule, author: Mailbox, values: MacroValues): string | null {
  const known = new Set(domains?.map((domain) => domainOf(expand(domain, values))));
  return domainKeys(author.domain).find((domain) => known.has(domain)) ?? null;
}

/** The mailbox of the only Sender field. */
function senderOf(header: Header): Mailbox | null {
  const [field, ...others] = header.fields.filter(({ key }) => key === "sender");
  if (field === undefined || others.length > 0) return null;
  return parseAddressList(field.value)?.[0] ?? null;
}

/** What the only List-Id field has in angle brackets, or all of it. */
function listIdOf(header: Header): string | null {
  const [field, ...others] = header.fields.filter(({ key }) => key === "list-id");
  if (field === undefined || others.length > 0) return null;
  const open = field.value.lastIndexOf("<");
  const close = field.value.indexOf(">", open);
  const text = open >= 0 && close >= 0 ? field.value.slice(open + 1, close) : field.value;
  const listId = text.trim().toLowerCase();
  return listId === "" || listId.length > MAX_LIST_ID ? null : listId;
}
