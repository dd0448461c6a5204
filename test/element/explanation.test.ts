import { describe, expect, it } from "vitest";
import { Explanation } from "../../src/element/explanation.js";
import { elementStatusOf } from "../../src/element/report.js";
import { strings } from "../../src/element/strings/en.js";
import { CAUTIONS } from "../../src/element/strings/types.js";
import { canBeSaid, plainTextOf, type Said } from "../../src/element/text.js";
import { REASON_CODES } from "../../src/dkim/reasons.js";
import { AUTHOR_REASONS } from "../../src/message/author.js";
import {
  STATES,
  STATUS_REASONS,
  type Concern,
  type ConcernCode,
  type Status,
  type StatusReport,
} from "../../src/status/types.js";
import { report, REPORTS } from "./reports.js";

function explain(input: unknown, shown: string | null = null): Explanation {
  return new Explanation(elementStatusOf(input, false)!, strings, shown);
}

/** Without the marks that isolate what stands in it. */
const plain = (said: Said) => plainTextOf(said).replace(/[\u2068\u2069]/g, "");

function warning(code: ConcernCode): Concern {
  return { code, level: "warn" };
}

describe("what is said of each state", () => {
  it.each(Object.entries(REPORTS))("%s", (_, input) => {
    const explanation = explain(input);
    const { sign, warnings, sentences, notes, notice } = explanation;
    expect({
      glyph: sign.glyph,
      tone: sign.tone,
      chip: plain(sign.chip),
      headline: plain(sign.headline),
      warnings: warnings.map(plain),
      sentences: sentences.map(plain),
      notes: notes.map(plain),
      notice: notice === null ? null : `${notice.level}: ${plain(notice.said)}`,
    }).toMatchSnapshot();
  });
});

