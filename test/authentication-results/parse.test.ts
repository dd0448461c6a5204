import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_FIELD_LENGTH, MAX_RESULTS } from "../../src/authentication-results/limits.js";
import { parseAuthenticationResults } from "../../src/authentication-results/parse.js";
import { octetsOf } from "../../src/message/octets.js";
import { HARMLESS_DEFECTS, isReadable, type DefectCode } from "../../src/authentication-results/types.js";

/** Results in a short form: `method=result` and `ptype.property=value`, as they would be said aloud. */
function read(value: string, eai = true): { id: string | null; said: string[]; defects: DefectCode[] } {
  const { authservId, results, defects } = parseAuthenticationResults(value, { eai });
  const said = results.map(({ method, result, reason, properties }) =>
    [
      `${method}=${result}`,
      ...(reason === null ? [] : [`reason=${reason}`]),
      ...properties.map(({ ptype, property, value: text }) => `${ptype}.${property}=${text}`),
    ].join(" "),
  );
  return { id: authservId, said, defects: defects.map(({ code }) => code) };
}

describe("the examples of RFC 8601 appendix B are read", () => {
  test("B.2: nothing was done", () => {
    expect(parseAuthenticationResults("example.org 1; none")).toEqual({
      authservId: "example.org",
      version: 1,
      results: [],
      defects: [],
    });
  });

  test("B.3: one method", () => {
    expect(read("example.com;\r\n          spf=pass smtp.mailfrom=example.net")).toEqual({
      id: "example.com",
      said: ["spf=pass smtp.mailfrom=example.net"],
      defects: [],
    });
  });

  test("B.4: several methods, with a comment between", () => {
    expect(
      read("example.com;\r\n auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n spf=pass smtp.mailfrom=example.net")
        .said,
    ).toEqual(["auth=pass smtp.auth=sender@example.net", "spf=pass smtp.mailfrom=example.net"]);
  });

  test("B.6: reasons, and an identity without local part", () => {
    const value =
      'example.com;\r\n dkim=pass reason="good signature"\r\n  header.i=@mail-router.example.net;\r\n' +
      ' dkim=fail reason="bad signature"\r\n  header.i=@newyork.example.com';
    expect(read(value)).toEqual({
      id: "example.com",
      said: [
        "dkim=pass reason=good signature header.i=@mail-router.example.net",
        "dkim=fail reason=bad signature header.i=@newyork.example.com",
      ],
      defects: [],
    });
  });

  test("B.7: comments wherever one may stand", () => {
    const value =
      "foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n" +
      " policy (A dot can go here) . (like that) expired\r\n (this surprised me) = (as I wasn't expecting it) 1362471462";
    expect(read(value)).toEqual({ id: "foo.example.net", said: ["dkim=fail policy.expired=1362471462"], defects: [] });
  });
});

describe("what large operators write is read", () => {
  test.each([
    [
      "Gmail",
      'mx.google.com;\r\n       dkim=pass header.i=@example.org header.s=s1 header.b="a/b+cdEf";\r\n       spf=pass ' +
        "(google.com: domain of b@example.org designates 2001:db8::1 as permitted sender) smtp.mailfrom=b@example.org;\r\n" +
        "       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.org",
      "mx.google.com",
      "dkim=pass header.i=@example.org header.s=s1 header.b=a/b+cdEf",
      [],
    ],
    [
      "Microsoft 365",
      "spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=example.org; dkim=pass (signature was verified)\r\n" +
        " header.d=example.org;dmarc=pass action=none\r\n header.from=example.org;compauth=pass reason=100",
      null,
      "dkim=pass header.d=example.org",
      ["authserv-id-missing", "bare-action"],
    ],
    [
      "Yahoo",
      "atlas-baseline.example;\r\n dkim=pass header.i=@example.org header.s=s1;\r\n spf=pass smtp.mailfrom=example.org;\r\n" +
        " dmarc=pass(p=REJECT) header.from=example.org;",
      "atlas-baseline.example",
      "dkim=pass header.i=@example.org header.s=s1",
      ["trailing-semicolon"],
    ],
    [
      "OpenDKIM, with a job id and a semicolon in a comment",
      "mx.example.net/4Bx9TzC;\r\n\tdkim=pass (2048-bit key; unprotected) header.d=example.org header.b=L/yRACP1;\r\n" +
        "\tdkim-atps=neutral",
      "mx.example.net/4Bx9TzC",
      "dkim=pass header.d=example.org header.b=L/yRACP1",
      ["unquoted-slash-or-colon", "unquoted-slash-or-colon"],
    ],
    [
      "Rspamd",
      "mx.example.net;\r\n\tdkim=pass header.d=example.org header.s=s1 header.b=Zm9vYmE=;\r\n" +
        '\tspf=pass (mx.example.net: domain of "a=b@example.org" designates 192.0.2.1) smtp.mailfrom=prvs=a@example.org;\r\n' +
        "\tdmarc=pass (policy=none) header.from=example.org",
      "mx.example.net",
      "dkim=pass header.d=example.org header.s=s1 header.b=Zm9vYmE=",
      ["unquoted-equals-at-end"],
    ],
  ])("%s", (_, value, id, dkim, defects) => {
    const field = read(value);
    expect(field.id).toBe(id);
    expect(field.said).toContain(dkim);
    expect(field.defects).toEqual(defects);
    expect(isReadable(parseAuthenticationResults(value))).toBe(true);
  });
});

