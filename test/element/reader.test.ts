import { describe, expect, it } from "vitest";
import { encodeUtf8, octetsOf } from "../../src/message/octets.js";
import type { FieldInput, TrustInput } from "../../src/element/inputs.js";
import { domainShownInName, readFields, readOwnField } from "../../src/element/reader.js";

const NOBODY: TrustInput = {
  trusted: "",
  trustWithoutId: false,
  maxReceivedAbove: null,
  legacyFields: false,
  untrustedFolder: false,
  receivedAt: null,
};
const TRUST: TrustInput = { ...NOBODY, trusted: "mx.example.net" };
const PASS = "Authentication-Results: mx.example.net; dkim=pass header.d=bank.example";
const FROM = "From: kim@bank.example";
const SIGNATURE = "DKIM-Signature: v=1; a=rsa-sha256; d=bank.example; s=s; h=from; t=946684800; bh=aGFzaA==; b=c2ln";

function headersOf(...fields: string[]): FieldInput {
  return { headers: fields.join("\r\n") + "\r\n\r\n", results: null, from: [] };
}

function valuesOf(results: readonly string[] | null, ...from: string[]): FieldInput {
  return { headers: null, results, from };
}

describe("what the fields say", () => {
  const read = (fields: FieldInput, trust: Partial<TrustInput>) =>
    readFields(fields, { ...NOBODY, ...trust }, null)?.status;

  it("is nothing where there are none", () => {
    expect(readFields(valuesOf(null, "kim@bank.example"), TRUST, null)).toBeNull();
  });

  it("is read of single values, too", () => {
    const values = valuesOf(["mx.example.net; dkim=pass header.d=bank.example"], "kim@bank.example");
    expect(read(values, TRUST)?.state).toBe("author");
    expect(read(values, NOBODY)?.state).toBe("unknown");
  });

  it("is believed of the ids that the page names, which are one operator's, and of nobody without any", () => {
    const two = headersOf("Authentication-Results: a.example; spf=pass", PASS, FROM);
    expect(read(two, { trusted: " a.example\nmx.example.net " })?.state).toBe("author");
    expect(read(two, { trusted: "a.example" })?.reasons).toEqual(["no-dkim-result"]);
    for (const trusted of ["", " \t "]) expect(read(two, { trusted })?.reasons).toEqual(["nothing-trusted"]);
  });

  it("is believed by each of the page's choices and not without it", () => {
    const states = (choice: Partial<TrustInput>, ...fields: string[]) =>
      [{}, choice].map((chosen) => read(headersOf(...fields, FROM), { ...TRUST, ...chosen })?.state);
    const withoutId = "Authentication-Results: dkim=pass header.d=bank.example";
    expect(states({ trustWithoutId: true }, withoutId)).toEqual(["unknown", "author"]);
    const legacy = "X-DKIM-Authentication-Results: pass";
    expect(states({ legacyFields: true }, legacy, SIGNATURE)).toEqual(["unknown", "author"]);
    expect(states({ maxReceivedAbove: 0 }, "Received: x", PASS)).toEqual(["author", "unknown"]);
    expect(states({ untrustedFolder: true }, PASS)).toEqual(["author", "unknown"]);
  });

  it("is judged as of receipt, or of now where that cannot be read", () => {
    const concerns = (receivedAt: string | null) =>
      read(headersOf(PASS, FROM, SIGNATURE), { ...TRUST, receivedAt })?.concerns;
    expect(concerns("1999-12-31T00:00:00Z")).toEqual([{ code: "future-timestamp", level: "note" }]);
    for (const receivedAt of [null, "yesterday"]) expect(concerns(receivedAt)).toEqual([]);
  });
});

describe("a field that was written here", () => {
  const status = (value: string, fields: FieldInput, trust = NOBODY) => readOwnField(value, fields, trust, null).status;
  const OWN = "here; dkim=fail header.d=bank.example";

  it.each([
    ["a header", headersOf(PASS, FROM)],
    ["octets", { ...headersOf(), headers: octetsOf(`${PASS}\r\n${FROM}\r\n\r\n`) }],
    ["values", valuesOf(["mx.example.net; dkim=pass header.d=bank.example"], "kim@bank.example")],
  ])("is all that is read beside the author: %s", (_, fields) => {
    expect(status(OWN, fields, TRUST)).toMatchObject({ state: "invalid", reasons: ["signature-mismatch"] });
    expect(status("dkim=pass header.d=bank.example", fields)).toMatchObject({ state: "author" });
    expect(status("here; spf=pass", fields, TRUST)).toMatchObject({ state: "unknown", reasons: ["no-dkim-result"] });
  });

  it.each(["\n", "\r", "\r\n", "\r\n\r\n"])("is one field, whatever lines it holds: %j", (end) => {
    const smuggled = `here; spf=pass${end}Authentication-Results: here; dkim=pass header.d=bank.example`;
    expect(status(smuggled, headersOf(FROM)).state).toBe("unknown");
    expect(status(`here;${end}dkim=pass header.d=bank.example`, headersOf(FROM)).state).toBe("author");
  });

  it("is nothing where the message has the same id, or none: the field alone may speak", () => {
    for (const id of ["here; ", ""]) {
      const field = `Authentication-Results: ${id}dkim=pass header.d=bank.example`;
      expect(status(`${id}spf=pass`, headersOf(field, FROM)).reasons).toEqual(["no-dkim-result"]);
    }
  });

  it("is judged as of receipt", () => {
    const trust = { ...NOBODY, receivedAt: "1999-12-31T00:00:00Z" };
    const { concerns } = status("here; dkim=pass header.d=bank.example", headersOf(FROM, SIGNATURE), trust);
    expect(concerns).toEqual([{ code: "future-timestamp", level: "note" }]);
  });
});

describe("the domain that a name shows", () => {
  const shown = (value: string) => domainShownInName(headersOf(`From: ${value}`));

  it("is an unrelated one before one that may be related", () => {
    expect(shown('"a@mail.bank.example ceo@evil.net b@evil.org" <kim@bank.example>')).toBe("evil.net");
    expect(shown('"a@mail.bank.example" <kim@bank.example>')).toBe("mail.bank.example");
  });

  it("is none where the name shows none, or the author cannot be told", () => {
    expect(shown("Kim <kim@bank.example>")).toBeNull();
    expect(shown('"ceo@evil.net" <kim@bank.example>, x@other.example')).toBeNull();
  });

  it("is read of octets, of characters and of single values alike", () => {
    const from = '"ceo＠evil.net" <kim@bank.example>';
    const headers = `From: ${from}\r\n\r\n`;
    expect(domainShownInName({ ...headersOf(), headers })).toBe("evil.net");
    expect(domainShownInName({ ...headersOf(), headers: new TextEncoder().encode(headers) })).toBe("evil.net");
    expect(domainShownInName({ ...headersOf(), headers: encodeUtf8(headers) })).toBe("evil.net");
    expect(domainShownInName(valuesOf([], from))).toBe("evil.net");
  });
});
