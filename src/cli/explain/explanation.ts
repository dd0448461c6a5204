import type { SignatureReport, Status, StatusReport, Verification } from "../../index.js";
import { concernSentences, headline, howToSign, reasonSentences, type Paragraph } from "./sentences.js";
import { AUTHOR_TEXTS, STATUS_TEXTS } from "./status-texts.js";

/** What an explanation is made of. */
export interface Findings {
  readonly name: string;
  /** What our own verification found. */
  readonly verification: Verification;
  /** What the message's fields say to a reader who trusts the ids given. */
  readonly report: StatusReport;
  readonly trusted: readonly string[];
  /** The ids of all Authentication-Results fields, top down; null for one that cannot be read. */
  readonly authservIds: readonly (string | null)[];
}

export interface Section {
  readonly title: string;
  readonly paragraphs: readonly Paragraph[];
}

/** Why a message is signed, passes and is trusted, or not, and how to fix that. */
export function explanationOf(findings: Findings): Section[] {
  const { name, verification } = findings;
  return [
    { title: name, paragraphs: [summary(verification)] },
    { title: "Author", paragraphs: authorParagraphs(verification) },
    { title: "Signatures", paragraphs: signatureParagraphs(verification) },
    { title: "Worth knowing", paragraphs: remarkParagraphs(verification) },
    { title: "What a mail program is told", paragraphs: trustParagraphs(findings) },
  ].filter(({ paragraphs }) => paragraphs.length > 0);
}

function summary(verification: Verification): Paragraph {
  const { status } = verification;
  const author = domainOf(verification);
  const isUnsigned = status.state === "unsigned" || status.state === "third-party";
  return paragraph(headline(status, author), isUnsigned ? howToSign(author) : []);
}

function paragraph(text: string, points: readonly string[] = []): Paragraph {
  return { text, points };
}

function domainOf({ author }: { readonly author: Verification["author"] }): string | null {
  return author?.domain ?? null;
}

function authorParagraphs({ author, status }: Verification): Paragraph[] {
  if (author !== null) return [paragraph(`${author.address}, of the domain ${author.domain}.`)];
  return status.reasons.map((reason) => {
    const [why, ...cure] = reasonSentences(reason, {});
    return paragraph(why!, cure);
  });
}

function signatureParagraphs({ author, signatures }: Verification): Paragraph[] {
  if (signatures.length === 0) return [paragraph("None.")];
  return grouped(signatures).map(({ signature, count }) => {
    const points = pointsOf(signature, author?.domain ?? null);
    const text = `${signature.domain ?? "A signature that names no domain"}${detailsOf(signature)}: ${signature.result}`;
    return paragraph(count === 1 ? text : `${text} (${count} of them)`, points);
  });
}

/** Signatures with the same verdict are described once: a message can have thousands. */
function grouped(signatures: readonly SignatureReport[]): { signature: SignatureReport; count: number }[] {
  const groups = new Map<string, { signature: SignatureReport; count: number }>();
  for (const signature of signatures) {
    const key = JSON.stringify(signature);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { signature, count: 1 });
    else group.count++;
  }
  return [...groups.values()];
}

function detailsOf({ selector, algorithm, keyBits }: SignatureReport): string {
  const details = [
    ...(selector === null ? [] : [`selector ${selector}`]),
    ...(algorithm === null ? [] : [algorithm]),
    ...(keyBits === null ? [] : [`${keyBits} bits`]),
  ];
  return details.length === 0 ? "" : ` (${details.join(", ")})`;
}

const ALIGNMENTS: Readonly<Record<SignatureReport["alignment"], string>> = {
  exact: "It is the author's own domain.",
  organization: "It is of one organization with the author's domain.",
  none: "It is not the author's domain.",
};

function pointsOf(signature: SignatureReport, author: string | null): string[] {
  const { domain, selector, reason, alignment } = signature;
  const key = domain === null || selector === null ? null : `${selector}._domainkey.${domain}`;
  return [
    ...(domain === null || author === null ? [] : [ALIGNMENTS[alignment]]),
    ...(reason === null ? [] : reasonSentences(reason, { signer: domain, author, key })),
  ];
}

/** Reasons of the status itself, and its concerns. */
function remarkParagraphs(verification: Verification): Paragraph[] {
  const { status } = verification;
  const own = status.reasons.filter((reason) => reason in STATUS_TEXTS && !(reason in AUTHOR_TEXTS));
  return remarksOf({ ...status, reasons: own }, domainOf(verification));
}

function remarksOf({ signer, reasons, concerns }: Status, author: string | null): Paragraph[] {
  const subject = { signer, author };
  return [
    ...reasons.map((reason) => reasonSentences(reason, subject)),
    ...concerns.map((concern) => concernSentences(concern, subject)),
  ].map(([why, ...cure]) => paragraph(why!, cure));
}

/** Ids that are listed; more would only hide the first ones. */
const IDS_LISTED = 10;

function trustParagraphs({ verification, report, trusted, authservIds }: Findings): Paragraph[] {
  const { author, status } = report;
  const told = headline(status, author?.domain ?? null);
  const shown = trusted.length === 0 ? "Without a trusted server" : `To whoever trusts ${trusted.join(", ")}`;
  const differs = status.state !== "unknown" && status.state !== verification.status.state;
  return [
    paragraph(fieldsSentence(authservIds)),
    paragraph(`${shown}: ${told}`),
    ...remarksOf(status, author?.domain ?? null),
    ...(differs
      ? [paragraph("That is not what was found here: the message, its keys or the time are others now.")]
      : []),
  ];
}

function fieldsSentence(ids: readonly (string | null)[]): string {
  if (ids.length === 0) return "The message has no Authentication-Results field.";
  const listed = ids.slice(0, IDS_LISTED).map((id) => (id === null ? "one without an id" : id));
  const more = ids.length > listed.length ? ` and ${ids.length - listed.length} more` : "";
  return `Authentication-Results fields in the message, top down, are of: ${listed.join(", ")}${more}.`;
}
