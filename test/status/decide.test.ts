import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { REASON_CODES, resultOf } from "../../src/dkim/reasons.js";
import { AUTHOR_REASONS, type AuthorFinding } from "../../src/message/author.js";
import { alignmentOf, type AlignmentFinding } from "../../src/status/alignment.js";
import { decide, undecided, type Evidence, type SignatureEvidence } from "../../src/status/decide.js";
import { organizationalDomainOf } from "../../src/status/public-suffix-list.js";
import type { ConcernCode } from "../../src/status/types.js";

const author: AuthorFinding = { mailbox: { displayName: null, localPart: "ceo", domain: "bank.com" }, reason: null };

function evidence(changes: Partial<Evidence> = {}): Evidence {
  return {
    author,
    pending: false,
    silence: null,
    signatures: [],
    authorSignatureUnasked: false,
    keysMayBeGone: false,
    shown: [],
    concerns: [],
    ...changes,
  };
}

function signature(result: string, signer: string | null, more: Partial<SignatureEvidence> = {}): SignatureEvidence {
  const alignment = signer === null ? null : alignmentOf("bank.com", signer, organizationalDomainOf);
  return { result, reason: null, signer, alignment, ownList: false, concerns: [], ...more };
}

const decided = (signatures: SignatureEvidence[], changes: Partial<Evidence> = {}) =>
  decide(evidence({ signatures, ...changes }));

describe("checking", () => {
  test("a verification is under way, whatever else is known", () => {
    const status = decided([signature("pass", "bank.com")], { pending: true });
    expect(status).toEqual({
      state: "checking",
      signer: null,
      alignment: null,
      intermediary: null,
      reasons: ["verification-pending"],
      concerns: [],
    });
  });

  test("the list decides whose the passing signature is", () => {
    const waiting = signature("pass", "mail.bank.com", { alignment: "pending" });
    expect(decided([waiting])).toMatchObject({ state: "checking", reasons: ["organization-pending"] });
    expect(decided([signature("pass", "evil.net"), waiting]).state).toBe("checking");
    expect(decided([signature("fail", "bank.com"), waiting]).state).toBe("checking");
  });

  test("nothing waits for the list where an author's pass has settled it, or nothing passes", () => {
    const waiting: Partial<SignatureEvidence> = { alignment: "pending" };
    expect(decided([signature("pass", "mail.bank.com", waiting), signature("pass", "bank.com")]).state).toBe("author");
    expect(decided([signature("fail", "mail.bank.com", waiting)]).state).toBe("invalid");
  });

  test("the list decides whether a shown address is foreign", () => {
    expect(decided([signature("pass", "bank.com")], { shown: ["pending"] }).state).toBe("checking");
  });
});

test.each(AUTHOR_REASONS)("malformed: %s, though a signature passes", (reason) => {
  const status = decided([signature("pass", "bank.com", { alignment: null })], { author: { mailbox: null, reason } });
  expect(status).toMatchObject({ state: "malformed", signer: null, alignment: null, reasons: [reason] });
});

describe("author", () => {
  test("a pass of the author's own domain", () => {
    expect(decided([signature("pass", "bank.com")])).toEqual({
      state: "author",
      signer: "bank.com",
      alignment: "exact",
      intermediary: null,
      reasons: [],
      concerns: [],
    });
  });

  test("a pass of the author's organization says so", () => {
    const status = decided([signature("pass", "mail.bank.com")]);
    expect(status).toMatchObject({ state: "author", signer: "mail.bank.com", alignment: "organization" });
  });

  test("beats any other signature in any order: exact, then organization", () => {
    const all = [
      signature("temperror", "bank.com", { reason: "key-lookup-failed" }),
      signature("fail", "bank.com"),
      signature("pass", null),
      signature("pass", "googlegroups.com"),
      signature("pass", "mail.bank.com"),
      signature("pass", "bank.com"),
    ];
    expect(decided(all)).toMatchObject({ state: "author", signer: "bank.com" });
    expect(decided([...all].reverse())).toMatchObject({ state: "author", signer: "bank.com" });
    expect(decided(all.slice(0, -1))).toMatchObject({ state: "author", signer: "mail.bank.com" });
  });

  test("is by the topmost of several signatures of one domain", () => {
    const later = signature("pass", "bank.com", { concerns: ["testing-key"] });
    expect(decided([signature("pass", "bank.com"), later]).concerns).toEqual([]);
  });

  test("shows the concerns of its own signature and of the message, not those of others", () => {
    const concerns: ConcernCode[] = ["dmarc-fail", "legacy-field"];
    const status = decided(
      [
        signature("pass", "evil.net", { concerns: ["partly-signed"] }),
        signature("pass", "bank.com", { concerns: ["testing-key", "not-signed:reply-to"] }),
      ],
      { concerns },
    );
    expect(status.concerns).toEqual([
      { code: "dmarc-fail", level: "warn" },
      { code: "legacy-field", level: "note" },
      { code: "testing-key", level: "warn" },
      { code: "not-signed:reply-to", level: "note" },
    ]);
  });
});

