import type { Concern, Reason, Status } from "../../index.js";
import { CONCERN_TEXTS, concernParts } from "./concern-texts.js";
import { SIGNATURE_TEXTS } from "./signature-texts.js";
import { AUTHOR_TEXTS, STATUS_TEXTS } from "./status-texts.js";
import { filled, type Subject, type Text } from "./text.js";

/** A paragraph, and what belongs to it. */
export interface Paragraph {
  readonly text: string;
  readonly points: readonly string[];
}

const REASON_TEXTS: Readonly<Record<Reason, Text>> = { ...SIGNATURE_TEXTS, ...AUTHOR_TEXTS, ...STATUS_TEXTS };

/** @returns why, and how to fix it */
export function reasonSentences(reason: Reason, subject: Subject): string[] {
  return sentences(REASON_TEXTS[reason], subject);
}

export function concernSentences({ code, level }: Concern, subject: Subject): string[] {
  const { kind, field } = concernParts(code);
  const [why, ...cure] = sentences(CONCERN_TEXTS[kind], { ...subject, field });
  return [level === "warn" ? `Caution: ${why!}` : why!, ...cure];
}

function sentences({ why, cure }: Text, subject: Subject): string[] {
  return [filled(why, subject), ...(cure === null ? [] : [`Cure: ${filled(cure, subject)}`])];
}

/** The outcome in one sentence. */
export function headline({ state, signer, alignment, intermediary }: Status, author: string | null): string {
  const subject = { signer, author };
  switch (state) {
    case "checking":
      return "The check is under way.";
    case "malformed":
      return "Who wrote it cannot be told, so nobody can vouch for the author.";
    case "author":
      return filled(alignment === "exact" ? OWN_DOMAIN : SAME_ORGANIZATION, subject);
    case "third-party":
      return filled(OTHER_DOMAIN, subject) + (intermediary === null ? "" : ` ${KINDS[intermediary.kind]}`);
    case "unknown":
      return "Whether any domain vouches for it is not known.";
    case "unsigned":
      return "It is not signed: no domain vouches for it.";
    case "invalid":
      return "It is signed, but no signature passes: no domain vouches for it.";
  }
}

const OWN_DOMAIN = "Signed by {signer}, the author's own domain.";
const SAME_ORGANIZATION = "Signed by {signer}, which is of one organization with the author's domain {author}.";
const OTHER_DOMAIN = "Signed by {signer}, not by the author's domain {author}.";

const KINDS: Readonly<Record<NonNullable<Status["intermediary"]>["kind"], string>> = {
  "mailing-list": "That is a mailing list, where this is usual.",
  forwarder: "That is a forwarding service, where this is usual.",
  "bulk-sender": "That is a service that sends for many customers; anybody can be one.",
  platform: "That is the platform's name for a customer; anybody can be one.",
};

/** What the author's domain has to do if it has not signed. */
export function howToSign(author: string | null): string[] {
  return author === null
    ? []
    : [
        filled(
          "Cure: For {author} to vouch, its outgoing servers have to sign with a key that the DNS has under that domain.",
          { author },
        ),
      ];
}
