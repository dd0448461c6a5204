/** Messages that the victim did sign, and that somebody changed on the way. */
import { ATTACKER, attacks, FROM_ATTACKER, mail, VICTIM } from "./attack.js";
import { bySimpleVictim, byVictim } from "./keys.js";

const BODY = "Hello,\r\nyour account is in order.\r\n";
const EMPTY_HASH = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const HTML = "Content-Type: text/html; charset=utf-8\r\n";
const PARTS = (boundary: string) => `Content-Type: multipart/mixed; boundary=${boundary}\r\n`;

/** The signature covers the body as it was before something was put behind it. */
const partly = (subject: string, parts: Parameters<typeof mail>[1] = {}) =>
  bySimpleVictim(mail(subject, { body: BODY, ...parts }), `l=${(parts.body ?? BODY).length};`);

/** With lines on top of what was signed. */
const under = (lines: string) => (subject: string) => lines + bySimpleVictim(mail(subject));

export const CHANGED = await attacks([
  {
    source: "l= 2024",
    name: "text put behind what l= covers",
    seen: "invalid: body-partly-signed; warns partly-signed",
    write: (subject) => `${partly(subject)}Call this number.\r\n`,
  },
  {
    source: "l= 2024",
    name: "another body where l= is 0",
    seen: "invalid: body-partly-signed; warns partly-signed",
    write: (subject) => bySimpleVictim(mail(subject, { body: "Call this number.\r\n" }), "l=0;", EMPTY_HASH),
  },
  {
    source: "l= 2024",
    name: "an unsigned Content-Type replaced, and HTML put behind",
    seen: "invalid: body-partly-signed; warns partly-signed; notes not-signed:content-type",
    write: (subject) => `${HTML}${partly(subject)}<style>pre{display:none}</style><p>Call this number.</p>\r\n`,
  },
  {
    source: "l= 2024",
    name: "a boundary replaced that hides what was signed",
    seen: "invalid: body-partly-signed; warns partly-signed field-repeated:content-type; notes not-signed:content-type",
    write: (subject) => {
      const body = `--a\r\nContent-Type: text/plain\r\n\r\n${BODY}--a--\r\n`;
      return PARTS("b") + partly(subject, { body, fields: PARTS("a") }) + body.replaceAll("--a", "--b");
    },
  },
  {
    source: "header duplication",
    name: "a second From on top",
    seen: "malformed: from-repeated",
    write: under(FROM_ATTACKER),
  },
  {
    source: "header duplication",
    name: "a second Subject on top",
    seen: `author ${VICTIM}; warns field-repeated:subject`,
    write: under("Subject: Your account is closed\r\n"),
  },
  {
    source: "header duplication",
    name: "a second To on top",
    seen: `author ${VICTIM}; warns field-repeated:to`,
    write: under("To: somebody@else.example\r\n"),
  },
  {
    source: "header duplication",
    name: "a second Date on top",
    seen: `author ${VICTIM}; warns field-repeated:date`,
    write: under("Date: Wed, 25 Nov 2026 02:00:00 +0000\r\n"),
  },
  {
    source: "header duplication",
    name: "a second Reply-To on top",
    seen: `author ${VICTIM}; warns field-repeated:reply-to; notes not-signed:reply-to`,
    write: (subject) =>
      `Reply-To: x@${ATTACKER}\r\n${bySimpleVictim(mail(subject, { fields: `Reply-To: info@${VICTIM}\r\n` }))}`,
  },
  {
    source: "header duplication",
    name: "a second Content-Type on top",
    seen: `author ${VICTIM}; warns field-repeated:content-type; notes not-signed:content-type`,
    write: (subject) => HTML + bySimpleVictim(mail(subject, { fields: "Content-Type: text/plain\r\n" })),
  },
  {
    source: "header duplication",
    name: "a second From where the victim signs for none to be added",
    seen: "malformed: from-repeated",
    write: async (subject) => FROM_ATTACKER + (await byVictim(mail(subject))),
  },
  {
    source: "header duplication",
    name: "a second Subject where the victim signs for none to be added",
    seen: "invalid: signature-mismatch",
    write: async (subject) => `Subject: Your account is closed\r\n${await byVictim(mail(subject))}`,
  },
  {
    source: "header duplication",
    name: "a Reply-To where the victim signs for none to be added",
    seen: "invalid: signature-mismatch",
    write: async (subject) => `Reply-To: x@${ATTACKER}\r\n${await byVictim(mail(subject))}`,
  },
  {
    source: "tampering",
    name: "another sum in the body",
    seen: "invalid: body-hash-mismatch",
    write: async (subject) => (await byVictim(mail(subject))).replace("Pay 10.", "Pay 99."),
  },
  {
    source: "tampering",
    name: "another author in a signed message",
    seen: "invalid: signature-mismatch",
    write: async (subject) => (await byVictim(mail(subject))).replace(`info@${VICTIM}`, `boss@${VICTIM}`),
  },
]);

/** What DKIM cannot tell, and does not promise: the sign is good, and it says what it says. */
export const NOT_SOLVED = await attacks([
  {
    source: "replay",
    name: "a signed message sent to somebody else",
    seen: `author ${VICTIM}`,
    write: async (subject) => byVictim(mail(subject).replace(/^To: .*$/m, "To: somebody@else.example")),
  },
  {
    source: "what was not signed",
    name: "a Reply-To where there was none",
    seen: `author ${VICTIM}; notes not-signed:reply-to`,
    write: under(`Reply-To: x@${ATTACKER}\r\n`),
  },
  {
    source: "what was not signed",
    name: "a Content-Type where there was none",
    seen: `author ${VICTIM}; notes not-signed:content-type`,
    write: under(HTML),
  },
]);

/** What must not be left of {@link CUT_OFF}. */
export const CUT = "your account is closed";

/** What Postfix takes out of the header again: what is left to read is what the victim signed. */
export const CUT_OFF = await attacks([
  {
    source: "milter protocol",
    name: "text behind a NUL in a signed Subject",
    seen: `author ${VICTIM}`,
    throughProxy: "invalid: signature-mismatch",
    write: async (subject) => (await byVictim(mail(subject))).replace(subject, `${subject}\0 - ${CUT}`),
  },
]);
