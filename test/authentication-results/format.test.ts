import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldField, formatAuthenticationResults, signaturePrefixes } from "../../src/authentication-results/format.js";
import { MAX_FIELD_LENGTH, MAX_RESULTS, MAX_WRITTEN_VALUE } from "../../src/authentication-results/limits.js";
import { parseAuthenticationResults } from "../../src/authentication-results/parse.js";
import type { MethodResult } from "../../src/authentication-results/types.js";
import { parseHeaderText } from "../../src/message/header.js";
import { encodeUtf8 } from "../../src/message/octets.js";

function dkim(properties: Record<string, string>, reason: string | null = null, result = "pass"): MethodResult {
  const listed = Object.entries(properties).map(([property, value]) => ({ ptype: "header", property, value }));
  return { method: "dkim", methodVersion: 1, result, reason, properties: listed };
}

function write(...results: MethodResult[]): string {
  return formatAuthenticationResults({ authservId: "mx.example.net", results });
}

describe("what is written", () => {
  test("is a field as the design shows it", () => {
    const properties = { d: "example.org", i: "@example.org", s: "s1", a: "rsa-sha256", b: "AbCdEfGh" };
    expect(write(dkim(properties))).toBe(
      "mx.example.net; dkim=pass header.d=example.org header.i=@example.org header.s=s1 header.a=rsa-sha256 header.b=AbCdEfGh",
    );
  });

  test("is none without results", () => {
    expect(write()).toBe("mx.example.net; none");
  });

  test("has a reason as a token where it is one", () => {
    expect(write(dkim({}, "body-hash-mismatch", "fail"))).toBe("mx.example.net; dkim=fail reason=body-hash-mismatch");
    expect(write(dkim({}, "no key", "permerror"))).toBe('mx.example.net; dkim=permerror reason="no key"');
    expect(write(dkim({}, "", "fail"))).toBe('mx.example.net; dkim=fail reason=""');
  });

  test("has a method version other than 1", () => {
    expect(write({ ...dkim({}), methodVersion: 2 })).toBe("mx.example.net; dkim/2=pass");
  });

  test.each([
    ["joe@example.org", "joe@example.org"],
    ["a/b", '"a/b"'],
    ["ab==", '"ab=="'],
    ["joe smith@example.org", '"joe smith@example.org"'],
    ["a=b@example.org", '"a=b@example.org"'],
    ["a..b@example.org", '"a..b@example.org"'],
    ["joe@-example.org", '"joe@-example.org"'],
    ["é@example.org", '"é@example.org"'],
    ["bücher.example", '"bücher.example"'],
    ['"; dkim=pass header.d=bank.example', '"\\"; dkim=pass header.d=bank.example"'],
    ["\\", '"\\\\"'],
    ["(", '"("'],
    ["a@b@c.example", '"a@b@c.example"'],
    ["", '""'],
  ])("quotes what must be quoted: %j", (value, written) => {
    expect(write(dkim({ i: value }))).toBe(`mx.example.net; dkim=pass header.i=${written}`);
  });

  test("is ASCII where no value is non-ASCII, and conforms in mail that is not internationalized", () => {
    expect(parseAuthenticationResults(write(dkim({ d: "bücher.example" }, "é")), { eai: false }).defects).toEqual([]);
  });
});