describe("names and values", () => {
  test("methods, results, ptypes and properties are lower-cased, values are not", () => {
    expect(read("MX.example; DKIM=Pass Header.D=Example.ORG")).toEqual({
      id: "MX.example",
      said: ["dkim=pass header.d=Example.ORG"],
      defects: [],
    });
  });

  test("unknown methods, results, ptypes and properties are kept", () => {
    expect(read("mx; x-new=maybe x.y=z").said).toEqual(["x-new=maybe x.y=z"]);
  });

  test("quotes and escapes are removed", () => {
    expect(read('"mx.example"; dkim=fail reason="a \\"b\\" \\\\ c" header.b=""').said).toEqual([
      'dkim=fail reason=a "b" \\ c header.b=',
    ]);
  });

  test("quotes around a local part are removed", () => {
    expect(read('mx; dkim=pass header.i="joe smith"@example.com')).toMatchObject({
      said: ["dkim=pass header.i=joe smith@example.com"],
      defects: [],
    });
  });

  test("comments may stand around a local part, and are dropped", () => {
    expect(read('mx; dkim=pass header.i=joe (a) @example.com header.i=(b)"j s"(c)@example.com (d)')).toMatchObject({
      said: ["dkim=pass header.i=joe@example.com header.i=j s@example.com"],
      defects: [],
    });
  });

  test("repeated properties are all listed and no defect", () => {
    expect(read("mx; dkim=pass header.d=a.example header.d=b.example")).toMatchObject({
      said: ["dkim=pass header.d=a.example header.d=b.example"],
      defects: [],
    });
  });

  test("a quoted value needs no white space after it, a reason does", () => {
    expect(read('mx; dkim=pass header.b="a"header.d=b')).toMatchObject({ defects: [] });
    expect(read('mx; dkim=pass reason="a"header.d=b')).toMatchObject({ said: [], defects: ["property-invalid"] });
  });

  test("other versions are read and no defect", () => {
    const field = parseAuthenticationResults("mx 2; dkim/3=pass");
    expect(field).toMatchObject({ version: 2, defects: [] });
    expect(field.results[0]).toMatchObject({ methodVersion: 3 });
  });

  test("a number without end is the largest safe one", () => {
    expect(parseAuthenticationResults(`mx ${"9".repeat(5000)}; none`).version).toBe(Number.MAX_SAFE_INTEGER);
  });

  test("folding inside a quoted string is removed, its white space stays", () => {
    expect(read('mx; dkim=fail reason="a\r\n b"').said).toEqual(["dkim=fail reason=a b"]);
  });

  test("a line end after the value belongs to the field", () => {
    for (const end of ["\r\n", "\n"]) {
      expect(read(`mx; dkim=pass${end}`)).toEqual({ id: "mx", said: ["dkim=pass"], defects: [] });
    }
  });
});

describe("non-ASCII characters", () => {
  test.each([
    ["in a local part", "mx; dkim=pass header.i=Pelé@example.com"],
    ["in a domain", "mx; dkim=pass header.d=bücher.example"],
    ["in the domain of an address", "mx; dkim=pass header.i=@bücher.example"],
    ["from the first one on", "mx; dkim=pass header.d=\x80.example"],
  ])("%s are a defect only where the message is not internationalized", (_, value) => {
    expect(read(value).defects).toEqual([]);
    expect(parseAuthenticationResults(value).defects).toEqual([]);
    expect(read(value, false)).toMatchObject({ said: [], defects: ["value-not-ascii"] });
  });

  test("in quotes and comments they are no defect", () => {
    expect(read('"bücher.example" (é); dkim=fail reason="é"', false).defects).toEqual([]);
  });

  test("an unquoted authserv-id is ASCII in either case", () => {
    expect(read("bücher.example; dkim=pass")).toEqual({ id: null, said: [], defects: ["authserv-id-invalid"] });
  });

  test("an unquoted token is ASCII in either case", () => {
    expect(read("mx; dkim=fail reason=é").defects).toEqual(["value-not-ascii"]);
  });
});

