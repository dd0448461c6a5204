import { describe, expect, test } from "vitest";
import { readTrusted, readTrustedValues, type TrustOptions } from "../../src/authentication-results/trust.js";
import { parseHeaderText } from "../../src/message/header.js";
import { ar, headerOf } from "./header.js";

const US: TrustOptions = { trusted: ["mx.example"] };
const RECEIVED = "Received: from a by b; Tue, 24 Nov 2026 02:00:00 +0000";
const FORGED = ar("mx.example; dkim=pass header.d=bank.example");

/** What decides: `index: result header.d`, or the reason why nothing does. */
function decide(lines: string[], options: Partial<TrustOptions> = {}): string {
  const answer = readTrusted(headerOf(...lines), { ...US, ...options });
  if (answer.reason !== null) return answer.reason;
  const said = answer.dkim.map(({ result, properties }) => [result, ...properties.map(({ value }) => value)].join(" "));
  return `${answer.index}: ${said.join(", ")}`;
}

describe("no configured authserv-id means nothing is trusted", () => {
  test.each<[string, TrustOptions["trusted"], string]>([
    ["no operator", [], "nothing-trusted"],
    ["an operator without ids", [[]], "nothing-trusted"],
    ["empty ids", ["", [""]], "nothing-trusted"],
    ["a wildcard for nothing", ["*."], "no-trusted-field"],
    ["a star is no wildcard", ["*"], "no-trusted-field"],
  ])("%s", (_, trusted, reason) => {
    expect(decide([FORGED], { trusted })).toBe(reason);
    expect(readTrustedValues(["mx.example; dkim=pass"], { trusted }).reason).toBe(reason);
  });
});

describe("ids match exactly", () => {
  test.each([
    ["as written", "mx.example", "mx.example"],
    ["in any case", "MX.Example", "mx.EXAMPLE"],
    ["after unquoting", "mx.example", '"mx.example"'],
    ["with comments around it", "mx.example", "(a; dkim=fail) mx.example (b)"],
    ["a U-label by its A-label", "bücher.example", "xn--bcher-kva.example"],
    ["an A-label by its U-label", "xn--bcher-kva.example", '"BÜCHER.example"'],
    ["an id of one label", "localhost", "LOCALHOST"],
    ["an id that is no host name", "mail server 1", '"Mail Server 1"'],
    ["an id that is no host name and not ASCII", "Bücher Server", '"bücher SERVER"'],
  ])("%s", (_, configured, written) => {
    expect(decide([ar(`${written}; dkim=none`)], { trusted: [configured] })).toBe("0: none");
  });

  test.each([
    ["a longer name", "mx.example.evil"],
    ["a name that ends like it", "notmx.example"],
    ["a subdomain", "a.mx.example"],
    ["its parent", "example"],
    ["an id in a comment", "evil.example (mx.example)"],
    ["an id in a comment before it", "(mx.example) evil.example"],
    ["a final dot", "mx.example."],
    ["white space inside quotes", '"mx.example "'],
    ["a job id", "mx.example/4Bx9T"],
    ["a letter that only looks like it", '"mx.exam\u200bple"'],
    ["a Kelvin sign for a k", '"m\u212a.example"'],
    ["another id that is no host name and not ASCII", '"Börsen Server"'],
    ["another case of a letter beyond ASCII in such an id", '"BÜCHER server"'],
    ["no id", "mx=pass"],
  ])("not: %s", (_, written) => {
    expect(
      decide([ar(`${written}; dkim=pass header.d=bank.example`)], {
        trusted: ["mx.example", "mk.example", "Bücher Server"],
      }),
    ).toBe("no-trusted-field");
  });
});

