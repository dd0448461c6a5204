/** Two programs that read two different authors: From repeated, hidden, or written so that parsers disagree. */
import { ATTACKER, attacks, FROM_ATTACKER, FROM_VICTIM, mail, VICTIM } from "./attack.js";
import { byAttacker, HOMOGRAPH, HOMOGRAPH_KEY } from "./keys.js";

const from = (value: string) => (subject: string) => byAttacker(mail(subject, { from: `From: ${value}\r\n` }));
const encoded = (text: string) => `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;

export const AUTHORS = await attacks([
  {
    source: "Composition Kills A8",
    name: "From twice, the victim's above",
    seen: "malformed: from-repeated",
    write: (subject) => byAttacker(mail(subject, { from: FROM_VICTIM + FROM_ATTACKER })),
  },
  {
    source: "Composition Kills A8",
    name: "From twice, the victim's below",
    seen: "malformed: from-repeated",
    write: (subject) => byAttacker(mail(subject, { from: FROM_ATTACKER + FROM_VICTIM })),
  },
  {
    source: "Composition Kills A9",
    name: "From with a space in front",
    seen: `author ${ATTACKER}`,
    write: (subject) => byAttacker(mail(subject, { from: ` ${FROM_VICTIM}${FROM_ATTACKER}` })),
  },
  {
    source: "Composition Kills A9",
    name: "From with a space in front as the first line",
    seen: "malformed: from-missing",
    write: async (subject) => ` ${FROM_VICTIM}${await byAttacker(mail(subject, { from: FROM_ATTACKER }))}`,
  },
  {
    source: "Composition Kills A10",
    name: "From with a space behind",
    seen: "malformed: from-repeated",
    write: (subject) => byAttacker(mail(subject, { from: `From : info@${VICTIM}\r\n${FROM_ATTACKER}` })),
  },
  {
    source: "Composition Kills A11",
    name: "From folded behind its name",
    seen: "malformed: from-missing",
    write: (subject) => byAttacker(mail(subject, { from: `From\r\n : info@${VICTIM}\r\n${FROM_ATTACKER}` })),
  },
  {
    source: "Composition Kills A10",
    name: "From with an invisible octet in its name",
    seen: "malformed: from-missing",
    write: (subject) => byAttacker(mail(subject, { from: `Fr\x01om: info@${VICTIM}\r\n${FROM_ATTACKER}` })),
  },
  {
    source: "Composition Kills A10",
    name: "From behind a line without a colon",
    seen: `author ${ATTACKER}`,
    write: (subject) => byAttacker(mail(subject, { from: `${FROM_ATTACKER}nonsense\r\n${FROM_VICTIM}` })),
  },
  {
    source: "Composition Kills A12",
    name: "Sender names the victim",
    seen: `author ${ATTACKER}`,
    write: (subject) =>
      byAttacker(mail(subject, { from: FROM_ATTACKER, fields: FROM_VICTIM.replace("From", "Sender") })),
  },
  {
    source: "Composition Kills A12",
    name: "Sender names the attacker who signs",
    seen: `third-party ${ATTACKER}`,
    write: (subject) =>
      byAttacker(mail(subject, { from: FROM_VICTIM, fields: FROM_ATTACKER.replace("From", "Sender") })),
  },
  {
    source: "Composition Kills A13",
    name: "Resent-From in place of From",
    seen: "malformed: from-missing",
    write: (subject) => byAttacker(mail(subject, { from: `Resent-From: info@${VICTIM}\r\nSender: x@${ATTACKER}\r\n` })),
  },
  {
    source: "Composition Kills A13",
    name: "Resent-From beside From",
    seen: `third-party ${ATTACKER}`,
    write: (subject) => byAttacker(mail(subject, { from: `Resent-From: x@${ATTACKER}\r\n${FROM_VICTIM}` })),
  },
  {
    source: "Composition Kills A14",
    name: "two addresses",
    seen: "malformed: from-several-domains",
    write: from(`<info@${VICTIM}>, <x@${ATTACKER}>`),
  },
  {
    source: "Composition Kills A14",
    name: "two addresses the other way round",
    seen: "malformed: from-several-domains",
    write: from(`x@${ATTACKER},info@${VICTIM}`),
  },
  {
    source: "Composition Kills A14",
    name: "two addresses in a group",
    seen: "malformed: from-several-domains",
    write: from(`Bank: info@${VICTIM}, x@${ATTACKER};`),
  },
  {
    source: "Composition Kills A15",
    name: "the victim's address encoded, the attacker's behind",
    seen: "malformed: from-unparsable",
    write: from(`${encoded(`info@${VICTIM}`)}, <x@${ATTACKER}>`),
  },
  {
    source: "Composition Kills A15",
    name: "the victim's address encoded as a name",
    seen: `author ${ATTACKER}; warns name-shows-other-address`,
    write: from(`${encoded(`<info@${VICTIM}>`)} <x@${ATTACKER}>`),
  },
  {
    source: "Composition Kills A15",
    name: "the whole address encoded",
    seen: "malformed: from-unparsable",
    write: from(encoded(`info@${VICTIM}`)),
  },
  {
    source: "Weak Links A7",
    name: "an encoded word inside the address",
    seen: "malformed: from-unparsable",
    write: from(`<${encoded(`info@${VICTIM}`)}@${ATTACKER}>`),
  },
  {
    source: "Composition Kills A16",
    name: "a route through the victim",
    seen: `author ${ATTACKER}; warns name-shows-other-address`,
    write: from(`<@${VICTIM}:x@${ATTACKER}>`),
  },
  {
    source: "Composition Kills A16",
    name: "a route through the attacker",
    seen: `third-party ${ATTACKER}; warns name-shows-other-address`,
    write: from(`<@${ATTACKER},@other.example:info@${VICTIM}>`),
  },
  {
    source: "Composition Kills A17",
    name: "a quoted pair between two addresses",
    seen: "malformed: from-unparsable",
    write: from(`<info@${VICTIM}>\\,<x@${ATTACKER}>`),
  },
  {
    source: "Composition Kills A17",
    name: "a quoted local part that holds an address",
    seen: `author ${ATTACKER}; warns name-shows-other-address`,
    write: from(`"info@${VICTIM}>,"@${ATTACKER}`),
  },
  {
    source: "Composition Kills A18",
    name: "two angle addresses joined",
    seen: "malformed: from-unparsable",
    write: from(`<info@${VICTIM}><x@${ATTACKER}>`),
  },
  {
    source: "Composition Kills A18",
    name: "an address in front of an angle address",
    seen: "malformed: from-unparsable",
    write: from(`info@${VICTIM}<x@${ATTACKER}>`),
  },
  {
    source: "Composition Kills A18",
    name: "an angle address in front of an address",
    seen: "malformed: from-unparsable",
    write: from(`<info@${VICTIM}>x@${ATTACKER}`),
  },
  {
    source: "Composition Kills A18",
    name: "an address in a comment",
    seen: `author ${ATTACKER}; warns name-shows-other-address`,
    write: from(`(info@${VICTIM}) x@${ATTACKER}`),
  },
  {
    source: "Composition Kills A18",
    name: "a comment inside the domain",
    seen: `third-party ${ATTACKER}`,
    write: from(`<info@bank(.${ATTACKER}).example>`),
  },
  {
    source: "Composition Kills A18",
    name: "a comment that never ends",
    seen: "malformed: from-unparsable",
    write: from(`info@${VICTIM}(<x@${ATTACKER}>`),
  },
  {
    source: "Composition Kills A19",
    name: "two at signs",
    seen: "malformed: from-unparsable",
    write: from(`info@${VICTIM}@${ATTACKER}`),
  },
  {
    source: "Composition Kills A19",
    name: "a semicolon between two addresses",
    seen: "malformed: from-unparsable",
    write: from(`info@${VICTIM};x@${ATTACKER}`),
  },
  {
    source: "Composition Kills A19",
    name: "an empty From",
    seen: "malformed: from-unparsable",
    write: from(""),
  },
  {
    source: "Composition Kills A19",
    name: "an empty angle address behind the victim's name",
    seen: "malformed: from-unparsable",
    write: from(`"info@${VICTIM}" <>`),
  },
  {
    source: "Composition Kills A19",
    name: "a folded address",
    seen: `third-party ${ATTACKER}`,
    write: from(`<info@bank\r\n .example>`),
  },
  {
    source: "Weak Links A6",
    name: "a NUL behind the victim's domain",
    seen: "invalid: signature-mismatch",
    throughProxy: `third-party ${ATTACKER}`,
    write: from(`info@${VICTIM}\0.${ATTACKER}`),
  },
  {
    source: "Weak Links A6",
    name: "a control character behind the victim's domain",
    seen: "malformed: from-unparsable",
    write: from(`<info@${VICTIM}\x01.${ATTACKER}>`),
  },
  {
    source: "Weak Links A6",
    name: "an invisible character in the domain",
    seen: "malformed: from-unparsable",
    write: from(`<info@ba\xe2\x80\x8bnk.example>`),
  },
  {
    source: "Weak Links A6",
    name: "a fullwidth domain",
    seen: "malformed: from-unparsable",
    write: from(`<info@\xef\xbd\x82ank.example>`),
  },
  {
    source: "Weak Links A6",
    name: "an ideographic full stop in the domain",
    seen: "malformed: from-unparsable",
    write: from(`<info@bank\xe3\x80\x82example>`),
  },
  {
    source: "Weak Links A12",
    name: "a homograph as it is written",
    seen: `author ${HOMOGRAPH}`,
    write: (subject) => byAttacker(mail(subject, { from: "From: Bank <info@b\xd0\xb0nk.example>\r\n" }), HOMOGRAPH_KEY),
  },
  {
    source: "Weak Links A12",
    name: "a homograph as A-label",
    seen: `author ${HOMOGRAPH}`,
    write: (subject) => byAttacker(mail(subject, { from: `From: Bank <info@${HOMOGRAPH}>\r\n` }), HOMOGRAPH_KEY),
  },
  {
    source: "Weak Links A14",
    name: "an override that turns the name around",
    seen: `author ${ATTACKER}; warns name-shows-other-address`,
    write: from(`"\xe2\x80\xae${Array.from(`info@${VICTIM}`).reverse().join("")}" <x@${ATTACKER}>`),
  },
  {
    source: "Weak Links A14",
    name: "an override in the local part",
    seen: "malformed: from-unparsable",
    write: from(`<"\xe2\x80\xae${Array.from(`@${VICTIM}`).reverse().join("")}"@${ATTACKER}>`),
  },
  {
    source: "UI spoofing",
    name: "the victim's address as a quoted name",
    seen: `author ${ATTACKER}; warns name-shows-other-address`,
    write: from(`"info@${VICTIM}" <x@${ATTACKER}>`),
  },
  {
    source: "UI spoofing",
    name: "the victim's address with a fullwidth at sign",
    seen: `author ${ATTACKER}; warns name-shows-other-address`,
    write: from(`info\xef\xbc\xa0${VICTIM} <x@${ATTACKER}>`),
  },
  {
    source: "UI spoofing",
    name: "a tick and the victim's name as the name",
    seen: `author ${ATTACKER}`,
    write: from(`${encoded(`\u2705 ${VICTIM}`)} <x@${ATTACKER}>`),
  },
]);
