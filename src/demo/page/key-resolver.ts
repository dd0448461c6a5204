import { DnsError, type Resolver } from "../../dkim/resolver.js";
import type { KeyAnswer } from "../key-lookup.js";

/** The DNS port of the page: names of keys, and nothing else, go to the demo's own server. */
export const keyResolver: Resolver = {
  async resolveTxt(name, { signal } = {}) {
    const answer = await asked(name, signal);
    if ("records" in answer) return answer.records;
    throw new DnsError(answer.error, `${name}: ${answer.error}`);
  },
};

async function asked(name: string, signal: AbortSignal | undefined): Promise<KeyAnswer> {
  try {
    const response = await fetch(`/dns?name=${encodeURIComponent(name)}`, signal ? { signal } : {});
    return response.ok ? ((await response.json()) as KeyAnswer) : { error: "temporary" };
  } catch {
    return { error: "temporary" }; // the server is gone, or the answer no longer wanted
  }
}