describe("after a defect that is not harmless, its result and all that follow are dropped", () => {
  test.each<[DefectCode, string]>([
    ["method-invalid", "dkim_x=pass"],
    ["method-invalid", "dkim"],
    ["method-invalid", "-=pass"],
    ["method-invalid", "dkim/x=pass"],
    ["method-invalid", "dkim/=pass"],
    ["method-invalid", ""],
    ["result-invalid", "dkim="],
    ["result-invalid", "dkim=perm_fail header.d=x"],
    ["reason-invalid", "dkim=fail reason="],
    ["reason-invalid", "dkim=fail reason=a@b"],
    ["property-invalid", "dkim=pass header"],
    ["property-invalid", "dkim=pass header.=x"],
    ["property-invalid", "dkim=pass header.d"],
    ["property-invalid", "dkim=pass header.d=x reason=late"],
    ["property-invalid", "x-tls=pass version=TLSv1.2"],
    ["property-invalid", "dkim=pass (a)) header.d=x"],
    ["value-invalid", "dkim=pass header.d="],
    ["value-invalid", "dkim=pass header.b=a=b"],
    ["value-invalid", "dkim=pass header.b=a==="],
    ["value-invalid", "dkim=pass header.b=="],
    ["value-invalid", "dkim=pass header.d=a,b"],
    ["value-invalid", "dkim=pass header.i=@"],
    ["value-invalid", "dkim=pass header.i=a..b@example.com"],
    ["value-invalid", "dkim=pass header.i=a@-example.com"],
    ["value-invalid", "dkim=pass header.i=a@b@example.com"],
    ["value-not-ascii", "dkim=pass header.d=é_é"],
    ["none-with-results", "none"],
    ["comment-unterminated", "dkim=pass (header.d=x"],
    ["comment-unterminated", "dkim=pass reason=(a"],
    ["quoted-string-unterminated", 'dkim=pass header.d="x'],
    ["quoted-string-unterminated", 'dkim=pass header.d="x\\\r\n y"'],
    ["control-character", "dkim=pass header.d=x\0"],
    ["control-character", "\0"],
    ["control-character", "dkim=pass header.d=x\rheader.i=y"],
    ["control-character", "dkim=pass\r\nX-Injected: y"],
  ])("%s: %j", (code, result) => {
    expect(read(`mx; spf=pass; ${result}; dmarc=pass`)).toEqual({ id: "mx", said: ["spf=pass"], defects: [code] });
  });

  test.each<[DefectCode, string, string | null]>([
    ["authserv-id-invalid", "", null],
    ["authserv-id-invalid", "; dkim=pass", null],
    ["authserv-id-invalid", "mx@evil.example; dkim=pass", null],
    ["authserv-id-invalid", '"mx"=pass; dkim=pass', null],
    ["authserv-id-invalid", '""; dkim=pass', null],
    ["control-character", "mx\0.example; dkim=pass", null],
    ["control-character", "\0mx; dkim=pass", null],
    ["control-character", "mx; none\0", "mx"],
    ["control-character", "mx; none;\0", "mx"],
    ["comment-unterminated", "mx; none; (", "mx"],
    ["comment-unterminated", "mx (a; dkim=pass", "mx"],
    ["version-invalid", "mx other; dkim=pass", "mx"],
    ["version-invalid", "mx 1.0; dkim=pass", "mx"],
    ["results-missing", "mx", "mx"],
    ["results-missing", "mx;", "mx"],
    ["none-with-results", "mx; none; dkim=pass", "mx"],
  ])("%s in the head: %j", (code, value, id) => {
    expect(read(value)).toEqual({ id, said: [], defects: [code] });
  });

  test("a defect is reported at its position", () => {
    const value = "mx; dkim=pass header.b=ab/c header.s=d==; spf=pass smtp.a=b:c@mx smtp.b=:d@mx smtp.x=a?b";
    expect(parseAuthenticationResults(value).defects).toEqual([
      { code: "unquoted-slash-or-colon", at: value.indexOf("/") },
      { code: "unquoted-equals-at-end", at: value.indexOf("==") },
      { code: "unquoted-slash-or-colon", at: value.indexOf(":c") },
      { code: "unquoted-slash-or-colon", at: value.indexOf(":d") },
      { code: "value-invalid", at: value.indexOf("a?b") },
    ]);
  });
});

test("a semicolon after none is harmless", () => {
  expect(read("mx; none; ")).toEqual({ id: "mx", said: [], defects: ["trailing-semicolon"] });
});

test("every harmless defect yields its results", () => {
  const values: Record<(typeof HARMLESS_DEFECTS)[number], string> = {
    "trailing-semicolon": "mx; dkim=pass header.d=x; ",
    "unquoted-slash-or-colon": "mx; dkim=pass header.d=x/y:z",
    "unquoted-equals-at-end": "mx; dkim=pass header.d=x==",
    "authserv-id-missing": "dkim=pass header.d=x",
    "bare-action": "mx; dkim=pass action=none header.d=x",
  };
  for (const [code, value] of Object.entries(values)) {
    const field = parseAuthenticationResults(value);
    expect(field.defects.map((defect) => defect.code)).toEqual([code]);
    expect(field.results).toHaveLength(1);
    expect(field.results[0]?.properties).toHaveLength(1);
    expect(isReadable(field)).toBe(true);
  }
});

