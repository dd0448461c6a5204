/** The attacks as data: what goes over the wire, and what the reader is to see of it. */
import { LOGIN } from "../stack/site.js";

/** Who is attacked: nobody but its owner may get a good sign for it. */
export const VICTIM = "bank.example";
/** Who attacks: he owns this domain, with its zone and its keys. */
export const ATTACKER = "evil.example";

export interface Attack {
  /** What is tried; it is the message's subject, too. */
  readonly name: string;
  /** Where it was published. */
  readonly source: string;
  /** MAIL FROM. */
  readonly envelope: string;
  /** As DATA carries it, before dots are stuffed; a binary string. */
  readonly message: string;
  /** Its dots are stuffed, and its end is in it. */
  readonly isStuffed: boolean;
  /** As `told` puts it; `refused` and a code where the message never reaches the reader. */
  readonly seen: string;
  /** The same behind the proxy, where it differs. */
  readonly throughProxy?: string;
}

/** Attacks of one publication; each is written from its subject. */
export function attacks(
  rows: readonly {
    readonly source: string;
    readonly name: string;
    readonly seen: string;
    readonly throughProxy?: string;
    readonly envelope?: string;
    readonly isStuffed?: boolean;
    readonly write: (subject: string) => string | Promise<string>;
  }[],
): Promise<Attack[]> {
  return Promise.all(
    rows.map(async ({ write, envelope = `x@${ATTACKER}`, isStuffed = false, ...row }) => {
      return { ...row, envelope, isStuffed, message: await write(row.name) };
    }),
  );
}

export const FROM_VICTIM = `From: Bank <info@${VICTIM}>\r\n`;
export const FROM_ATTACKER = `From: Mallory <x@${ATTACKER}>\r\n`;

export interface Parts {
  /** Lines above all others. */
  readonly top?: string;
  /** The From field, or what stands for it. */
  readonly from?: string;
  /** Further fields, below it. */
  readonly fields?: string;
  readonly body?: string;
}

/** A message to the reader. The From stands low: what a trick there does to the rest leaves the subject alone. */
export function mail(subject: string, { top = "", from = FROM_VICTIM, fields = "", body = "Pay 10.\r\n" }: Parts = {}) {
  const id = subject.replace(/[^a-z0-9]+/gi, "-");
  const header = `To: ${LOGIN.user}\r\nDate: Tue, 24 Nov 2026 02:00:00 +0000\r\nMessage-ID: <${id}@${ATTACKER}>\r\n`;
  return `${top}Subject: ${subject}\r\n${header}${from}${fields}\r\n${body}`;
}