describe("third-party", () => {
  test.each(["evilbank.com", "bank.com.evil.net", "com", "evil.net"])("from bank.com, %s signs", (signer) => {
    expect(decided([signature("pass", signer)])).toMatchObject({ state: "third-party", signer, alignment: "none" });
  });

  test("tells the kind of a known intermediary, which goes before the topmost", () => {
    const status = decided([signature("pass", "evil.net"), signature("pass", "yahoogroups.com")]);
    expect(status).toMatchObject({
      state: "third-party",
      signer: "yahoogroups.com",
      intermediary: { id: "yahoo-groups", kind: "mailing-list" },
    });
  });

  test("is the topmost where none is known, or several are", () => {
    expect(decided([signature("pass", "a.example"), signature("pass", "b.example")]).signer).toBe("a.example");
    expect(decided([signature("pass", "groups.io"), signature("pass", "duck.com")]).signer).toBe("groups.io");
  });

  test.each(["fail", "policy", "permerror"])("tells of the author's signature that is %s", (result) => {
    const status = decided([signature(result, "mail.bank.com"), signature("pass", "evil.net")]);
    expect(status).toMatchObject({ state: "third-party", reasons: ["author-signature-failed"] });
  });

  test.each(["temperror", "neutral", "weird"])("does not call the author's signature failed that is %s", (result) => {
    const status = decided([signature(result, "bank.com"), signature("pass", "evil.net")]);
    expect(status).toMatchObject({ state: "third-party", reasons: ["author-signature-unchecked"] });
  });

  test("tells of an author's signature that nobody asked about", () => {
    const status = decided([signature("pass", "evil.net")], { authorSignatureUnasked: true });
    expect(status.reasons).toEqual(["author-signature-unchecked"]);
  });

  test("an author's key that is gone after a week is no failure", () => {
    const own = signature("permerror", "bank.com", { reason: "key-not-found" });
    const both = [own, signature("pass", "evil.net")];
    expect(decided(both).reasons).toEqual(["author-signature-failed"]);
    expect(decided(both, { keysMayBeGone: true }).reasons).toEqual(["author-signature-unchecked"]);
  });

  test("says that the organization could not be told without the list", () => {
    const untold = signature("pass", "mail.bank.com", { alignment: "unknown" });
    for (const signatures of [[untold], [untold, signature("pass", "evil.net")]]) {
      expect(decided(signatures)).toMatchObject({
        state: "third-party",
        alignment: "none",
        reasons: ["organization-unknown"],
      });
    }
  });

  test("a list that declares itself is explained, and softens nothing", () => {
    const concerns: ConcernCode[] = ["dmarc-fail"];
    const status = decided([signature("pass", "lists.example", { ownList: true })], { shown: ["none"], concerns });
    expect(status).toMatchObject({
      intermediary: { id: null, kind: "mailing-list" },
      reasons: ["list-declares-itself"],
      concerns: [
        { code: "name-shows-other-address", level: "warn" },
        { code: "dmarc-fail", level: "warn" },
      ],
    });
  });

  test("a known list need not declare itself", () => {
    const status = decided([signature("pass", "groups.io", { ownList: true })]);
    expect(status).toMatchObject({ intermediary: { id: "groups.io" }, reasons: [] });
  });

  test("a known list softens a foreign name and dmarc=fail, and nothing else; a bulk sender softens nothing", () => {
    const changes: Partial<Evidence> = { shown: ["none"], concerns: ["dmarc-fail"] };
    const weak: Partial<SignatureEvidence> = { concerns: ["partly-signed"] };
    const levels = (signer: string) =>
      decided([signature("pass", signer, weak)], changes).concerns.map(({ level }) => level);
    expect(levels("googlegroups.com")).toEqual(["note", "note", "warn"]);
    expect(levels("sendgrid.net")).toEqual(["warn", "warn", "warn"]);
  });
});

