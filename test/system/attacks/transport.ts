/** Line ends and envelopes: what one server takes for a line, an end or an address, and the next one does not. */
import { SMUGGLED_ENDS } from "../smuggling.js";
import { ATTACKER, attacks, FROM_ATTACKER, FROM_VICTIM, mail, VICTIM } from "./attack.js";
import { byAttacker } from "./keys.js";

/** Who would get what is smuggled. */
export const SMUGGLED_TO = "smuggled@home.example";

/** A second message behind what some servers take for the end of the first. */
function smuggled(end: string, subject: string): string {
  const commands = `MAIL FROM:<info@${VICTIM}>\r\nRCPT TO:<${SMUGGLED_TO}>\r\nDATA\r\n`;
  return `${mail(subject, { body: "Hello." })}${end}${commands}${mail("smuggled")}.\r\n`;
}

export const TRANSPORT = await attacks([
  ...Object.entries(SMUGGLED_ENDS).map(([name, end]) => ({
    source: "SMTP smuggling",
    name: `a message behind ${name}`,
    seen: "unsigned",
    // Postfix, in front, knows bare LFs; the proxy refuses what has a bare CR.
    ...(/\r(?!\n)/.test(end) && { throughProxy: "refused 554" }),
    isStuffed: true,
    write: (subject: string) => smuggled(end, subject),
  })),
  {
    source: "bare line ends",
    name: "From behind a bare CR",
    seen: `author ${ATTACKER}`,
    write: (subject) => byAttacker(mail(subject, { from: FROM_ATTACKER, fields: `X-A: b\r${FROM_VICTIM}` })),
  },
  {
    source: "bare line ends",
    name: "From behind a bare LF",
    seen: "malformed: from-repeated",
    write: (subject) => byAttacker(mail(subject, { from: FROM_ATTACKER, fields: `X-A: b\n${FROM_VICTIM}` })),
  },
  {
    source: "bare line ends",
    name: "the end of the header in bare LF",
    seen: `author ${ATTACKER}`,
    write: (subject) => byAttacker(mail(subject, { from: FROM_ATTACKER, fields: `X-A: b\n\n${FROM_VICTIM}` })),
  },
  {
    source: "bare line ends",
    name: "the end of the header in bare CR",
    seen: `author ${ATTACKER}`,
    write: (subject) => byAttacker(mail(subject, { from: FROM_ATTACKER, fields: `X-A: b\r\r${FROM_VICTIM}` })),
  },
  {
    source: "Composition Kills A1",
    name: "an envelope below the victim",
    seen: "unsigned",
    envelope: `x@nothing.${VICTIM}`,
    write: (subject) => mail(subject),
  },
  {
    source: "Composition Kills A1",
    name: "an envelope of the victim, signed by the attacker",
    seen: `third-party ${ATTACKER}`,
    envelope: `info@${VICTIM}`,
    write: (subject) => byAttacker(mail(subject)),
  },
  {
    source: "Composition Kills A2",
    name: "an empty envelope",
    seen: "unsigned",
    envelope: "",
    write: (subject) => mail(subject),
  },
  {
    source: "Composition Kills A6",
    name: "a parenthesis in the envelope",
    seen: "unsigned",
    envelope: `info@${VICTIM}(.${ATTACKER}`,
    write: (subject) => mail(subject),
  },
  {
    source: "Composition Kills A7",
    name: "a quote and a result in the envelope",
    seen: "unsigned",
    envelope: `"x; dkim=pass header.d=${VICTIM}"@${ATTACKER}`,
    write: (subject) => mail(subject),
  },
  {
    source: "Composition Kills A7",
    name: "a route in the envelope",
    seen: "unsigned",
    envelope: `@${VICTIM},@other.example:x@${ATTACKER}`,
    write: (subject) => mail(subject),
  },
]);