describe("a hostile field does no harm", () => {
  test("at most a hundred results are read", () => {
    const field = parseAuthenticationResults(`mx; ${"dkim=pass;".repeat(10_000)}`);
    expect(field.results).toHaveLength(MAX_RESULTS);
    expect(field.defects.map(({ code }) => code)).toEqual(["too-many-results"]);
  });

  test.each([
    ["a value", "mx; spf=pass; dkim=pass header.d=" + "a".repeat(1e6)],
    ["labels", "mx; spf=pass; dkim=pass header.i=@" + "a.".repeat(5e5)],
    ["a local part", "mx; spf=pass; dkim=pass header.i=" + "a.".repeat(5e5) + "@b"],
    ["hyphens", "mx; spf=pass; dkim=pass header.i=@a" + "-".repeat(1e6)],
    ["a quoted string", 'mx; spf=pass; dkim=pass header.d="' + "\\a".repeat(5e5) + '"'],
    ["comments", "mx; spf=pass; dkim=pass " + "(".repeat(1e6)],
    ["white space", "mx; spf=pass; dkim=pass " + " ".repeat(1e6) + "x"],
    ["equals signs", "mx; spf=pass; dkim=pass header.b=" + "=".repeat(1e6)],
    ["folds", "mx; spf=pass; dkim=pass" + "\r\n ".repeat(3e5) + "header.d=x"],
    ["properties", "mx; spf=pass; dkim=pass" + " header.d=x".repeat(1e5)],
  ])("a megabyte of %s ends at the limit", (_, value) => {
    const field = parseAuthenticationResults(value);
    expect(field.results.map(({ method }) => method)).toEqual(["spf"]);
    expect(field.defects).toEqual([{ code: "too-large", at: MAX_FIELD_LENGTH }]);
  });

  test("a field exactly as long as the limit is read", () => {
    const value = "mx; dkim=pass header.d=".padEnd(MAX_FIELD_LENGTH, "a");
    expect(parseAuthenticationResults(value).defects).toEqual([]);
    expect(parseAuthenticationResults(value + "\r\n").defects).toEqual([]);
    expect(parseAuthenticationResults(value + "a").defects).toHaveLength(1);
  });
});

const pieces = fc.constantFrom(
  ...'mx.example|;| |dkim|=|pass|header|.|d|none|reason|action|1|/|:|(|)|"|\\|@|,|\r\n |\n|\r|\0|\t|é|example.org|-|=='.split(
    "|",
  ),
);
const nearlyValid = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(""));

test("says with a code that it was given no text", () => {
  for (const value of [undefined, null, 7, {}, ["mx; none"], octetsOf("mx; none")]) {
    expect(() => parseAuthenticationResults(value as string)).toThrow(
      expect.objectContaining({ code: "fields-invalid" }),
    );
  }
  expect(() => parseAuthenticationResults("mx; none", null as never)).toThrow(
    expect.objectContaining({ code: "options-invalid" }),
  );
});

test("any text is read without an exception, and what is read is within the text", () => {
  fc.assert(
    fc.property(fc.oneof(nearlyValid, fc.string({ unit: "binary", maxLength: 200 })), fc.boolean(), (value, eai) => {
      const field = parseAuthenticationResults(value, { eai });
      for (const { at } of field.defects) expect(at >= 0 && at <= value.length).toBe(true);
      const grave = field.defects.filter(({ code }) => !(HARMLESS_DEFECTS as readonly string[]).includes(code));
      expect(grave.length).toBeLessThanOrEqual(1);
      if (grave[0] !== undefined) expect(field.defects.at(-1)).toBe(grave[0]);
      expect(JSON.stringify(field.results)).not.toMatch(/\\[rn]|\\u000/);
    }),
    { numRuns: 3000 },
  );
});

test("whatever is put into a valid field, the results before it stay as they were", () => {
  const valid =
    'mx.example; spf=pass smtp.mailfrom=a@b.example; dkim=pass reason="x y" header.d=c.example (z) header.b="/"';
  const end = valid.indexOf("; dkim");
  fc.assert(
    fc.property(fc.integer({ min: end + 1, max: valid.length }), nearlyValid, (at, noise) => {
      const field = parseAuthenticationResults(valid.slice(0, at) + noise + valid.slice(at));
      expect(field.authservId).toBe("mx.example");
      expect(field.results[0]).toEqual(parseAuthenticationResults(valid).results[0]);
    }),
    { numRuns: 2000 },
  );
});