describe("an explanation", () => {
  it("has something to say for every reason in every state, and nobody's name is missing in it", () => {
    for (const state of STATES) {
      const vouched = state === "author" || state === "third-party";
      const status = vouched ? ({ signer: "a.example", alignment: "none" } as const) : {};
      for (const reason of [...STATUS_REASONS, ...AUTHOR_REASONS, ...REASON_CODES]) {
        if (!vouched && strings.reason[reason].includes("{signer}")) continue;
        const { sign, sentences } = explain(report(state, { ...status, reasons: [reason] }));
        expect(sentences.length, `${state} ${reason}`).toBeGreaterThan(0);
        for (const said of [sign.chip, sign.headline, ...sentences]) {
          expect(canBeSaid(said), `${state} ${reason}`).toBe(true);
        }
      }
    }
  });

  it("says in every state what it has words for, where a newer service gives reasons, concerns and kinds unknown to it", () => {
    const unheard = (level: Concern["level"]): Concern => ({ code: "unheard:subject" as ConcernCode, level });
    for (const state of STATES) {
      const signer = state === "author" || state === "third-party" ? "a.example" : null;
      const status = {
        signer,
        reasons: ["unheard" as never],
        intermediary: { id: "new", name: "New", kind: "unheard" as never },
        concerns: [unheard("note"), unheard("warn")],
      };
      const { sign, sentences, notes, warnings, notice } = explain(report(state, status));
      expect(sign.glyph, state).toBe(state === "malformed" ? state : "caution");
      expect([sign.chip, sign.headline].map(canBeSaid), state).toEqual([true, true]);
      expect([notes, warnings], state).toEqual([[], []]);
      if (state !== "checking") expect(sentences.length, state).toBeGreaterThan(0);
      expect(notice === null || canBeSaid(notice.said), state).toBe(true);
    }
  });

  it("cuts the name of a field beyond 40 characters", () => {
    const told = (name: string) => explain(report("unsigned", { concerns: [warning(`field-repeated:${name}`)] }));
    const name = "x-" + "a".repeat(38);
    expect(plain(told(name).warnings[0]!)).toContain(`${name}. `);
    expect(plain(told(`${name}b`).warnings[0]!)).toContain(`${name}…. `);
  });

  it("does not say twice that only a part is signed", () => {
    const explanation = explain(
      report("invalid", { reasons: ["body-partly-signed"], concerns: [warning("partly-signed")] }),
    );
    expect([...explanation.warnings, ...explanation.sentences].map(plain)).toEqual([strings.concern["partly-signed"]]);
    const { sentences } = explain(
      report("invalid", { reasons: ["body-partly-signed", "key-revoked"], concerns: [warning("partly-signed")] }),
    );
    expect(sentences.map(({ text }) => text)).toEqual([strings.reason["key-revoked"]]);
  });

  it("says why a state is unknown, or that no field is trusted where no reason is given", () => {
    const texts = (reasons: Status["reasons"]) =>
      explain(report("unknown", { reasons })).sentences.map(({ text }) => text);
    expect(texts(["field-defective"])).toEqual([strings.reason["field-defective"]]);
    expect(texts([])).toEqual([strings.reason["no-trusted-field"]]);
  });

  it("does not call a list known that only declares itself", () => {
    const intermediary = { id: null, kind: "mailing-list" } as const;
    const list = { signer: "lists.example", alignment: "none", intermediary } as const;
    const { sentences } = explain(report("third-party", { ...list, reasons: ["list-declares-itself"] }));
    expect(sentences.map(({ text }) => text)).toEqual([
      strings.sentence["third-party"],
      strings.reason["list-declares-itself"],
    ]);
  });

  it("draws a warning in place of every state but malformed", () => {
    for (const state of STATES) {
      const signer = "bank.example";
      const { sign } = explain(report(state, { signer, concerns: [warning("dmarc-fail")] }));
      expect(sign.glyph).toBe(state === "malformed" ? "malformed" : "caution");
      expect(sign.headline.text).toBe(strings.headline[state === "malformed" ? "malformed" : "dmarc-fail"]);
      const unheardOf = explain(report(state, { signer, concerns: [warning("unheard-of" as ConcernCode)] })).sign;
      expect(unheardOf.glyph).toBe(sign.glyph);
      expect(unheardOf.headline.text).toBe(strings.headline[state === "invalid" ? "cannot-be-used" : state]);
    }
  });

  it("does not draw a note", () => {
    const { sign, notes } = explain(
      report("author", {
        signer: "bank.example",
        alignment: "exact",
        concerns: [{ code: "dmarc-fail", level: "note" }],
      }),
    );
    expect(sign.glyph).toBe("author");
    expect(notes.map(plain)).toEqual(["bank.example asks that mail in its name be checked. This message failed."]);
  });

  it("takes the gravest of several warnings as the sign, and tells all", () => {
    const concerns = [...CAUTIONS]
      .reverse()
      .map((kind) => warning(kind === "field-repeated" ? "field-repeated:subject" : kind));
    const { sign, warnings, notice } = explain(
      report("author", { signer: "bank.example", alignment: "exact", concerns }),
    );
    expect(plain(sign.chip)).toBe("name shows another address");
    expect(warnings).toHaveLength(CAUTIONS.length);
    expect(notice?.code).toBe("name-shows-other-address");
  });

  it("names the domain that the name shows, where it is known", () => {
    const input = report("unsigned", { concerns: [warning("name-shows-other-address")] });
    expect(plain(explain(input, "evil.example").warnings[0]!)).toBe(
      "The name shows evil.example, but the address belongs to bank.example.",
    );
    expect(plain(explain(input).warnings[0]!)).toContain("The name shows another address");
    const other = explain(report("unsigned", { concerns: [warning("dmarc-fail")] }), "evil.example");
    expect(other.warnings[0]!.text).toBe(strings.concern["dmarc-fail"]);
  });

  it("has no bar for a test and an outdated signature, nor for what is usual", () => {
    for (const code of ["testing-key", "weak-algorithm"] as const) {
      expect(
        explain(report("author", { signer: "bank.example", alignment: "exact", concerns: [warning(code)] })).notice,
      ).toBeNull();
    }
    for (const name of ["author", "third-party", "unsigned", "unknown", "checking"] as const) {
      expect(explain(REPORTS[name]).notice).toBeNull();
    }
  });

  it("puts the bar of an unclear author before all others", () => {
    const notice = explain(report("malformed", { concerns: [warning("dmarc-fail")] })).notice;
    expect(notice?.code).toBe("malformed");
  });

  it("tells a signature that does not match from one that cannot be used", () => {
    expect(plain(explain(report("invalid", { reasons: ["body-hash-mismatch"] })).sign.headline)).toBe(
      "Signature does not match",
    );
    expect(plain(explain(report("invalid", { reasons: ["key-not-found"] })).sign.headline)).toBe(
      "Signature cannot be used",
    );
    expect(explain(report("invalid")).sentences.map(plain)).toEqual([strings.sentence["cannot-be-used"]]);
  });

  it("names whom a broken signature names, and nobody where that is no domain", () => {
    const dkim = (value: string): StatusReport => {
      const said = (method: string, ...properties: string[][]) => ({
        ...{ method, methodVersion: 1, result: "fail", reason: null },
        properties: properties.map(([ptype, property, text]) => ({ ptype: ptype!, property: property!, value: text! })),
      });
      const results = [
        said("x-other", ["header", "d", "other.example"]),
        said("dkim", ["header", "i", "i.example"], ["policy", "d", "policy.example"], ["header", "d", value]),
      ];
      return report("invalid", { reasons: ["signature-mismatch"] }, { results });
    };
    for (const name of ["Sig.example", "a.sig.example"]) {
      expect(plain(explain(dkim(name)).sentences[0]!)).toContain(`or ${name.toLowerCase()} never signed it`);
    }
    for (const name of ["<b>x</b>", "<b>sig.example", "sig.example or bank.example", ".sig.example", "sig"]) {
      expect(plain(explain(dkim(name)).sentences[0]!), name).toBe(strings.sentence["mismatch-unnamed"]);
    }
    expect(explain({ ...dkim("sig.example"), author: null }).sentences).toHaveLength(2);
    const signatures = [{ domain: null }, { domain: "here.example" }];
    expect(plain(explain({ ...dkim("sig.example"), signatures }).sentences[0]!)).toContain("or here.example never");
  });

  it("says nothing twice, and nothing of which a name is missing", () => {
    const twice = report("invalid", { reasons: ["key-revoked", "key-not-found", "key-revoked"] });
    expect(explain(twice).sentences.map(({ text }) => text)).toEqual([
      strings.reason["key-revoked"],
      strings.reason["key-not-found"],
    ]);
    const text = "{signer} and {author}";
    expect(canBeSaid({ text, values: { signer: "a.example", author: ["b.example"] } })).toBe(true);
    for (const values of [{}, { author: null }, { author: [] }]) {
      expect(canBeSaid({ text, values: { signer: "a.example", ...values } })).toBe(false);
    }
  });

  it("names with each concern the fields that this one is about, and none of which nothing can be seen", () => {
    const codes = ["field-repeated:subject", "field-repeated:to", "not-signed:reply-to", "field-repeated:\u200b"];
    const concerns = codes.map((code) => warning(code as ConcernCode));
    const [repeated] = explain(report("author", { signer: "bank.example", concerns })).warnings;
    expect(repeated!.values.field).toEqual([strings.field.subject, strings.field.to]);
    expect(plain(repeated!)).toContain(`${strings.field.subject}, ${strings.field.to}`);
  });

  it("tells of one organization", () => {
    const { sentences } = explain(report("author", { signer: "mail.bank.example", alignment: "organization" }));
    expect(plain(sentences[1]!)).toBe("mail.bank.example and bank.example belong to the same domain, bank.example.");
  });
});
