import { isNotFound, type Resolver } from "../dkim/resolver.js";
import { domainOf, selectorOf } from "../message/domain.js";

/** What the page learns about a name's TXT records: binary strings. */
export type KeyAnswer = { readonly records: readonly string[] } | { readonly error: "not-found" | "temporary" };

/** @returns null if the name is not that of a DKIM key: nothing else is looked up for the page */
export type KeyLookup = (name: string, signal: AbortSignal) => Promise<KeyAnswer | null>;

const INFIX = "._domainkey.";

/** Names of the sample zone are answered from it, others by the system's resolver. */
export function createKeyLookup(samples: Resolver, system: Resolver): KeyLookup {
  return async (name, signal) => {
    if (!isKeyName(name)) return null;
    const sample = await answerOf(samples, name, signal);
    return "error" in sample && sample.error === "not-found" ? answerOf(system, name, signal) : sample;
  };
}

/** RFC 6376 §3.6.2.1 */
function isKeyName(name: string): boolean {
  const at = name.indexOf(INFIX);
  if (at <= 0) return false;
  const selector = name.slice(0, at);
  const domain = name.slice(at + INFIX.length);
  return selectorOf(selector) === selector && domainOf(domain) === domain;
}

async function answerOf(resolver: Resolver, name: string, signal: AbortSignal): Promise<KeyAnswer> {
  try {
    const answer = await resolver.resolveTxt(name, { signal });
    return { records: "records" in answer ? answer.records : answer };
  } catch (error) {
    return { error: isNotFound(error) ? "not-found" : "temporary" };
  }
}