describe("unknown", () => {
  test("nobody that is relied on says anything", () => {
    expect(decide(evidence({ silence: "nothing-trusted" }))).toMatchObject({
      state: "unknown",
      reasons: ["nothing-trusted"],
    });
  });

  test.each(["bank.com", "evil.net", null])("any temperror (signer %s) beside failures", (signer) => {
    const status = decided([signature("fail", "evil.net"), signature("temperror", signer)]);
    expect(status).toMatchObject({ state: "unknown", signer: null, reasons: ["temporary-error"] });
  });

  test("a pass that nobody can be named for", () => {
    expect(decided([signature("pass", null)])).toMatchObject({ state: "unknown", reasons: ["signer-unnamed"] });
  });

  test.each(["hardfail", "bestguesspass", "passed", "invalid"])("only a word that RFC 8601 has not: %s", (word) => {
    expect(decided([signature(word, "bank.com")])).toMatchObject({
      state: "unknown",
      reasons: ["result-word-unknown"],
    });
    expect(decided([signature("none", null), signature(word, null)]).state).toBe("unknown");
    expect(decided([signature(word, null), signature("fail", null)]).state).toBe("invalid");
  });

  test.each([
    "key-not-found",
    "key-ambiguous",
    "key-malformed",
    "key-revoked",
    "key-type-mismatch",
    "signature-mismatch",
  ] as const)("%s more than a week after receipt", (reason) => {
    const late = decided([signature(resultOf(reason), "bank.com", { reason })], { keysMayBeGone: true });
    expect(late).toMatchObject({ state: "unknown", reasons: ["too-old-to-check"] });
  });

  test("a body that was changed is no matter of keys", () => {
    const changed = signature("fail", "bank.com", { reason: "body-hash-mismatch" });
    expect(decided([changed], { keysMayBeGone: true }).state).toBe("invalid");
  });

  test("is decided by the caller where nobody was asked or nobody answered", () => {
    expect(undecided("unknown", "verifier-failed").reasons).toEqual(["verifier-failed"]);
    expect(undecided("unknown", "folder-not-judged")).toMatchObject({ state: "unknown", concerns: [] });
  });
});

describe("unsigned", () => {
  test("nobody signed", () => {
    expect(decided([])).toMatchObject({ state: "unsigned", signer: null, reasons: [], concerns: [] });
  });

  test("a field says none and nothing else", () => {
    expect(decided([signature("none", null)]).state).toBe("unsigned");
    expect(decided([signature("none", null), signature("fail", null)]).state).toBe("invalid");
    expect(decided([signature("none", null), signature("pass", "bank.com")]).state).toBe("author");
  });

  test("a foreign address in the name is a concern all the same", () => {
    expect(decided([], { shown: ["exact", "none"] }).concerns).toEqual([
      { code: "name-shows-other-address", level: "warn" },
    ]);
    expect(decided([], { shown: ["exact", "organization"] }).concerns).toEqual([]);
    expect(decided([], { shown: ["unknown"] }).concerns).toHaveLength(1);
  });
});