describe("what no field can carry", () => {
  test("control characters become question marks, so that no other name comes out", () => {
    expect(write(dkim({ d: "bank\0.example" }, "a\r\nX-Injected: b"))).toBe(
      'mx.example.net; dkim=pass reason="a??X-Injected: b" header.d="bank?.example"',
    );
  });

  test("a value that is too long for a line is left out", () => {
    const longest = "a".repeat(MAX_WRITTEN_VALUE);
    expect(write(dkim({ d: "x", i: longest + "a", s: longest }))).toBe(
      `mx.example.net; dkim=pass header.d=x header.s=${longest}`,
    );
    expect(write(dkim({ i: "é".repeat(MAX_WRITTEN_VALUE / 2) }))).toBe("mx.example.net; dkim=pass");
    const quoted = " ".repeat(MAX_WRITTEN_VALUE - '""'.length);
    expect(write(dkim({ i: `${quoted} `, s: quoted }))).toBe(`mx.example.net; dkim=pass header.s="${quoted}"`);
    expect(write(dkim({}, "a".repeat(1e6)))).toBe("mx.example.net; dkim=pass");
  });

  test("results beyond the number that is read are left out", () => {
    const field = parseAuthenticationResults(write(...Array.from({ length: 10_000 }, () => dkim({ d: "a.example" }))));
    expect(field.results).toHaveLength(MAX_RESULTS);
    expect(field.defects).toEqual([]);
  });

  const folds = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`p${i}`, "a".repeat(60)]));
  test.each([
    ["long values", "mx.example.net", { d: "a".repeat(890), i: "b c".repeat(290) }, 20],
    ["a fold at each space", "mx.example.net", folds, 80],
    ["a long authserv-id", "x".repeat(30_000), { d: "a".repeat(890) }, 30],
  ])("results beyond the length that is read are left out, folded or not: %s", (_, authservId, properties, least) => {
    const value = formatAuthenticationResults({ authservId, results: Array<MethodResult>(100).fill(dkim(properties)) });
    const folded = foldField("X", value, "\r\n").slice("X:".length);
    expect(folded.length).toBeLessThanOrEqual(MAX_FIELD_LENGTH);
    const { results, defects } = parseAuthenticationResults(folded);
    expect(results.length).toBeGreaterThan(least);
    expect(defects).toEqual([]);
  });

  test("none is left out of a field that is long, but not too long", () => {
    const results = Array<MethodResult>(60).fill(dkim({ d: "a".repeat(890) }));
    expect(parseAuthenticationResults(write(...results)).results).toEqual(results);
  });

  test.each([
    ["authserv-id-invalid", () => formatAuthenticationResults({ authservId: "", results: [] })],
    ["authserv-id-invalid", () => formatAuthenticationResults({ authservId: "mx\r\nX: y", results: [] })],
    ["keyword-invalid", () => write({ ...dkim({}), method: "dkim; spf" })],
    ["keyword-invalid", () => write({ ...dkim({}), method: "dkim-" })],
    ["keyword-invalid", () => write({ ...dkim({}), result: "" })],
    ["keyword-invalid", () => write(dkim({ "d=x header.i": "y" }))],
    ["version-invalid", () => write({ ...dkim({}), methodVersion: 1.5 })],
    ["version-invalid", () => write({ ...dkim({}), methodVersion: -1 })],
    ["too-large", () => write(dkim(Object.fromEntries(Array.from({ length: 9000 }, (_, i) => [`p${i}`, "x"]))))],
    ["line-break", () => foldField("Authentication-Results", "mx; none\r\nX: y", "\r\n")],
  ])("is refused with the code %s where only the caller can have said it", (code, act) => {
    expect(act).toThrow(expect.objectContaining({ name: "FormatError", code }) as Error);
  });
});

const keywords = fc.stringMatching(/^[a-z0-9-]{0,6}[a-z0-9]$/);
const values = fc
  .oneof(
    fc.string({ unit: "grapheme", maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom('"', "\\", ";", "(", ")", " ", "\t", "=", "@", "a", ".", "é", "/", ","),
      maxLength: 20,
    }),
    fc.domain(),
    fc.emailAddress(),
  )
  .filter((value) => !/[\x00-\x08\x0a-\x1f\x7f-\x9f]/.test(value));
const methodResults = fc.record({
  method: keywords,
  methodVersion: fc.nat(3),
  result: keywords,
  reason: fc.option(values),
  properties: fc.array(fc.record({ ptype: keywords, property: keywords, value: values }), { maxLength: 6 }),
});
const fields = fc.record({
  authservId: values.filter((id) => id !== ""),
  results: fc.array(methodResults, { maxLength: 6 }),
});

