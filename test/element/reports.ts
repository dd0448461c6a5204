import type { Reason, State, Status, StatusReport } from "../../src/status/types.js";

/** A finding of the core about a message of kim@bank.example, as `statusOf` answers it. */
export function report(state: State, status: Partial<Status> = {}, rest: Partial<StatusReport> = {}): StatusReport {
  return {
    author: state === "malformed" ? null : { address: "kim@bank.example", domain: "bank.example" },
    status: { state, signer: null, alignment: null, intermediary: null, reasons: [], concerns: [], ...status },
    results: [],
    authservId: state === "unknown" || state === "checking" ? null : "mx.example.net",
    field: null,
    ...rest,
  };
}

/** One of each state, and a caution, as they usually are. */
export const REPORTS = {
  author: report("author", { signer: "bank.example", alignment: "exact" }),
  "third-party": report("third-party", {
    signer: "yahoogroups.com",
    alignment: "none",
    intermediary: { id: "yahoo-groups", kind: "mailing-list" },
    reasons: ["author-signature-failed"],
  }),
  invalid: report("invalid", { reasons: ["signature-mismatch"] }),
  "cannot-be-used": report("invalid", { reasons: ["signature-expired"] }),
  malformed: report("malformed", { reasons: ["from-repeated"] }),
  unsigned: report("unsigned"),
  unknown: report("unknown", { reasons: ["no-trusted-field"] }),
  checking: report("checking", { reasons: ["verification-pending"] }),
  caution: report("author", {
    signer: "bank.example",
    alignment: "exact",
    concerns: [
      { code: "partly-signed", level: "warn" },
      { code: "not-signed:subject", level: "note" },
    ],
  }),
} as const satisfies Record<string, StatusReport>;

/** As it stands in an attribute. */
export function attribute(value: unknown): string {
  return JSON.stringify(value).replace(/&/g, "&amp;").replace(/'/g, "&#39;");
}

export function tag(value: StatusReport, attributes = ""): string {
  return `<dkim-status ${attributes} status='${attribute(value)}'></dkim-status>`;
}

export function unknownBecause(reason: Reason): StatusReport {
  return report("unknown", { reasons: [reason] });
}