describe("invalid", () => {
  test.each(REASON_CODES.filter((code) => resultOf(code) !== "temperror"))("tells why: %s", (reason) => {
    const status = decided([signature(resultOf(reason), "bank.com", { reason })]);
    expect(status).toMatchObject({ state: "invalid", signer: null, reasons: [reason] });
  });

  test("the author's signature speaks first, and no reason twice", () => {
    const status = decided([
      signature("fail", "evil.net", { reason: "signature-mismatch" }),
      signature("permerror", "bank.com", { reason: "key-revoked" }),
      signature("fail", null, { reason: "signature-mismatch" }),
    ]);
    expect(status.reasons).toEqual(["key-revoked", "signature-mismatch"]);
  });

  test("another verifier's fail has one meaning; its neutral is told; policy and permerror have no reason", () => {
    expect(decided([signature("fail", null)])).toMatchObject({ state: "invalid", reasons: ["signature-mismatch"] });
    expect(decided([signature("neutral", null)])).toMatchObject({ state: "invalid", reasons: ["result-neutral"] });
    expect(decided([signature("policy", null)])).toMatchObject({ state: "invalid", reasons: [] });
    expect(decided([signature("permerror", null)])).toMatchObject({ state: "invalid", reasons: [] });
  });

  test("a signature that verifies but leaves part of the body unsigned says so, the author's before another", () => {
    const reason = "body-partly-signed";
    const partly = signature("policy", "bank.com", { reason, concerns: ["partly-signed"] });
    const other = signature("policy", "evil.net", { reason, concerns: ["partly-signed", "not-signed:subject"] });
    for (const signatures of [[partly], [other, partly], [partly, other]]) {
      expect(decided(signatures)).toMatchObject({
        state: "invalid",
        reasons: [reason],
        concerns: [{ code: "partly-signed", level: "warn" }],
      });
    }
  });
});

test.each<[string, SignatureEvidence[], Partial<Evidence>]>([
  ["malformed", [], { author: { mailbox: null, reason: "from-missing" } }],
  ["unknown", [signature("temperror", "groups.io")], {}],
  ["unsigned", [], {}],
  ["invalid", [signature("fail", "groups.io")], {}],
])("nothing softens what weighs on a message whose state is %s", (state, signatures, changes) => {
  expect(decided(signatures, { ...changes, shown: ["none"], concerns: ["dmarc-fail"] })).toMatchObject({
    state,
    concerns: [
      { code: "name-shows-other-address", level: "warn" },
      { code: "dmarc-fail", level: "warn" },
    ],
  });
});

describe("for any evidence", () => {
  const domains = ["bank.com", "mail.bank.com", "evilbank.com", "bank.com.evil.net", "com", "googlegroups.com"];
  const words = ["none", "pass", "fail", "policy", "neutral", "temperror", "permerror", "weird"];
  const finding = fc.constantFrom<AlignmentFinding>("exact", "organization", "none", "pending", "unknown");
  const anySignature = fc
    .record({
      result: fc.constantFrom(...words),
      signer: fc.option(fc.constantFrom(...domains)),
      reason: fc.option(fc.constantFrom(...REASON_CODES)),
      list: fc.constantFrom(organizationalDomainOf, "pending" as const, null),
      ownList: fc.boolean(),
    })
    .map(({ result, signer, reason, list, ownList }) =>
      signature(result, signer, {
        reason: result === "pass" ? null : reason,
        alignment: signer === null ? null : alignmentOf("bank.com", signer, list),
        ownList,
      }),
    );
  const anyEvidence: fc.Arbitrary<Evidence> = fc.record({
    author: fc.constantFrom<AuthorFinding>(author, { mailbox: null, reason: "from-missing" }),
    pending: fc.boolean(),
    silence: fc.option(fc.constantFrom("nothing-trusted" as const, "field-defective" as const)),
    signatures: fc.array(anySignature, { maxLength: 5 }),
    authorSignatureUnasked: fc.boolean(),
    keysMayBeGone: fc.boolean(),
    shown: fc.array(finding, { maxLength: 2 }),
    concerns: fc.constant([]),
  });

  test("author means that a signature passes whose domain is the author's", () => {
    fc.assert(
      fc.property(anyEvidence, (given) => {
        const { state, signer, alignment } = decide(given);
        if (state !== "author") return;
        expect(["exact", "organization"]).toContain(alignment);
        const own = given.signatures.filter((one) => one.result === "pass" && one.signer === signer);
        expect(own.some((one) => one.alignment === alignment)).toBe(true);
        expect(["bank.com", "mail.bank.com"]).toContain(signer);
      }),
      { numRuns: 2000 },
    );
  });

  test("a signer is told in the states author and third-party and in no other, always with its alignment", () => {
    fc.assert(
      fc.property(anyEvidence, (given) => {
        const { state, signer, alignment, intermediary } = decide(given);
        expect(signer !== null).toBe(state === "author" || state === "third-party");
        expect(alignment !== null).toBe(signer !== null);
        if (intermediary !== null) expect(state).toBe("third-party");
      }),
      { numRuns: 2000 },
    );
  });
});
