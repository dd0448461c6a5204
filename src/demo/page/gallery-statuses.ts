import type { Concern, MethodResult, State, Status, StatusReport } from "../../browser.js";

/** One status, as the core hands it over. */
export interface StatusCase {
  readonly name: string;
  readonly report: StatusReport;
}

const NOTHING: Status = {
  state: "unknown",
  signer: null,
  alignment: null,
  intermediary: null,
  reasons: [],
  concerns: [],
};

const CHECKER = "mx.example.net";

/** What the server's field says of DKIM. RFC 8601 §2.7.1 */
const WORDS: Readonly<Record<State, string>> = {
  checking: "none",
  malformed: "pass",
  author: "pass",
  "third-party": "pass",
  unknown: "temperror",
  unsigned: "none",
  invalid: "fail",
};

function caseOf(name: string, status: Partial<Status>, domain: string | null = "library.example"): StatusCase {
  const signer = status.signer ?? domain;
  const word = WORDS[status.state ?? "unknown"];
  const results: readonly MethodResult[] = [
    {
      method: "dkim",
      methodVersion: 1,
      result: word,
      reason: null,
      properties: signer === null || word === "none" ? [] : [{ ptype: "header", property: "d", value: signer }],
    },
    { method: "spf", methodVersion: 1, result: "pass", reason: null, properties: [] },
  ];
  return {
    name,
    report: {
      author: domain === null ? null : { address: `kim@${domain}`, domain },
      status: { ...NOTHING, ...status },
      results,
      authservId: status.state === "unknown" || status.state === "checking" ? null : CHECKER,
      field: `${CHECKER}; dkim=${word}${word === "none" ? "" : ` header.d=${signer ?? ""}`}; spf=pass`,
    },
  };
}

function warned(code: Concern["code"]): Partial<Status> {
  const concerns: readonly Concern[] = [{ code, level: "warn" }];
  return { state: "author", signer: "library.example", alignment: "exact", concerns };
}

function passedOn(signer: string, intermediary: Status["intermediary"], more: Partial<Status> = {}): Partial<Status> {
  return { state: "third-party", signer, alignment: "none", intermediary, ...more };
}

/** Every state, with what it can say beside it. */
export const STATUS_CASES: readonly StatusCase[] = [
  caseOf("author", { state: "author", signer: "library.example", alignment: "exact" }),
  caseOf("author, same organization", { state: "author", signer: "post.library.example", alignment: "organization" }),
  caseOf("third-party", passedOn("relay.example", null)),
  caseOf("third-party, mailing list", passedOn("yahoogroups.com", { id: "yahoo-groups", kind: "mailing-list" })),
  caseOf("third-party, bulk sender", passedOn("sendgrid.net", { id: "sendgrid", kind: "bulk-sender" })),
  caseOf("third-party, forwarder", passedOn("simplelogin.co", { id: "simplelogin", kind: "forwarder" })),
  caseOf(
    "third-party, the author’s own failed",
    passedOn("relay.example", null, { reasons: ["author-signature-failed"] }),
  ),
  caseOf("invalid, does not match", { state: "invalid", reasons: ["body-hash-mismatch"] }),
  caseOf("invalid, key revoked", { state: "invalid", reasons: ["key-revoked"] }),
  caseOf("invalid, expired", { state: "invalid", reasons: ["signature-expired"] }),
  caseOf("malformed", { state: "malformed", reasons: ["from-several-domains"] }, null),
  caseOf("unsigned", { state: "unsigned" }),
  caseOf("unknown, nothing trusted", { state: "unknown", reasons: ["nothing-trusted"] }),
  caseOf("unknown, temporary error", { state: "unknown", reasons: ["temporary-error"] }),
  caseOf("unknown, too old", { state: "unknown", reasons: ["too-old-to-check"] }),
  caseOf("checking", { state: "checking", reasons: ["verification-pending"] }),
  caseOf("caution, name shows another address", warned("name-shows-other-address")),
  caseOf("caution, partly signed", warned("partly-signed")),
  caseOf("caution, repeated field", warned("field-repeated:subject")),
  caseOf("caution, DMARC failed", warned("dmarc-fail")),
  caseOf("caution, test signature", warned("testing-key")),
  caseOf("caution, outdated signature", warned("weak-algorithm")),
];
