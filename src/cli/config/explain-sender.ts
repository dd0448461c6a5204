import { loadGatewayConfig } from "../../gateway/config/load.js";
import type { KeySource, RuleDecision, TraceStep } from "../../gateway/policy/trace.js";
import { authorOfValues } from "../../message/author.js";
import { encodeUtf8 } from "../../message/octets.js";
import { laidOut } from "../explain/layout.js";
import type { Paragraph } from "../explain/sentences.js";
import { filled } from "../explain/text.js";
import type { SenderFlags } from "../options/sender.js";
import { print } from "../terminal/output.js";
import { CONDITION_TEXTS, DECISION_TEXTS } from "./decision-texts.js";

/** `explain --config`: which rule signs a sender's mail, or why none does. */
export async function explainSender(config: string, sender: string, flags: SenderFlags): Promise<void> {
  const { login = null, client = null, daemon = null, door } = flags;
  const { policy } = await loadGatewayConfig(config);
  const author = authorOfValues([encodeUtf8(sender)]);
  const context = { door, login, clientAddress: client, daemonName: daemon, envelopeSender: null };
  const { decision, steps } = policy.explain({ author, context });
  const sections = [
    { title: sender, paragraphs: [answer(decision, steps)] },
    { title: "How that was decided", paragraphs: steps.map((step) => ({ text: sentenceOf(step), points: [] })) },
  ];
  await print(laidOut(sections));
}

function answer({ keys, reason }: RuleDecision, steps: readonly TraceStep[]): Paragraph {
  if (reason === null) {
    return { text: "Is signed with:", points: keys.map(({ domain, selector }) => `${selector}._domainkey.${domain}`) };
  }
  const address = steps.flatMap((step) => (step.step === "author" ? [step.address] : []))[0] ?? null;
  const { why, cure } = DECISION_TEXTS[reason];
  const points = [why, ...(cure === null ? [] : [`Cure: ${cure}`])];
  return { text: "Is not signed.", points: points.map((sentence) => filled(sentence, { author: address })) };
}

function sentenceOf(step: TraceStep): string {
  switch (step.step) {
    case "author":
      return step.address === null ? "The author cannot be told." : `The author is ${step.address}.`;
    case "rule":
      return step.unmet === null
        ? `${step.rule} allows it.`
        : `${step.rule} does not apply: ${CONDITION_TEXTS[step.unmet]}.`;
    case "keys":
      return `${sourceOf(step.source)}: ${step.keys.length === 0 ? "no key" : step.keys.join(", ")}.`;
  }
}

function sourceOf({ kind, name }: KeySource): string {
  switch (kind) {
    case "rule":
      return `${name} names the keys`;
    case "signing-table":
      return `The SigningTable names the keys, at ${name}`;
    case "domain":
      return name === null ? "No domain at or above the author's has keys" : `The nearest domain with keys is ${name}`;
  }
}
