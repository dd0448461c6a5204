import { isIdentityOf, type SigningKey } from "../../dkim/sign.js";
import { isAtOrBelow } from "../../message/domain.js";
import type { Door } from "../message.js";
import type { SigningPolicy, SigningRequest } from "../signing.js";
import { matchesAddress, type Address } from "./address-pattern.js";
import { matchesLogin } from "./login-pattern.js";
import type { AllowRule, PolicyKey, PolicyRules } from "./rules.js";
import type { Condition, DecisionTrace, KeySource, RuleDecision, TraceStep, UnsignedReason } from "./trace.js";

/** Doors of outgoing mail; the others verify, whatever the rules say. */
const SIGNING_DOORS: readonly Door[] = ["milter", "proxy-out"];

/** A key, with the i= that the table gives it. */
type ChosenKey = PolicyKey & { readonly signer?: string | null };

/**
 * Decides by rules alone, without I/O: whoever submitted the message must be allowed to write as its author, and there
 * must be a key for the author. The envelope sender does not matter: a bounce, which has none, is signed by its From.
 */
export class RulePolicy implements SigningPolicy {
  constructor(private readonly rules: PolicyRules) {}

  decide(request: SigningRequest): RuleDecision {
    return this.explain(request).decision;
  }

  /** The decision with all that led to it. */
  explain(request: SigningRequest): DecisionTrace {
    const steps: TraceStep[] = [];
    return { decision: this.#decide(request, steps), steps };
  }

  #decide({ author, context }: SigningRequest, steps: TraceStep[]): RuleDecision {
    const { mailbox } = author;
    steps.push({ step: "author", address: mailbox && `${mailbox.localPart}@${mailbox.domain}`, reason: author.reason });
    if (mailbox === null) return unsigned(author.reason);
    if (!SIGNING_DOORS.includes(context.door)) return unsigned("door-only-verifies");
    const refusal = this.#refusal([mailbox, ...(author.others ?? [])], context, steps);
    if (refusal !== null) return unsigned(refusal);
    const { keys, source } = this.#keysFor(mailbox, context.login);
    steps.push({ step: "keys", source, keys: keys.map(({ name }) => name) });
    return keys.length === 0
      ? unsigned("no-key-for-author")
      : { keys: keys.map((key) => signingKey(key, mailbox)), reason: null };
  }

  /** @returns why whoever submitted the message may not write as all these authors; null if a rule allows it */
  #refusal(authors: readonly Address[], context: SigningRequest["context"], steps: TraceStep[]): UnsignedReason | null {
    let isKnown = false;
    for (const rule of this.rules.allow) {
      const unmet = unmetCondition(rule, authors, context);
      steps.push({ step: "rule", rule: rule.name, unmet });
      if (unmet === null) return null;
      if (unmet === "author") isKnown = true;
    }
    if (isKnown) return "author-not-allowed";
    const { clientAddress } = context;
    const isIgnored = clientAddress !== null && this.rules.ignored?.has(clientAddress) === true;
    return isIgnored ? "client-ignored" : "client-not-allowed";
  }

  /** The first of these that covers the author decides: a rule, the signing table, the nearest domain with keys. */
  #keysFor(author: Address, login: string | null): { keys: ChosenKey[]; source: KeySource } {
    const { keys, keyRules, signingTable } = this.rules;
    const rule = keyRules.find(({ from }) => from.some((pattern) => matchesAddress(pattern, author, login)));
    if (rule !== undefined) return { keys: named(keys, rule.keys), source: { kind: "rule", name: rule.name } };
    const entries = signingTable?.lookUp(author) ?? [];
    if (entries.length > 0) {
      const chosen = entries.flatMap(({ keyName, signer }) =>
        named(keys, [keyName === "%" ? author.domain : keyName]).map((key) => ({ ...key, signer })),
      );
      const once = chosen.filter(({ name }, i) => chosen.findIndex((other) => other.name === name) === i);
      return { keys: once, source: { kind: "signing-table", name: entries[0]!.pattern } };
    }
    const nearest = nearestDomain(keys, author.domain);
    const own = keys.filter(({ domain, signsByDomain }) => signsByDomain && domain === nearest);
    return { keys: nearest === null ? [] : own, source: { kind: "domain", name: nearest } };
  }
}

function unsigned(reason: UnsignedReason): RuleDecision {
  return { keys: null, reason };
}

/** The first condition that does not hold. The author comes last: if that is the one, the submitter is known. */
function unmetCondition(
  { doors, logins, networks, daemons, from }: AllowRule,
  authors: readonly Address[],
  { door, login, clientAddress, daemonName }: SigningRequest["context"],
): Condition | null {
  if (doors !== null && !doors.includes(door)) return "door";
  if (logins !== null && (login === null || !logins.some((pattern) => matchesLogin(pattern, login)))) return "login";
  if (networks !== null && (clientAddress === null || !networks.has(clientAddress))) return "network";
  if (daemons !== null && (daemonName === null || !daemons.includes(daemonName))) return "daemon";
  const isAllowed = (author: Address) => from.some((pattern) => matchesAddress(pattern, author, login));
  return authors.every(isAllowed) ? null : "author";
}

/** In the order of the names, each key once. */
function named(keys: readonly PolicyKey[], names: readonly string[]): PolicyKey[] {
  return [...new Set(names)].flatMap((name) => keys.filter((key) => key.name === name));
}

function nearestDomain(keys: readonly PolicyKey[], author: string): string | null {
  const domains = keys.flatMap(({ domain, signsByDomain }) => (signsByDomain && domain !== null ? [domain] : []));
  return domains
    .filter((domain) => isAtOrBelow(author, domain))
    .reduce<string | null>((nearest, domain) => (domain.length > (nearest?.length ?? 0) ? domain : nearest), null);
}

/** An i= outside d= would make the signature invalid (RFC 6376 §3.5): it is left out, as OpenDKIM does. */
function signingKey({ domain: own, selector, privateKey, signer = null }: ChosenKey, author: Address): SigningKey {
  const domain = own ?? author.domain;
  const identity = signer?.replaceAll("%", author.domain);
  return { domain, selector, privateKey, ...(identity && isIdentityOf(domain, identity) && { identity }) };
}