describe("opt-ins, each its own written choice", () => {
  test("id/* means ids with a job id, and not the id alone", () => {
    const trusted = ["mx.example/*"];
    expect(decide([ar("mx.example/4Bx9T; dkim=none")], { trusted })).toBe("0: none");
    expect(decide([ar('"MX.example/4Bx9T"; dkim=none')], { trusted })).toBe("0: none");
    for (const id of ["mx.example", "mx.example/", "evil.example/mx.example", "evil.mx.example/1", "mx.examplex"]) {
      expect(decide([ar(`${id}; dkim=none`)], { trusted })).toBe("no-trusted-field");
    }
  });

  test("/* means no id, not even one that begins with a slash", () => {
    expect(decide([ar("/4Bx9T; dkim=none")], { trusted: ["/*"] })).toBe("no-trusted-field");
  });

  test("*.domain means host names below it at a label boundary", () => {
    const trusted = ["*.mx.example"];
    expect(decide([ar("a.mx.example; dkim=none")], { trusted })).toBe("0: none");
    expect(decide([ar("a.b.MX.example; dkim=none")], { trusted })).toBe("0: none");
    for (const id of [
      "mx.example",
      "evilmx.example",
      "evil.example/.mx.example",
      '"evil example.mx.example"',
      ".mx.example",
    ]) {
      expect(decide([ar(`${id}; dkim=none`)], { trusted })).toBe("no-trusted-field");
    }
  });

  test("a field without an id is read only by choice", () => {
    const microsoft = ar("dkim=pass header.d=a.example; dmarc=pass action=none");
    expect(decide([microsoft])).toBe("no-trusted-field");
    expect(decide([microsoft], { trusted: [], trustWithoutId: true })).toBe("0: pass a.example");
  });

  test("a field without an id is read only if it is the topmost", () => {
    const options = { trusted: [], trustWithoutId: true };
    expect(decide([ar("evil.example; spf=pass"), ar("dkim=pass")], options)).toBe("no-trusted-field");
    expect(decide([ar("spf=pass"), ar("dkim=pass")], options)).toBe("no-dkim-result");
    expect(decide([ar("mx.example; spf=pass"), ar("dkim=pass")], { trustWithoutId: true })).toBe("no-dkim-result");
  });

  test("an id that cannot be read is not a missing id", () => {
    expect(decide([ar("mx@example; dkim=pass")], { trusted: [], trustWithoutId: true })).toBe("no-trusted-field");
  });

  test("a field without an id and the fields of a trusted id are not of one operator", () => {
    expect(decide([ar("spf=pass"), FORGED], { trustWithoutId: true })).toBe("no-dkim-result");
  });
});

describe("a field or method version other than 1 is not read", () => {
  test("field version", () => {
    expect(decide([ar("mx.example 2; dkim=pass")])).toBe("no-dkim-result");
    expect(decide([ar("mx.example 1; dkim=pass")])).toBe("0: pass");
  });

  test("method version", () => {
    expect(decide([ar("mx.example; dkim/2=pass")])).toBe("no-dkim-result");
    expect(decide([ar("mx.example; dkim/2=pass; dkim/1=fail")])).toBe("0: fail");
  });

  test("such a field begins the run, so that nothing below the next Received speaks", () => {
    expect(decide([ar("mx.example 2; dkim=fail"), RECEIVED, FORGED])).toBe("no-dkim-result");
  });
});

