/** Authentication-Results that the sender wrote himself. */
import { AUTHSERV_ID } from "../stack/site.js";
import { ATTACKER, attacks, mail, VICTIM } from "./attack.js";
import { byAttacker } from "./keys.js";

const PASS = `dkim=pass header.d=${VICTIM}`;
const unsigned = (fields: string) => (subject: string) => mail(subject, { top: fields });

export const RESULTS = await attacks([
  {
    source: "CVE-2022-48521",
    name: "three forged fields of our id",
    seen: "unsigned",
    write: unsigned(`Authentication-Results: ${AUTHSERV_ID}; ${PASS}\r\n`.repeat(3)),
  },
  {
    source: "CVE-2022-48521",
    name: "forged fields between others",
    seen: "unsigned",
    write: (subject) =>
      mail(subject, {
        top: `Authentication-Results: ${AUTHSERV_ID}; ${PASS}\r\nX-A: 1\r\nAuthentication-Results: other.example; ${PASS}\r\n`,
        fields: `Authentication-Results: ${AUTHSERV_ID}; ${PASS}\r\nX-B: 2\r\nAuthentication-Results: ${AUTHSERV_ID}; ${PASS}\r\n`,
      }),
  },
  {
    source: "RFC 8601 §7.1",
    name: "a forged field in a message that the attacker signed",
    seen: `third-party ${ATTACKER}`,
    write: (subject) => byAttacker(mail(subject, { top: `Authentication-Results: ${AUTHSERV_ID}; ${PASS}\r\n` })),
  },
  {
    source: "RFC 8601 §7.1",
    name: "our id in capitals, quoted, folded, behind a comment",
    seen: "unsigned",
    write: unsigned(
      [AUTHSERV_ID.toUpperCase(), `"${AUTHSERV_ID}"`, `\r\n\t${AUTHSERV_ID}`, `(x) ${AUTHSERV_ID}`, `${AUTHSERV_ID} 1`]
        .map((id) => `Authentication-Results: ${id}; ${PASS}\r\n`)
        .join(""),
    ),
  },
  {
    source: "RFC 8601 §7.1",
    name: "our id with a dot, with a job, with a part behind",
    seen: "unsigned",
    write: unsigned(
      [`${AUTHSERV_ID}.`, `${AUTHSERV_ID}/1`, `${AUTHSERV_ID}.${ATTACKER}`]
        .map((id) => `Authentication-Results: ${id}; ${PASS}\r\n`)
        .join(""),
    ),
  },
  {
    source: "RFC 8601 §7.1",
    name: "a field name with an octet that some readers drop",
    seen: "malformed: from-missing",
    throughProxy: "unsigned",
    write: unsigned(`Authentication-Results\x01: ${AUTHSERV_ID}; ${PASS}\r\n`),
  },
  {
    source: "RFC 8601 §7.1",
    name: "a forged field that nobody can read",
    seen: "unsigned",
    write: unsigned(`Authentication-Results: (((; ${PASS}\r\n`),
  },
  {
    source: "RFC 8601 §7.1",
    name: "a first line that would continue our field",
    seen: "malformed: from-missing",
    write: unsigned(`\t; ${PASS}\r\n`),
  },
  {
    source: "Weak Links A11",
    name: "an ARC chain that claims a pass",
    seen: "unsigned",
    write: unsigned(
      `ARC-Seal: i=1; a=rsa-sha256; cv=none; d=${ATTACKER}; s=m; b=YQ==\r\n` +
        `ARC-Message-Signature: i=1; a=rsa-sha256; d=${ATTACKER}; s=m; h=from; bh=YQ==; b=YQ==\r\n` +
        `ARC-Authentication-Results: i=1; ${AUTHSERV_ID}; ${PASS}\r\n`,
    ),
  },
  {
    source: "fields of old filters",
    name: "DKIMproxy's and SpamAssassin's words",
    seen: "unsigned",
    write: unsigned(
      "X-DKIM-Authentication-Results: pass\r\nX-Spam-Status: No, tests=DKIM_SIGNED,DKIM_VALID,DKIM_VALID_AU\r\n",
    ),
  },
  {
    source: "trace fields",
    name: "forged Received fields around a forged result",
    seen: "unsigned",
    write: unsigned(
      `Received: from a by ${AUTHSERV_ID}; Tue, 24 Nov 2026 02:00:00 +0000\r\n` +
        `Authentication-Results: ${AUTHSERV_ID}; ${PASS}\r\n` +
        `Received: from b by ${AUTHSERV_ID}; Tue, 24 Nov 2026 02:00:00 +0000\r\n`,
    ),
  },
]);
