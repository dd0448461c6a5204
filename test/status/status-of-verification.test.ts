import { expect, test } from "vitest";
import { resultOf, type ReasonCode } from "../../src/dkim/reasons.js";
import { parseSignature } from "../../src/dkim/signature.js";
import type { SignatureVerification } from "../../src/dkim/types.js";
import { authorOf } from "../../src/message/author.js";
import { parseHeaderText } from "../../src/message/header.js";
import { organizationalDomainOf } from "../../src/status/public-suffix-list.js";
import { statusOfVerification, type VerifiedMessage } from "../../src/status/status-of-verification.js";

const RECEIVED = new Date("2026-11-24T00:00:00Z");
const DAY = 24 * 60 * 60 * 1000;
const SIGNATURE = "DKIM-Signature: v=1; a=rsa-sha256; s=s1; bh=aGFzaA==; b=c2ln; h=from:subject:list-id; d=";

/** A message whose signatures, from the top, came out as the reasons say; null is a pass. */
function verified(
  fields: readonly string[],
  reasons: readonly (ReasonCode | null)[],
  changes: Partial<VerifiedMessage> & { testing?: boolean } = {},
) {
  const header = parseHeaderText(fields.join("\r\n") + "\r\n\r\n", false);
  const signatures = header.fields
    .filter(({ key }) => key === "dkim-signature")
    .map((field, i): SignatureVerification => {
      const reason = reasons[i] ?? null;
      const { tags } = parseSignature(field);
      return { field, tags, result: resultOf(reason), reason, keyBits: 2048, testing: changes.testing ?? false };
    });
  return statusOfVerification({
    header,
    author: authorOf(header),
    signatures,
    now: RECEIVED,
    receivedAt: RECEIVED,
    organizationalDomain: organizationalDomainOf,
    ...changes,
  });
}

const FROM = "From: ceo@bank.com";

test("a pass of the author's domain; each signature has its alignment and its concerns", () => {
  const fields = [
    SIGNATURE + "groups.io",
    SIGNATURE + "bank.com",
    SIGNATURE + "mail.bank.com",
    FROM,
    "Reply-To: a@b.c",
  ];
  const { status, signatures } = verified(fields, [null, null, "signature-mismatch"]);
  expect(status).toMatchObject({ state: "author", signer: "bank.com", alignment: "exact", reasons: [] });
  expect(status.concerns).toEqual([{ code: "not-signed:reply-to", level: "note" }]);
  expect(signatures).toEqual([
    { alignment: "none", concerns: ["not-signed:reply-to"] },
    { alignment: "exact", concerns: ["not-signed:reply-to"] },
    { alignment: "organization", concerns: [] },
  ]);
});

test("no signature is unsigned, whatever a field in the message says", () => {
  const forged = "Authentication-Results: mx.example.net; dkim=pass header.d=bank.com";
  expect(verified([forged, FROM], []).status).toMatchObject({ state: "unsigned", signer: null });
});

test("l= is judged by the body: one that covers it is no concern, one that does not is policy and says so", () => {
  const limited = SIGNATURE + "bank.com; l=10";
  expect(verified([limited, FROM], [null]).status).toMatchObject({ state: "author", concerns: [] });
  const partly = verified([limited, FROM], ["body-partly-signed"]);
  expect(partly.status).toMatchObject({
    state: "invalid",
    reasons: ["body-partly-signed"],
    concerns: [{ code: "partly-signed", level: "warn" }],
  });
  expect(partly.signatures).toEqual([{ alignment: "exact", concerns: ["partly-signed"] }]);
});

test("a key that says it is a test is a caution", () => {
  const { status } = verified([SIGNATURE + "bank.com", FROM], [null], { testing: true });
  expect(status).toMatchObject({ state: "author", concerns: [{ code: "testing-key", level: "warn" }] });
});

test("an outdated algorithm is refused, and told of the signature", () => {
  const sha1 = SIGNATURE.replace("sha256", "sha1") + "bank.com";
  const { status, signatures } = verified([sha1, FROM], ["algorithm-rsa-sha1"]);
  expect(status).toMatchObject({ state: "invalid", reasons: ["algorithm-rsa-sha1"], concerns: [] });
  expect(signatures[0]?.concerns).toEqual(["weak-algorithm"]);
});

test.each(["key-too-small", "key-too-large"] as const)(
  "what else is weak is told of a signature whose %s",
  (reason) => {
    const { signatures } = verified([SIGNATURE + "bank.com", FROM, "Reply-To: a@b.c"], [reason]);
    expect(signatures[0]?.concerns).toEqual(["not-signed:reply-to"]);
  },
);

test("a third party's pass is no reason to ask for a signature of the author's that is not there", () => {
  const { status } = verified([SIGNATURE + "groups.io", FROM], [null]);
  expect(status).toMatchObject({ state: "third-party", reasons: [] });
});

test("a key that is gone makes the message unknown only more than 7 days after receipt", () => {
  const fields = [SIGNATURE + "bank.com", FROM];
  const after = (days: number, reason: ReasonCode) =>
    verified(fields, [reason], { now: new Date(RECEIVED.getTime() + days * DAY) }).status;
  expect(after(7, "key-not-found")).toMatchObject({ state: "invalid", reasons: ["key-not-found"] });
  expect(after(7.01, "key-not-found")).toMatchObject({ state: "unknown", reasons: ["too-old-to-check"] });
  expect(after(8, "key-revoked").state).toBe("unknown");
  expect(after(8, "signature-mismatch").state).toBe("unknown");
  expect(after(8, "body-hash-mismatch").state).toBe("invalid");
  expect(after(8, "signature-expired").state).toBe("invalid");
});

test("no DNS is unknown, and never invalid", () => {
  expect(verified([SIGNATURE + "bank.com", FROM], ["key-lookup-failed"]).status).toMatchObject({
    state: "unknown",
    reasons: ["temporary-error"],
  });
});

test("the author's own signature that broke on a list", () => {
  const fields = [SIGNATURE + "lists.example", SIGNATURE + "bank.com", FROM, "List-Id: <club.lists.example>"];
  expect(verified(fields, [null, "body-hash-mismatch"]).status).toMatchObject({
    state: "third-party",
    signer: "lists.example",
    intermediary: { id: null, kind: "mailing-list" },
    reasons: ["author-signature-failed", "list-declares-itself"],
  });
});

test("two From fields are malformed, though the signature passes", () => {
  const { status, signatures } = verified([SIGNATURE + "bank.com", FROM, "From: x@evil.net"], [null]);
  expect(status).toMatchObject({ state: "malformed", signer: null, reasons: ["from-repeated"] });
  expect(signatures[0]).toEqual({ alignment: "none", concerns: ["field-repeated:from"] });
});

test("a field that cannot be read has no concerns, and its domain is still compared", () => {
  const { status, signatures } = verified(["DKIM-Signature: d=bank.com; junk", FROM], ["signature-syntax"]);
  expect(status).toMatchObject({ state: "invalid", reasons: ["signature-syntax"] });
  expect(signatures[0]?.concerns).toEqual([]);
});