describe("trusted fields are one run", () => {
  test("from the topmost field with a trusted id down to the next Received", () => {
    expect(decide([ar("mx.example; spf=pass"), RECEIVED, FORGED])).toBe("no-dkim-result");
  });

  test("the run may begin below a Received", () => {
    expect(decide([RECEIVED, ar("mx.example; dkim=fail"), RECEIVED, FORGED])).toBe("1: fail");
  });

  test("nothing below it is read, whatever id it claims: another filter's field on top lets no forged one speak", () => {
    expect(
      decide([ar("filter.example; spf=pass"), RECEIVED, FORGED], { trusted: [["filter.example", "mx.example"]] }),
    ).toBe("no-dkim-result");
  });

  test("fields of untrusted ids inside the run are skipped", () => {
    expect(
      decide([
        ar("evil.example; dkim=pass"),
        ar("mx.example; spf=pass"),
        ar("evil.example; ???"),
        ar("mx.example; dkim=fail"),
      ]),
    ).toBe("3: fail");
  });

  test("other fields do not end it", () => {
    expect(decide([ar("mx.example; spf=pass"), "X-Spam: no", "Subject: x", ar("mx.example; dkim=fail")])).toBe(
      "3: fail",
    );
  });

  test("within the run the topmost field with a DKIM result decides", () => {
    expect(decide([ar("mx.example; spf=pass"), ar("mx.example; dkim=fail; dkim=none"), FORGED])).toBe("1: fail, none");
  });

  test("a run holds ids of one operator only", () => {
    const lines = [ar("mx.example; spf=pass"), ar("filter.example; dkim=pass")];
    expect(decide(lines, { trusted: ["mx.example", "filter.example"] })).toBe("no-dkim-result");
    expect(decide(lines, { trusted: [["mx.example", "filter.example"]] })).toBe("1: pass");
  });

  test("an id of two operators binds the run to those that all its ids are of", () => {
    const trusted = [
      ["shared.example", "a.example"],
      ["shared.example", "b.example"],
    ];
    const lines = [ar("shared.example; spf=pass"), ar("a.example; spf=pass"), ar("b.example; dkim=pass")];
    expect(decide(lines, { trusted })).toBe("no-dkim-result");
  });

  test("a name in any spelling is a field of that name", () => {
    expect(decide(["received : x", "AUTHENTICATION-RESULTS \t: mx.example; dkim=fail", "rEcEiVeD: y", FORGED])).toBe(
      "1: fail",
    );
  });

  test.each(["ARC-Authentication-Results", "X-Authentication-Results", "Authentication-Results-Original", "Subject"])(
    "what %s holds is of nobody, whatever id it claims",
    (name) => {
      expect(decide([`${name}: mx.example; dkim=pass`])).toBe("no-trusted-field");
    },
  );

  test("a folded value is read", () => {
    expect(decide(["Authentication-Results:\r\n mx.example;\r\n\tdkim=pass\r\n header.d=a.example"])).toBe(
      "0: pass a.example",
    );
  });
});

describe("a defective field", () => {
  const broken = ar("mx.example; dkim=pass header.d=a,b");

  test("says nothing and ends the run", () => {
    expect(decide([broken])).toBe("field-defective");
    expect(decide([broken, FORGED])).toBe("field-defective");
    expect(decide([ar("mx.example; spf=pass"), broken, FORGED])).toBe("field-defective");
  });

  test("says nothing of the results before its defect either", () => {
    const answer = readTrusted(headerOf(ar("mx.example; spf=pass; dkim=pass; dmarc")), US);
    expect(answer).toEqual({ reason: "field-defective", facts: [] });
  });

  test("changes nothing where a field before it has a DKIM result", () => {
    expect(decide([ar("mx.example; dkim=fail"), broken, FORGED])).toBe("0: fail");
  });

  test("below the run is not looked at", () => {
    expect(decide([ar("mx.example; spf=pass"), RECEIVED, broken])).toBe("no-dkim-result");
  });

  test("with a defect of the harmless list speaks", () => {
    expect(decide([ar("mx.example; dkim=pass header.b=a/b==;")])).toBe("0: pass a/b==");
  });

  test("with an id that cannot be read ends a run that has begun: it may be the one that the server wrote", () => {
    expect(decide([ar("mx.example; spf=pass"), ar("mx.example@; dkim=fail"), FORGED])).toBe("field-defective");
    expect(decide([ar("mx.example@; dkim=fail"), ar("mx.example; dkim=none")])).toBe("1: none");
  });

  test.each([
    ["a control character", "mx.example; dkim=pass\0"],
    ["a control character behind a last semicolon", "mx.example; dkim=pass;\0"],
    ["a control character behind none", "mx.example; none\0"],
    ["a control character behind none and a semicolon", "mx.example; none;\0"],
    ["no results at all (DKIMproxy for unsigned mail)", "mx.example; "],
    ["a second word behind the id", "mx.example evil.example; dkim=pass"],
    ["none beside results", "mx.example; none; dkim=pass"],
    ["none behind results", "mx.example; dkim=pass; none"],
  ])("is one with %s", (_, value) => {
    expect(decide([ar(value), FORGED])).toBe("field-defective");
  });

  test("is one whose octets are no UTF-8", () => {
    const text = 'Authentication-Results: mx.example; dkim=pass reason="\xff"\r\n\r\n';
    expect(readTrusted(parseHeaderText(text, false).fields, US).reason).toBe("field-defective");
  });
});

