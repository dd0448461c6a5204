import fc from "fast-check";
import { expect } from "vitest";
import { formatAuthenticationResults } from "../../src/authentication-results/format.js";
import { MAX_RESULTS, MAX_WRITTEN_VALUE } from "../../src/authentication-results/limits.js";
import { parseAuthenticationResults } from "../../src/authentication-results/parse.js";
import { isReadable } from "../../src/authentication-results/types.js";
import { plainForms } from "../authentication-results/plain-forms.js";
import { fuzz } from "./campaign.js";

const RESULTS = [
  "dkim=pass header.d=example.org header.i=@example.org header.b=AbCdEfGh",
  'dkim=fail reason="bad (signature)" header.i="a b"@example.org',
  "spf=pass (a comment) smtp.mailfrom=alice@example.org",
  "dmarc=pass action=none header.from=example.org",
  "arc=none/1",
  "iprev/2=pass policy.iprev=2001:db8::1",
  "none",
];

fuzz({
  name: "an Authentication-Results field that is read says the same when it is written and read again",
  inputs: fc
    .tuple(fc.constantFrom("mx.example.net", '"mx; a" 1', "mx/job", ""), fc.shuffledSubarray(RESULTS, { minLength: 1 }))
    .map((parts) => parts.flat().join(";\r\n\t")),
  words: [
    ";",
    "=",
    ".",
    "/",
    "(",
    ")",
    '"',
    "\\",
    "\r\n ",
    "\n",
    "@",
    "dkim=pass",
    "header.d=bank.com",
    "none",
    "1",
    "\0",
    "\u00fc",
    "\u202e",
  ],
  check(value) {
    const field = parseAuthenticationResults(value);
    for (const { at } of field.defects) expect(at >= 0 && at <= value.length).toBe(true);
    const ends = [...value.matchAll(/;\s*/g)].slice(0, MAX_RESULTS).map(({ 0: end, index }) => index + end.length);
    const plain = [0, ...ends].map((at) => plainForms(value.slice(at)));
    if (isReadable(field) && field.authservId) {
      const { authservId, results } = field;
      const isCarried = ({ reason, properties }: (typeof results)[number]) =>
        [reason ?? "", ...properties.map((property) => property.value)].every(
          (text) => text.length < MAX_WRITTEN_VALUE / 3,
        );
      if (results.every(isCarried) && !/[\x00-\x08\x0a-\x1f\x7f-\x9f]/.test(value.replaceAll("\r\n", ""))) {
        const again = parseAuthenticationResults(formatAuthenticationResults({ authservId, results }));
        expect(again).toEqual({ ...field, version: 1, defects: [] });
      }
    }
    const read = field.results.map(({ method, result }) => `${method}=${result}`).slice(0, 3);
    return [...new Set(field.defects.map(({ code }) => code)), ...read, plain.slice(0, 3).join("")].join();
  },
});
