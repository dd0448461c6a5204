import { describe, expect, test } from "vitest";
import { readTrusted, readTrustedValues, type TrustOptions } from "../../src/authentication-results/trust.js";
import { ar, headerOf } from "./header.js";

const RECEIVED = "Received: from a by b";
const DKIMPROXY = "X-DKIM-Authentication-Results";

function decide(lines: string[], options: Partial<TrustOptions> = {}): string {
  const answer = readTrusted(headerOf(...lines), { trusted: ["mx.example"], legacyFields: true, ...options });
  if (answer.reason !== null) return answer.reason;
  const { index, dkim, legacy, authorDomainPasses } = answer;
  const said = dkim.map(({ result }) => result).join(", ");
  return `${index}: ${said}${legacy ? " (legacy)" : ""}${authorDomainPasses ? " of the author" : ""}`;
}

test("legacy fields are read only where an administrator turns it on", () => {
  const lines = [
    `${DKIMPROXY}: pass`,
    "X-Spam-Status: No, tests=DKIM_SIGNED,DKIM_VALID",
    ar("mx.example; domainkeys=pass"),
  ];
  expect(decide(lines, { legacyFields: false })).toBe("no-dkim-result");
});

describe("X-DKIM-Authentication-Results", () => {
  test.each([
    ["pass", "pass"],
    ["none", "none"],
    ["fail (body has been altered)", "fail"],
    ["invalid (unsupported version)", "permerror"],
    ["temperror (DNS timeout)", "temperror"],
    ["Pass", "pass"],
    ["weird", "weird"],
  ])("%s", (value, result) => {
    expect(decide([`${DKIMPROXY}: ${value}`])).toBe(`0: ${result} (legacy)`);
  });

  test.each(["", "pass;", "pass=x", "(pass)"])("says nothing: %j", (value) => {
    expect(decide([`${DKIMPROXY}: ${value}`])).toBe("no-trusted-field");
  });
});

describe("X-Spam-Status", () => {
  test.each([
    [
      "No, score=0.1 required=5.0 tests=DKIM_SIGNED,DKIM_VALID,\r\n\tDKIM_VALID_AU autolearn=ham",
      "pass (legacy) of the author",
    ],
    ["No, score=0.1 required=5.0 tests=[DKIM_SIGNED=0.1, DKIM_VALID=-0.1]", "pass (legacy)"],
    ["Yes, score=9 required=5.0 tests=DKIM_SIGNED,DKIM_INVALID", "fail (legacy)"],
    ["Yes, score=9 required=5.0 tests=DKIM_SIGNED,DKIM_VALID_AU", "fail (legacy)"],
    ["Yes, score=9 required=5.0 tests=DKIM_SIGNED,DKIM_VALID_EF", "fail (legacy)"],
  ])("%s", (value, result) => {
    expect(decide([`X-Spam-Status: ${value}`])).toBe(`0: ${result}`);
  });

  test.each([
    "No, score=0.1 tests=DKIM_VALID,DKIM_VALID_AU",
    "No, score=0.1 tests=none",
    "No, DKIM_SIGNED DKIM_VALID",
    "No, score=0.1 tests=XDKIM_SIGNED,DKIM_VALID",
    "No, report=DKIM_SIGNED,DKIM_VALID tests=none",
  ])("says nothing: %s", (value) => {
    expect(decide([`X-Spam-Status: ${value}`])).toBe("no-trusted-field");
  });
});

test("of both, 64 KiB are read", () => {
  const spaces = " ".repeat(65_536 - " pass".length);
  expect(decide([`${DKIMPROXY}: ${spaces}pass`])).toBe("0: pass (legacy)");
  expect(decide([`${DKIMPROXY}:  ${spaces}pass`])).not.toBe("0: pass (legacy)");
});

describe("they carry no authserv-id, so their place is all that speaks for them", () => {
  test("below a Received field they are not read", () => {
    expect(decide([RECEIVED, `${DKIMPROXY}: pass`])).toBe("no-trusted-field");
  });

  test("as many Received fields as are configured may stand above them, for a filter that hands the message back", () => {
    expect(decide([RECEIVED, `${DKIMPROXY}: pass`], { maxReceivedAbove: 1 })).toBe("1: pass (legacy)");
    expect(decide([RECEIVED, RECEIVED, `${DKIMPROXY}: pass`], { maxReceivedAbove: 1 })).toBe("no-trusted-field");
    expect(decide([`${DKIMPROXY}: pass`], { maxReceivedAbove: Number.NaN })).toBe("no-trusted-field");
  });

  test("only the topmost of a name is read", () => {
    expect(decide([`${DKIMPROXY}:`, `${DKIMPROXY}: pass`])).toBe("no-trusted-field");
    expect(decide([`${DKIMPROXY}: none`, `${DKIMPROXY}: pass`])).toBe("0: none (legacy)");
  });

  test("the topmost that says something decides", () => {
    expect(decide(["X-Spam-Status: No, tests=none", `${DKIMPROXY}: none`])).toBe("1: none (legacy)");
  });

  test("a trusted field with a DKIM result goes before them", () => {
    expect(decide([`${DKIMPROXY}: pass`, RECEIVED, ar("mx.example; dkim=fail")])).toBe("2: fail");
  });

  test("a defective trusted field lets none of them speak", () => {
    expect(decide([`${DKIMPROXY}: pass`, ar("mx.example; dkim")])).toBe("field-defective");
  });

  test("the facts of the trusted run stand beside them", () => {
    const fields = headerOf(`${DKIMPROXY}: pass`, ar("mx.example; spf=pass"));
    const answer = readTrusted(fields, { trusted: ["mx.example"], legacyFields: true });
    const dkim = [{ method: "dkim", methodVersion: 1, result: "pass", reason: null, properties: [] }];
    expect(answer).toMatchObject({ reason: null, authservId: null, field: " pass", dkim, facts: [{ method: "spf" }] });
  });
});

describe("domainkeys results", () => {
  test("of a trusted field are read where it has no DKIM result", () => {
    expect(decide([ar("mx.example; domainkeys=pass header.d=a.example")])).toBe("0: pass (legacy)");
    expect(decide([ar("mx.example; domainkeys=pass"), ar("mx.example; dkim=fail")])).toBe("1: fail");
  });

  test("need a trusted id like any other", () => {
    expect(decide([ar("evil.example; domainkeys=pass")])).toBe("no-trusted-field");
    expect(decide([ar("mx.example; domainkeys=pass")], { trusted: [] })).toBe("nothing-trusted");
  });

  test("are not listed among the facts as well", () => {
    const options = { trusted: ["mx.example"], legacyFields: true };
    const { facts } = readTrusted(headerOf(ar("mx.example; domainkeys=pass; spf=pass")), options);
    expect(facts.map(({ method }) => method)).toEqual(["spf"]);
  });

  test("are read by choice where only values can be had, too", () => {
    const values = ["mx.example; domainkeys=pass"];
    const dkim = [{ method: "domainkeys", result: "pass" }];
    expect(readTrustedValues(values, { trusted: ["mx.example"] }).reason).toBe("no-dkim-result");
    expect(readTrustedValues(values, { trusted: ["mx.example"], legacyFields: true })).toMatchObject({ dkim });
  });
});