describe("parse and format are inverse", () => {
  test("what was written is read back, unfolded and folded", () => {
    fc.assert(
      fc.property(fields, fc.constantFrom<"\r\n" | "\n">("\r\n", "\n"), (field, lineEnding) => {
        const expected = { ...field, version: 1, defects: [] };
        const value = formatAuthenticationResults(field);
        expect(parseAuthenticationResults(value, { eai: false })).toEqual(expected);
        const folded = foldField("Authentication-Results", value, lineEnding);
        expect(parseAuthenticationResults(folded.slice("Authentication-Results:".length))).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  test("whatever a message says, a field of that and no other results comes out, on lines that a message can hold", () => {
    const anything = fc.string({ unit: "binary", maxLength: 2000 });
    const hostile = fc.record({ d: anything, i: anything, s: anything });
    fc.assert(
      fc.property(fc.array(fc.tuple(hostile, fc.option(anything)), { minLength: 1, maxLength: 5 }), (signatures) => {
        const value = write(...signatures.map(([properties, reason]) => dkim(properties, reason)));
        const { authservId, results, defects } = parseAuthenticationResults(value);
        expect({ authservId, defects }).toEqual({ authservId: "mx.example.net", defects: [] });
        expect(results.map(({ method, result }) => `${method}=${result}`)).toEqual(signatures.map(() => "dkim=pass"));
        const octets = encodeUtf8(foldField("Authentication-Results", value, "\r\n"));
        for (const line of octets.split("\r\n")) expect(line.length).toBeLessThanOrEqual(998);
        expect(parseHeaderText(octets + "\r\n", false).fields).toHaveLength(1);
      }),
    );
  });
});

describe("folding", () => {
  const properties = { d: "newyork.example.org", i: "@newyork.example.org", s: "selector1", a: "rsa-sha256" };

  test("keeps lines at 78 octets and their white space at the front", () => {
    const value = write(
      dkim(properties),
      dkim(properties, "a reason with white space that is long and stays on its line", "fail"),
    );
    const folded = foldField("Authentication-Results", value, "\r\n");
    const lines = folded.split("\r\n");
    expect(lines.pop()).toBe("");
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines.slice(1)) expect(line).toMatch(/^ \S/);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(78);
    expect(lines.join("")).toBe(`Authentication-Results: ${value}`);
  });

  test("puts a line of 78 octets together, and breaks one of 79", () => {
    const word = "\u00fc".repeat(36);
    expect(foldField("X", `a ${word}b`, "\n")).toBe(`X: a ${word}b\n`);
    expect(foldField("X", `a ${word}bc`, "\n")).toBe(`X: a\n ${word}bc\n`);
  });

  test("never breaks inside a quoted string", () => {
    const reason = 'two  words and a \\" '.repeat(10);
    const folded = foldField("Authentication-Results", write(dkim({}, reason, "fail")), "\n");
    expect(folded.split("\n").some((line) => line.includes(`reason="two  words`) && line.endsWith('"'))).toBe(true);
  });

  test("leaves no line with a name or white space alone", () => {
    const word = "x".repeat(80);
    expect(foldField("X", `${word}  `, "\n")).toBe(`X: ${word}  \n`);
  });

  test("leaves a short field on one line, with the line end that is asked for", () => {
    expect(foldField("Authentication-Results", "mx.example.net; none", "\n")).toBe(
      "Authentication-Results: mx.example.net; none\n",
    );
  });
});

describe("what callers without types give", () => {
  const result = { method: "dkim", methodVersion: 1, result: "pass", reason: null, properties: [] };

  test.each([
    ["options-invalid", [undefined, null, 7]],
    ["authserv-id-invalid", [{ results: [] }, { authservId: null, results: [] }, { authservId: 7, results: [] }]],
    [
      "results-invalid",
      [
        ...[undefined, null, "none", result, [null], [{}], ["dkim=pass"]],
        ...[{ method: 7 }, { result: undefined }, { reason: 7 }].map((wrong) => [{ ...result, ...wrong }]),
        ...[null, "d", [null], [{ ptype: "header", property: "d" }]].map((properties) => [{ ...result, properties }]),
      ].map((results) => ({ authservId: "mx.example.net", results })),
    ],
  ])("is told with the code %s", (code, fields) => {
    for (const field of fields) {
      const format = () => formatAuthenticationResults(field as never);
      expect(format, JSON.stringify(field)).toThrow(expect.objectContaining({ code }));
    }
  });

  test("may leave the reason out", () => {
    const { reason, ...rest } = result;
    expect(reason).toBeNull();
    const field = { authservId: "mx.example.net", results: [rest as typeof result] };
    expect(formatAuthenticationResults(field)).toBe("mx.example.net; dkim=pass");
  });
});

describe("RFC 6008: the part of b= that tells signatures apart", () => {
  test("is 8 characters", () => {
    expect(signaturePrefixes(["oINEO8hgn/gnunsg"])).toEqual(["oINEO8hg"]);
    expect(signaturePrefixes(["oINEO8hgn/gnunsg", "EToRSuvUfQVP3Bkz"])).toEqual(["oINEO8hg", "EToRSuvU"]);
  });

  test("is more until it is unique in the message", () => {
    expect(signaturePrefixes(["AAAAAAAAAAx1", "BBBBBBBBBBBB", "AAAAAAAAAAy2"])).toEqual([
      "AAAAAAAAAAx",
      "BBBBBBBB",
      "AAAAAAAAAAy",
    ]);
  });

  test("does not count signatures that are the same", () => {
    expect(signaturePrefixes(["AAAAAAAAAAAA", "AAAAAAAAAAAA"])).toEqual(["AAAAAAAA", "AAAAAAAA"]);
  });

  test("is all there is where that is less", () => {
    expect(signaturePrefixes(["AB", "", "ABCDEFGHIJ"])).toEqual(["AB", "", "ABCDEFGH"]);
  });

  test("tells any different signatures apart that are not the beginning of another", () => {
    const texts = fc.array(fc.string({ unit: fc.constantFrom("A", "B"), minLength: 12, maxLength: 12 }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(texts, (signatures) => {
        const prefixes = signaturePrefixes(signatures);
        expect(new Set(prefixes).size).toBe(new Set(signatures).size);
        expect(prefixes.every((prefix, i) => signatures[i]?.startsWith(prefix))).toBe(true);
      }),
    );
  });
});