describe("maxReceivedAbove", () => {
  const lines = [RECEIVED, RECEIVED, ar("mx.example; dkim=pass")];

  test("a field with more Received fields above it is not read", () => {
    expect(decide(lines, { maxReceivedAbove: 1 })).toBe("no-trusted-field");
    expect(decide(lines, { maxReceivedAbove: 2 })).toBe("2: pass");
    expect(decide(lines, { maxReceivedAbove: null })).toBe("2: pass");
    expect(decide([FORGED], { maxReceivedAbove: 0 })).toBe("0: pass bank.example");
  });

  test("a limit that is no number lets nothing through", () => {
    expect(decide([FORGED], { maxReceivedAbove: Number.NaN })).toBe("no-trusted-field");
  });
});

describe("what the run tells of other methods", () => {
  test("are facts of all its trusted fields, and make no DKIM result", () => {
    const fields = headerOf(
      ar("mx.example; spf=pass; dkim=fail"),
      ar("evil.example; dmarc=pass"),
      ar("mx.example; dmarc=fail header.from=a.example; dkim=pass; arc/2=pass"),
      RECEIVED,
      ar("mx.example; iprev=pass"),
    );
    const answer = readTrusted(fields, US);
    expect(answer).toMatchObject({ reason: null, authservId: "mx.example", legacy: false, authorDomainPasses: false });
    expect(answer.facts.map(({ method, result }) => `${method}=${result}`)).toEqual(["spf=pass", "dmarc=fail"]);
  });

  test("are reported without a DKIM result, too", () => {
    const answer = readTrusted(headerOf(ar("mx.example; spf=pass; dmarc=pass")), US);
    expect(answer).toMatchObject({ reason: "no-dkim-result" });
    expect(answer.facts).toHaveLength(2);
  });

  test("the deciding field is given as characters", () => {
    const answer = readTrusted(headerOf(ar('MX.example; dkim=fail reason="é"')), US);
    expect(answer).toMatchObject({ field: ' MX.example; dkim=fail reason="é"', authservId: "MX.example" });
  });
});

describe("where raw order cannot be had", () => {
  test("only the first field may speak", () => {
    expect(readTrustedValues(["mx.example; dkim=pass", "mx.example; dkim=fail"], US)).toMatchObject({
      reason: null,
      index: 0,
      dkim: [{ result: "pass" }],
    });
  });

  test.each([
    ["it is not trusted", "evil.example; dkim=pass"],
    ["it has no DKIM result", "mx.example; spf=pass"],
    ["it is of another version", "mx.example 2; dkim=pass"],
    ["its id cannot be read", "mx@example; dkim=pass"],
  ])("nothing is known if %s", (_, first) => {
    expect(readTrustedValues([first, "mx.example; dkim=pass"], US).reason).toBe("order-unknown");
  });

  test("a defective first field says nothing", () => {
    expect(readTrustedValues(["mx.example; dkim=pass x", "mx.example; dkim=pass"], US).reason).toBe("field-defective");
  });

  test("with one field or none the order does not matter", () => {
    expect(readTrustedValues(["mx.example; spf=pass"], US).reason).toBe("no-dkim-result");
    expect(readTrustedValues(["evil.example; dkim=pass"], US).reason).toBe("no-trusted-field");
    expect(readTrustedValues([], US).reason).toBe("no-trusted-field");
  });

  test("a limit on the Received fields above cannot be kept, so nothing is read", () => {
    expect(readTrustedValues(["mx.example; dkim=pass"], { ...US, maxReceivedAbove: 0 }).reason).toBe("order-unknown");
  });

  test("the first field may have no id by choice", () => {
    expect(readTrustedValues(["dkim=pass"], { trusted: [], trustWithoutId: true }).reason).toBeNull();
    expect(readTrustedValues(["dkim=pass"], US).reason).toBe("no-trusted-field");
  });
});

test("ten thousand fields are passed over", () => {
  const lines = Array.from({ length: 10_000 }, () => ar("evil.example; dkim=pass"));
  expect(decide([...lines, ar("mx.example; dkim=fail")])).toBe("10000: fail");
});
