import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_HEADER_OCTETS } from "../../src/message/header.js";
import { encodeUtf8, octetsOf } from "../../src/message/octets.js";
import { MAX_SHOWN_NAME } from "../../src/message/shown-address.js";
import { organizationalDomainOf } from "../../src/status/public-suffix-list.js";
import { statusOf, type StatusInput, type StatusOptions } from "../../src/status/status-of.js";

const OPTIONS: StatusOptions = {
  trusted: ["mx.example.net"],
  receivedAt: new Date("2026-11-24T00:00:00Z"),
  organizationalDomain: organizationalDomainOf,
};

const FROM = "From: Ceo <ceo@bank.com>";
const RECEIVED = "Received: from a by b; Tue, 24 Nov 2026 00:00:00 +0000";

function header(...fields: string[]): string {
  return fields.map((field) => field + "\r\n").join("") + "\r\n";
}

/** What the trusted server wrote. */
function trustedField(results: string): string {
  return `Authentication-Results: mx.example.net; ${results}`;
}

/** A DKIM-Signature field; a tag replaces the usual one. */
function signed(tags: Record<string, string> = {}): string {
  const usual = {
    v: "1",
    a: "rsa-sha256",
    c: "relaxed/relaxed",
    d: "bank.com",
    s: "s1",
    h: "from:to:subject:reply-to:content-type",
    bh: "aGFzaA==",
    b: "c2lnbmF0dXJl",
  };
  const all = Object.entries({ ...usual, ...tags });
  return "DKIM-Signature: " + all.map(([name, value]) => `${name}=${value}`).join("; ");
}

/** The status of a message from bank.com about which the trusted server says `results`. */
function said(results: string, ...fields: string[]) {
  return statusOf({ headers: header(trustedField(results), FROM, ...fields) }, OPTIONS).status;
}

function thrown(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

const codes = (status: { concerns: readonly { code: string }[] }) => status.concerns.map(({ code }) => code);

describe("from bank.com, nobody else is taken for the author", () => {
  test.each([
    ["evilbank.com signs", "dkim=pass header.d=evilbank.com", "third-party"],
    ["bank.com.evil.net signs", "dkim=pass header.d=bank.com.evil.net", "third-party"],
    ["com is no host name", "dkim=pass header.d=com", "unknown"],
    ["co.uk signs", "dkim=pass header.d=co.uk", "third-party"],
    ["d= decides, not i=", "dkim=pass header.d=evil.net header.i=@bank.com", "third-party"],
    ["header.d twice with different values", "dkim=pass header.d=bank.com header.d=evil.net", "unknown"],
    ["header.d twice, once no host name", 'dkim=pass header.d=bank.com header.d="a b"', "unknown"],
    ["header.d with a final dot is no host name", "dkim=pass header.d=bank.com.", "unknown"],
    ["header.d with an underscore is no host name", "dkim=pass header.d=_x.bank.com", "unknown"],
    ["header.d with an address is no host name", 'dkim=pass header.d="ceo@bank.com"', "unknown"],
    ["header.d with a comma is no host name", 'dkim=pass header.d="bank.com,evil.net"', "unknown"],
    ["an empty header.d does not fall back to header.i", 'dkim=pass header.d="" header.i=@bank.com', "unknown"],
    ["header.i twice with different values", "dkim=pass header.i=@bank.com header.i=@evil.net", "unknown"],
    ["properties of another type name nobody", "dkim=pass smtp.d=bank.com policy.d=bank.com", "unknown"],
    ["SPF alone", "spf=pass smtp.mailfrom=bank.com", "unknown"],
    ["DMARC alone", "dmarc=pass header.from=bank.com", "unknown"],
    ["DMARC of another From", "dkim=none; dmarc=pass header.from=evil.net", "unsigned"],
    ["ARC alone", "arc=pass header.d=bank.com", "unknown"],
    ["a method of version 2", "dkim/2=pass header.d=bank.com", "unknown"],
    ["methods that only look like it", "dkim-atps=pass header.d=bank.com; xdkim=pass header.d=bank.com", "unknown"],
    ["a pass inside a comment", "dkim=fail (dkim=pass header.d=bank.com) header.d=bank.com", "invalid"],
    ["a pass inside a reason", 'dkim=fail reason="; dkim=pass header.d=bank.com"', "invalid"],
  ])("%s: %s", (_, results, state) => {
    expect(said(results).state).toBe(state);
  });

  test("from a tenant, another tenant signs", () => {
    const from = (address: string, signer: string) =>
      statusOf({ headers: header(trustedField(`dkim=pass header.d=${signer}`), `From: ${address}`) }, OPTIONS).status;
    expect(from("a@bank.github.io", "evil.github.io").state).toBe("third-party");
    expect(from("a@bank.github.io", "github.io").state).toBe("third-party");
    expect(from("a@bank.co.uk", "co.uk").state).toBe("third-party");
    expect(from("a@bank.onmicrosoft.com", "evil.onmicrosoft.com")).toMatchObject({
      state: "third-party",
      intermediary: { id: "microsoft365-default", kind: "platform" },
    });
    expect(from("a@bank.onmicrosoft.com", "bank.onmicrosoft.com").state).toBe("author");
  });

  test("a From whose name shows bank.com, signed by evil.net, is evil.net's and a caution", () => {
    const headers = header(trustedField("dkim=pass header.d=evil.net"), 'From: "ceo@bank.com" <x@evil.net>');
    const { author, status } = statusOf({ headers }, OPTIONS);
    expect(author).toEqual({ address: "x@evil.net", domain: "evil.net" });
    expect(status).toMatchObject({
      state: "author",
      signer: "evil.net",
      concerns: [{ code: "name-shows-other-address", level: "warn" }],
    });
  });

  test("a From with a word in a charset that is not known here may show any address: a caution", () => {
    const word = `=?IBM037?B?${Buffer.from([0x83, 0x85, 0x96, 0x7c, 0x82, 0x4b, 0x83]).toString("base64")}?=`; // ceo@b.c
    for (const from of [`${word} <x@evil.net>`, `x@evil.net (${word})`, `"${word}" <x@evil.net>, y@evil.net`]) {
      const { status } = statusOf(
        { headers: header(trustedField("dkim=pass header.d=evil.net"), `From: ${from}`) },
        { ...OPTIONS, organizationalDomain: null },
      );
      expect(status).toMatchObject({
        state: "author",
        concerns: [{ code: "name-shows-other-address", level: "warn" }],
      });
    }
  });

  test("a quoted name that looks like an address decides nothing: signed by evil.net", () => {
    const headers = header(trustedField("dkim=pass header.d=evil.net"), 'From: "a <x@evil.net>" <ceo@bank.com>');
    const { status } = statusOf({ headers }, OPTIONS);
    expect(status).toMatchObject({ state: "third-party", signer: "evil.net" });
    expect(codes(status)).toContain("name-shows-other-address");
  });

  test.each([
    ["none", []],
    ["two fields", [FROM, "From : x@evil.net"]],
    ["two domains", ["From: ceo@bank.com, x@evil.net"]],
    ["no mailbox", ["From: undisclosed:;"]],
  ])("malformed, though a signature passes: %s", (_, fields) => {
    const results = "dkim=pass header.d=bank.com; dmarc=fail header.from=bank.com";
    const report = statusOf({ headers: header(trustedField(results), ...fields) }, OPTIONS);
    expect(report).toMatchObject({ author: null, status: { state: "malformed", signer: null } });
  });
});

test("a header without an end is read up to the limit, and malformed beyond it: another From could follow", () => {
  const fields = trustedField("dkim=pass header.d=bank.com") + `\r\n${FROM}\r\nX: `;
  const state = (length: number) => {
    const headers = fields + "x".repeat(length - fields.length - 2) + "\r\n";
    const { state: ofText } = statusOf({ headers }, OPTIONS).status;
    expect(statusOf({ headers: octetsOf(headers) }, OPTIONS).status.state).toBe(ofText);
    return ofText;
  };
  expect(state(MAX_HEADER_OCTETS)).toBe("author");
  expect(state(MAX_HEADER_OCTETS + 1)).toBe("malformed");
});

describe("which field is believed", () => {
  const pass = "dkim=pass header.d=bank.com";

  test("none without a configured id, and without options at all", () => {
    const headers = header(trustedField(pass), FROM);
    expect(statusOf({ headers }, { ...OPTIONS, trusted: [] }).status).toMatchObject({
      state: "unknown",
      reasons: ["nothing-trusted"],
    });
    expect(statusOf({ headers })).toMatchObject({
      status: { reasons: ["nothing-trusted"] },
      authservId: null,
      field: null,
    });
  });

  test("not one of another id", () => {
    const headers = header(`Authentication-Results: mx.example.net.evil.net; ${pass}`, FROM);
    expect(statusOf({ headers }, OPTIONS).status).toMatchObject({ state: "unknown", reasons: ["no-trusted-field"] });
  });

  test("not one below the Received that follows the run", () => {
    const headers = header(trustedField("spf=pass"), RECEIVED, trustedField(pass), FROM);
    expect(statusOf({ headers }, OPTIONS).status).toMatchObject({ state: "unknown", reasons: ["no-dkim-result"] });
  });

  test("one that cannot be read says nothing", () => {
    const status = said("dkim=pass header.d=bank.com (never ends");
    expect(status).toMatchObject({ state: "unknown", reasons: ["field-defective"] });
  });

  test("not one with more Received fields above it than allowed", () => {
    const headers = header(RECEIVED, RECEIVED, trustedField(pass), FROM);
    expect(statusOf({ headers }, OPTIONS).status.state).toBe("author");
    expect(statusOf({ headers }, { ...OPTIONS, maxReceivedAbove: 1 }).status.state).toBe("unknown");
  });

  test("where only values can be had, the first one alone may speak", () => {
    const from = ["ceo@bank.com"];
    const trusted = `mx.example.net; ${pass}`;
    expect(statusOf({ results: [trusted], from }, OPTIONS).status.state).toBe("author");
    expect(statusOf({ results: ["other.example; spf=pass", trusted], from }, OPTIONS).status).toMatchObject({
      state: "unknown",
      reasons: ["order-unknown"],
    });
  });

  test("none in a folder that is not judged, and its author is shown all the same", () => {
    const headers = header(trustedField(pass), FROM);
    const report = statusOf({ headers }, { ...OPTIONS, trustedFolder: false });
    expect(report).toMatchObject({
      author: { domain: "bank.com" },
      status: { state: "unknown", reasons: ["folder-not-judged"], concerns: [] },
      results: [],
    });
    const draft = statusOf({ headers: header("Subject: x") }, { ...OPTIONS, trustedFolder: false });
    expect(draft).toMatchObject({ author: null, status: { state: "unknown" } });
  });

  test("the report tells who checked, the field as text, DKIM's results and then the others", () => {
    const results = "spf=pass smtp.mailfrom=bank.com;\r\n dkim=pass header.d=bank.com; dmarc=pass";
    const report = statusOf({ headers: header(trustedField(results), FROM) }, OPTIONS);
    expect(report.authservId).toBe("mx.example.net");
    expect(report.field).toBe(
      "mx.example.net; spf=pass smtp.mailfrom=bank.com; dkim=pass header.d=bank.com; dmarc=pass",
    );
    expect(report.results.map(({ method }) => method)).toEqual(["dkim", "spf", "dmarc"]);
  });
});

describe("who signed", () => {
  test.each([
    ["upper case", "dkim=pass header.d=BANK.Com", "bank.com"],
    ["the same value twice", "dkim=pass header.d=bank.com header.d=BANK.COM", "bank.com"],
    ["header.i without header.d", "dkim=pass header.i=ceo@bank.com", "bank.com"],
    ["header.i with a quoted local part", 'dkim=pass header.i="a@evil.net"@bank.com', "bank.com"],
  ])("%s: %s", (_, results, signer) => {
    expect(said(results)).toMatchObject({ state: "author", signer, concerns: [] });
  });

  test("a U-label in header.d is the author's A-label", () => {
    const headers = header(trustedField("dkim=pass header.d=bücher.example"), "From: a@xn--bcher-kva.example");
    const expected = { state: "author", signer: "xn--bcher-kva.example", alignment: "exact" };
    expect(statusOf({ headers: encodeUtf8(headers) }, OPTIONS).status).toMatchObject(expected);
    expect(statusOf({ headers: octetsOf(encodeUtf8(headers)) }, OPTIONS).status).toMatchObject(expected);
  });

  test("a U-label is the same in single values, as characters and as octets", () => {
    const results = "mx.example.net; dkim=pass header.d=bücher.example";
    const from = "a@bücher.example";
    for (const form of [(text: string) => text, encodeUtf8]) {
      const { author, status } = statusOf({ results: [form(results)], from: [form(from)] }, OPTIONS);
      expect(author?.domain).toBe("xn--bcher-kva.example");
      expect(status).toMatchObject({ state: "author", signer: "xn--bcher-kva.example" });
    }
  });

  test("characters that share their low octets with a domain's do not become it", () => {
    const lookalike = "bank.com".replace("b", "\u0162");
    const headers = header(trustedField(`dkim=pass header.d="${lookalike}"`), FROM);
    expect(statusOf({ headers }, OPTIONS).status.state).not.toBe("author");
    const values = { results: [`mx.example.net; dkim=pass header.d="${lookalike}"`], from: ["ceo@bank.com"] };
    expect(statusOf(values, OPTIONS).status.state).not.toBe("author");
  });

  test("header.i alone names nobody where a signature that matches has another d=", () => {
    const foreign = signed({ d: "evil.net", i: "@bank.com" });
    expect(said("dkim=pass header.i=@bank.com", foreign)).toMatchObject({
      state: "unknown",
      reasons: ["signer-unnamed"],
    });
    expect(said("dkim=pass header.i=@bank.com header.b=c2lnbmF0", foreign).state).toBe("unknown");
    expect(said("dkim=pass header.i=@bank.com header.s=s1", signed(), foreign).state).toBe("unknown");
    expect(said("dkim=pass header.i=@bank.com", signed({ d: "evil.net" })).state).toBe("unknown");
    expect(said("dkim=pass header.i=@bank.com", signed({ d: "mail.bank.com" })).state).toBe("unknown");
    expect(said("dkim=pass header.i=@bank.com", signed(), signed({ d: "evil.net", i: "no address" })).state).toBe(
      "unknown",
    );
    expect(said("dkim=pass header.i=@bank.com header.i=@evil.net", signed()).state).toBe("unknown");
    expect(said("dkim=pass header.i=@bank.com", signed({ d: "evil.net" }), signed()).state).toBe("author");
    expect(said("dkim=pass header.i=ceo@mail.bank.com", signed({ i: "ceo@mail.bank.com" }))).toMatchObject({
      state: "author",
      signer: "mail.bank.com",
      alignment: "organization",
    });
  });

  test("header.i alone names nobody below a public suffix that signs", () => {
    const headers = header(
      trustedField("dkim=pass header.i=@bank.co.uk"),
      "From: ceo@bank.co.uk",
      signed({ d: "co.uk", i: "@bank.co.uk" }),
    );
    expect(statusOf({ headers }, OPTIONS).status).toMatchObject({ state: "unknown", reasons: ["signer-unnamed"] });
    const waiting: StatusOptions = { ...OPTIONS, organizationalDomain: "pending" };
    expect(statusOf({ headers }, waiting).status.state).toBe("checking");
    const twice = headers.replace(/^From:/m, "From: x@evil.net\r\nFrom:"); // nothing hangs on the list
    expect(statusOf({ headers: twice }, waiting).status.state).toBe("malformed");
  });

  test("without header.d and header.i it is the only signature's d=, with a note", () => {
    for (const told of ["dkim=pass", "dkim=pass header.b=c2lnbmF0"]) {
      const status = said(told, signed());
      expect(status).toMatchObject({ state: "author", signer: "bank.com" });
      expect(status.concerns).toEqual([{ code: "signer-inferred", level: "note" }]);
    }
  });

  test.each([
    ["several", [signed(), signed({ d: "evil.net" })]],
    ["several of one domain", [signed(), signed()]],
    ["none", []],
    ["one that cannot be read", ["DKIM-Signature: junk"]],
  ])("without header.d and header.i nobody is named where signatures are %s", (_, fields) => {
    expect(said("dkim=pass", ...fields)).toMatchObject({ state: "unknown", reasons: ["signer-unnamed"] });
  });
});

test.each(["header.b=b3RoZXI=", "header.s=other"])(
  "the only signature is not inferred where the result has %s",
  (told) => {
    expect(said(`dkim=pass ${told}`, signed()).state).toBe("unknown");
  },
);

test.each(["header.b=c2lnbmF0", "header.s=s1"])("of several signatures none is inferred, not even by %s", (told) => {
  const others = signed({ d: "evil.net", s: "other", b: "b3RoZXI=" });
  expect(said(`dkim=pass ${told}`, signed(), others).state).toBe("unknown");
});

describe("order and mixture", () => {
  test("an author's pass beats any other, whatever the order", () => {
    const own = "dkim=pass header.d=bank.com";
    const others = "dkim=temperror header.d=bank.com; dkim=fail header.d=bank.com; dkim=pass header.d=groups.io";
    expect(said(`${own}; ${others}`).state).toBe("author");
    expect(said(`${others}; ${own}`).state).toBe("author");
  });

  test("exact goes before organization, a known intermediary before the topmost", () => {
    expect(said("dkim=pass header.d=mail.bank.com; dkim=pass header.d=bank.com").signer).toBe("bank.com");
    expect(said("dkim=pass header.d=evil.net; dkim=pass header.d=yahoogroups.com")).toMatchObject({
      signer: "yahoogroups.com",
      intermediary: { id: "yahoo-groups", kind: "mailing-list" },
    });
  });

  test("the author's signature that nobody asked about is told", () => {
    const passed = "dkim=pass header.d=groups.io header.b=Z3JvdXBz";
    const list = signed({ d: "groups.io", b: "Z3JvdXBzLmlv" });
    expect(said(passed, list, signed()).reasons).toEqual(["author-signature-unchecked"]);
    expect(said(`${passed}; dkim=fail header.d=bank.com header.s=s1`, list, signed()).reasons).toEqual([
      "author-signature-failed",
    ]);
    expect(said(passed, list).reasons).toEqual([]);
    expect(said(passed, list, signed({ d: "evil.net" })).reasons).toEqual([]);
    expect(said(passed, list, signed({ d: "mail.bank.com" })).reasons).toEqual(["author-signature-unchecked"]);
    const unnamed = "dkim=fail header.b=c2lnbmF0"; // asked about, though its signer is not told
    expect(said(`${passed}; ${unnamed}`, list, signed()).reasons).toEqual([]);
  });

  test("without the list an organization is a third party; while it is loaded the state waits", () => {
    const headers = header(trustedField("dkim=pass header.d=mail.bank.com"), FROM);
    for (const organizationalDomain of [null, undefined]) {
      expect(statusOf({ headers }, { ...OPTIONS, organizationalDomain }).status).toMatchObject({
        state: "third-party",
        reasons: ["organization-unknown"],
      });
    }
    expect(statusOf({ headers }, { ...OPTIONS, organizationalDomain: "pending" }).status).toMatchObject({
      state: "checking",
      reasons: ["organization-pending"],
    });
  });
});

describe("what the results say", () => {
  test.each([
    ["dkim=none", "unsigned", []],
    ["dkim=none; spf=pass; dmarc=pass header.from=bank.com", "unsigned", []],
    ["dkim=none; dkim=fail header.d=bank.com", "invalid", ["signature-mismatch"]],
    ["dkim=fail header.d=bank.com", "invalid", ["signature-mismatch"]],
    ["dkim=neutral header.d=bank.com", "invalid", ["result-neutral"]],
    ["dkim=policy header.d=bank.com", "invalid", []],
    ["dkim=permerror", "invalid", []],
    ["dkim=permerror reason=key-revoked", "invalid", ["key-revoked"]],
    ["dkim=fail reason=key-revoked", "invalid", ["signature-mismatch"]], // not as this project writes it
    ["dkim=temperror header.d=bank.com; dkim=fail header.d=bank.com", "unknown", ["temporary-error"]],
    ["dkim=hardfail header.d=bank.com", "unknown", ["result-word-unknown"]],
    ["dkim=pass", "unknown", ["signer-unnamed"]],
    ["spf=pass", "unknown", ["no-dkim-result"]],
    ["none", "unknown", ["no-dkim-result"]],
  ])("%s: %s", (results, state, reasons) => {
    expect(said(results)).toMatchObject({ state, reasons, signer: null });
  });
});

describe("a weak pass", () => {
  const pass = "dkim=pass header.d=bank.com header.s=s1";

  test("any l= where the body is not known is partly signed, also in a field that we would refuse", () => {
    expect(codes(said(pass, signed({ l: "10" })))).toContain("partly-signed");
    expect(codes(said(pass, signed({ l: "ten" })))).toContain("partly-signed");
    expect(codes(said(pass, signed()))).toEqual([]);
  });

  test.each(["l=1", "l =1", "l\t=1", "l\r\n =1", " l=1", "\tl=1", "\r\n l=1"])("l= is found as %j", (tag) => {
    for (const field of [`d=bank.com;${tag}`, `${tag}; d=bank.com`]) {
      expect(codes(said("dkim=pass header.d=bank.com", `DKIM-Signature:${field}`))).toContain("partly-signed");
    }
  });

  test.each(["bl=1", "l", "lx=1", "b=c2l="])("no l= is found in %s", (tag) => {
    const field = `DKIM-Signature: d=bank.com; ${tag}`;
    expect(codes(said("dkim=pass header.d=bank.com", field))).not.toContain("partly-signed");
  });

  test("is none by a DomainKey-Signature beside it", () => {
    const fields = [signed({ l: "10" }), "DomainKey-Signature: d=bank.com; s=s1; b=c2ln"];
    expect(codes(said(pass, ...fields))).toEqual(["partly-signed"]);
  });

  test("all signatures that match are asked, and their concerns add up", () => {
    const status = said(
      pass,
      signed({ h: "from" }),
      "Subject: x",
      signed({ l: "10" }),
      signed({ d: "evil.net", t: "9999999999" }),
    );
    expect(codes(status)).toEqual(["not-signed:subject", "partly-signed"]);
  });

  test("header.b goes before d= and s=", () => {
    const status = said(`${pass} header.b=c2lnbmF0`, signed(), signed({ b: "b3RoZXI=", l: "10" }));
    expect(codes(status)).toEqual([]);
    expect(codes(said(`${pass} header.b=AAAA`, signed({ l: "10" })))).toEqual(["partly-signed"]);
  });

  test.each(['header.b="c2ln bmF0"', 'header.b="c2ln\tbmF0"', "header.s=S1"])(
    "what tells a signature from others is compared as it is meant: %s",
    (told) => {
      const fields = [signed({ l: "10" }), signed({ s: "other", b: "b3RoZXI=", h: "from" }), "Subject: x"];
      expect(codes(said(`dkim=pass header.d=bank.com ${told}`, ...fields))).toEqual(["partly-signed"]);
    },
  );

  test("an empty header.b tells nothing", () => {
    expect(codes(said(`${pass} header.b=""`, signed({ d: "evil.net", l: "10" })))).toEqual([]);
  });

  test.each(["Sender", "Reply-To", "To", "Cc", "Bcc", "Message-ID", "In-Reply-To", "References", "Subject", "Date"])(
    "a second %s that is not signed",
    (name) => {
      const twice = [`${name}: a`, `${name}: b`];
      const code = `field-repeated:${name.toLowerCase()}`;
      const status = said(pass, signed({ h: `from:${name}` }), ...twice);
      expect(status.concerns).toContainEqual({ code, level: "warn" });
      expect(codes(said(pass, signed({ h: `from:${name}:${name}` }), ...twice))).not.toContain(code);
      expect(codes(said(pass, signed(), `${name}: a`))).not.toContain(code);
    },
  );

  test.each(["Content-Type", "Content-Transfer-Encoding", "MIME-Version"])(
    "a second %s, by which a body is read",
    (name) => {
      const status = said(pass, signed({ h: "from" }), `${name}: a`, `${name}: b`);
      expect(codes(status)).toContain(`field-repeated:${name.toLowerCase()}`);
    },
  );

  test("a repeated field is not known to be signed where the signature is not there to be asked", () => {
    expect(codes(said(pass, "Subject: a", "Subject: b", "Reply-To: c"))).toEqual(["field-repeated:subject"]);
  });

  test("Subject, Reply-To and Content-Type that are there and not signed are noted", () => {
    const fields = ["Subject: a", "Reply-To: b@evil.net", "Content-Type: text/html", "To: c@d.example"];
    expect(said(pass, signed({ h: "from" }), ...fields).concerns).toEqual([
      { code: "not-signed:subject", level: "note" },
      { code: "not-signed:reply-to", level: "note" },
      { code: "not-signed:content-type", level: "note" },
    ]);
    expect(said(pass, signed({ h: "from" })).concerns).toEqual([]);
  });

  test("rsa-sha1, by the field or by the signature", () => {
    expect(codes(said(`${pass} header.a=RSA-SHA1`))).toEqual(["weak-algorithm"]);
    expect(codes(said(`${pass} header.a=rsa-sha1`, signed({ a: "rsa-sha1" })))).toEqual(["weak-algorithm"]);
    expect(said(pass, signed({ a: "rsa-sha1" })).concerns).toEqual([{ code: "weak-algorithm", level: "warn" }]);
  });

  test("dated in the future, as of receipt, but for clocks that differ", () => {
    const receivedAt = OPTIONS.receivedAt!.getTime() / 1000;
    expect(said(pass, signed({ t: String(receivedAt + 15 * 60 + 1) })).concerns).toEqual([
      { code: "future-timestamp", level: "note" },
    ]);
    expect(said(pass, signed({ t: String(receivedAt + 15 * 60) })).concerns).toEqual([]);
  });

  test("dmarc=fail for the author's domain, not for another, and only a note where a known list signed", () => {
    const failed = "dmarc=fail header.from=bank.com";
    expect(said(`${pass}; ${failed}`).concerns).toEqual([{ code: "dmarc-fail", level: "warn" }]);
    expect(said(`${pass}; dmarc=fail`).concerns).toHaveLength(1);
    expect(said(`${pass}; ${failed} header.d=evil.net smtp.from=evil.net`).concerns).toHaveLength(1);
    for (const other of ["dmarc=fail header.from=evil.net", "dmarc=pass header.from=bank.com", "spf=fail"]) {
      expect(said(`${pass}; ${other}`).concerns).toEqual([]);
    }
    expect(said(`dkim=pass header.d=groups.io; ${failed}`).concerns).toEqual([{ code: "dmarc-fail", level: "note" }]);
    expect(said(`dkim=none; ${failed}`)).toMatchObject({ state: "unsigned", concerns: [{ code: "dmarc-fail" }] });
  });

  test("a failed signature has no promise that could be weak", () => {
    expect(said("dkim=fail header.d=bank.com", signed({ l: "10", a: "rsa-sha1" })).concerns).toEqual([]);
  });

  test("one that is refused for its l= only tells what is weak, and no signer is inferred among several results", () => {
    const refused = "dkim=policy reason=body-partly-signed";
    expect(codes(said(refused, signed({ l: "10" })))).toEqual(["partly-signed", "signer-inferred"]);
    expect(codes(said(`${refused}; dkim=fail`, signed({ l: "10" })))).toEqual(["partly-signed"]);
  });
});

describe("a mailing list", () => {
  const passed = "dkim=pass header.d=lists.example header.s=s1";
  const list = signed({ d: "lists.example", h: "from:list-id" });

  test("that signs a List-Id of its own domain explains itself", () => {
    expect(said(passed, list, "List-Id: The club <club.lists.example>")).toMatchObject({
      state: "third-party",
      intermediary: { id: null, kind: "mailing-list" },
      reasons: ["list-declares-itself"],
    });
  });

  test.each([
    ["another domain's List-Id", [list, "List-Id: <club.evil.net>"]],
    ["a domain that only ends alike", [list, "List-Id: <club.evillists.example>"]],
    ["no identifier", [list, "List-Id: club.lists.example"]],
    ["two List-Ids", [list, "List-Id: <a.lists.example>", "List-Id: <b.lists.example>"]],
    ["List-Id not signed", [signed({ d: "lists.example", h: "from" }), "List-Id: <club.lists.example>"]],
    ["no signature to see", ["List-Id: <club.lists.example>"]],
    ["one of two that may be meant", [list, signed({ d: "lists.example" }), "List-Id: <club.lists.example>"]],
  ])("does not: %s", (_, fields) => {
    expect(said(passed, ...fields)).toMatchObject({ state: "third-party", intermediary: null, reasons: [] });
  });
});

describe("a pass without a name is not the only signature's, because it may be another's", () => {
  const doubled = signed().replace("s=s1", "d=evil.net; s=s1");
  test.each([
    ["where another result is told beside it", "dkim=fail; dkim=pass", [signed()]],
    ["where the signature has two d=", "dkim=pass", [doubled]],
    ["where the signature has two d=, and i= is told", "dkim=pass header.i=@bank.com", [doubled]],
    ["where From is not signed", "dkim=pass", [signed({ h: "to" })]],
    [
      "where another stands behind a line that is no field",
      "dkim=pass",
      [signed(), "no field", signed({ d: "evil.net" })],
    ],
    ["where another stands behind a bare CR", "dkim=pass", [signed(), "X: y\r" + signed({ d: "evil.net" })]],
    ["where another has an irregular name", "dkim=pass", [signed(), "\0" + signed({ d: "evil.net" })]],
  ])("%s", (_, results, fields) => {
    expect(said(results, ...fields)).toMatchObject({ state: "unknown", reasons: ["signer-unnamed"] });
  });
});

describe("an address of another domain is warned of wherever readers may show it", () => {
  test.each([
    ["in a comment behind the name", "Alice (ceo@bank.com) <x@evil.net>"],
    ["in a comment behind the address", "Alice <x@evil.net> (ceo@bank.com)"],
    ["in an encoded comment", "Alice (=?utf-8?q?ceo=40bank.com?=) <x@evil.net>"],
    ["as the name of a group", '"ceo@bank.com": x@evil.net;'],
    ["as the name of another mailbox", 'A <a@evil.net>, "ceo@bank.com" <b@evil.net>'],
    ["in a name behind more than is looked at", `(${"x".repeat(MAX_SHOWN_NAME)}) "ceo@bank.com" <x@evil.net>`],
    ["as the local part", '"ceo@bank.com"@evil.net'],
    ["as the local part, quoted octet by octet", String.raw`<"ceo\@bank\.com> "@evil.net>`],
    ["as a route", "<@bank.com:x@evil.net>"],
  ])("%s", (_, value) => {
    const headers = header(trustedField("dkim=pass header.d=evil.net"), `From: ${value}`);
    const { state, concerns } = statusOf({ headers }, OPTIONS).status;
    expect(state).toBe("author");
    expect(concerns).toContainEqual({ code: "name-shows-other-address", level: "warn" });
  });

  test.each(["Alice (x@evil.net) <x@evil.net>", "(a@mail.evil.net) x@evil.net", '"a b"@EVIL.net', "G: x@evil.net;"])(
    "but not of the author's own: %s",
    (value) => {
      const headers = header(trustedField("dkim=pass header.d=evil.net"), `From: ${value}`);
      expect(codes(statusOf({ headers }, OPTIONS).status)).toEqual([]);
    },
  );
});

describe("fields from before RFC 8601", () => {
  const legacy: StatusOptions = { ...OPTIONS, legacyFields: true };
  const spam = "X-Spam-Status: No, score=-1 tests=DKIM_SIGNED,DKIM_VALID,DKIM_VALID_AU version=4";

  test("are not read unless that is wanted", () => {
    expect(statusOf({ headers: header(spam, FROM, signed()) }, OPTIONS).status.state).toBe("unknown");
  });

  test("SpamAssassin's DKIM_VALID_AU is about the signature of the author's domain", () => {
    const two = [signed(), signed({ d: "evil.net" })];
    const { status } = statusOf({ headers: header(spam, FROM, ...two) }, legacy);
    expect(status).toMatchObject({ state: "author", signer: "bank.com" });
    expect(status.concerns.map(({ code, level }) => `${code} ${level}`)).toEqual([
      "legacy-field note",
      "signer-inferred note",
    ]);
    expect(statusOf({ headers: header(spam, FROM, signed({ d: "evil.net" })) }, legacy).status.state).toBe("unknown");
  });

  test("a pass without an author's domain is the only signature's, or nobody's", () => {
    const field = "X-DKIM-Authentication-Results: pass";
    expect(statusOf({ headers: header(field, FROM, signed()) }, legacy).status.state).toBe("author");
    expect(statusOf({ headers: header(field, FROM, signed(), signed()) }, legacy).status.state).toBe("unknown");
  });

  test("a pass that may be that of a DomainKeys signature is nobody's", () => {
    const domainKeys = "DomainKey-Signature: a=rsa-sha1; d=evil.net; s=s1; b=c2ln";
    for (const field of ["X-DKIM-Authentication-Results: pass", "X-Spam-Status: No, tests=DKIM_SIGNED,DKIM_VALID"]) {
      const { status } = statusOf({ headers: header(field, domainKeys, FROM, signed()) }, legacy);
      expect(status).toMatchObject({ state: "unknown", reasons: ["signer-unnamed"] });
    }
  });

  test("DomainKeys is not about DKIM-Signature fields", () => {
    const field = trustedField("domainkeys=pass");
    expect(statusOf({ headers: header(field, FROM, signed()) }, legacy).status.state).toBe("unknown");
    const named = trustedField("domainkeys=pass header.d=bank.com");
    expect(statusOf({ headers: header(named, FROM) }, legacy).status).toMatchObject({
      state: "author",
      concerns: [{ code: "legacy-field", level: "note" }],
    });
  });
});

describe("for any field", () => {
  const domain = fc.constantFrom("bank.com", "mail.bank.com", "evilbank.com", "com", "bank.com.evil.net", "BANK.COM");
  const dkim = fc
    .tuple(
      fc.constantFrom("none", "pass", "fail", "policy", "neutral", "temperror", "permerror", "weird"),
      fc.option(domain),
    )
    .map(([result, d]) => `dkim=${result}${d === null ? "" : ` header.d=${d}`}`);
  const other = fc
    .tuple(
      fc.constantFrom("spf", "dmarc", "arc", "auth", "iprev"),
      fc.constantFrom("pass", "fail", "none", "temperror"),
      domain,
    )
    .map(([method, result, d]) => `${method}=${result} header.d=${d} header.from=${d}`);

  test("no result of SPF, DMARC or ARC changes the state, the signer or the reasons", () => {
    fc.assert(
      fc.property(fc.array(dkim, { minLength: 1, maxLength: 4 }), fc.array(other, { maxLength: 4 }), (ours, others) => {
        const alone = said(ours.join("; "));
        const among = said([...others, ...ours, ...others].join("; "));
        expect({ ...among, concerns: [] }).toEqual({ ...alone, concerns: [] });
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["trusted-invalid", { headers: FROM }, [null, "mx.example.net", {}, [null], [["mx.example.net", 7]]]],
    ["time-invalid", { headers: FROM }, ["2026-11-24", null, 7, new Date(NaN)]],
    ["organizational-domain-invalid", { headers: FROM }, ["example.org", 7, {}]],
    ["options-invalid", { headers: FROM }, [null, "mx.example.net", 7]],
  ] as const)("says with the code %s what a program without types gives in its place", (code, input, wrong) => {
    const optionsOf = {
      "trusted-invalid": (value: unknown) => ({ trusted: value }),
      "time-invalid": (value: unknown) => ({ receivedAt: value }),
      "organizational-domain-invalid": (value: unknown) => ({ organizationalDomain: value }),
      "options-invalid": (value: unknown) => value,
    }[code];
    for (const value of wrong) {
      const error = thrown(() => statusOf(input, optionsOf(value) as StatusOptions));
      expect(error).toMatchObject({ name: "ArgumentError", code });
    }
  });

  test("says with a code that it was given no fields", () => {
    for (const input of [
      null,
      "x",
      {},
      { headers: null },
      { results: ["x"], from: null },
      { results: [7], from: [] },
    ]) {
      const error = thrown(() => statusOf(input as unknown as StatusInput, OPTIONS));
      expect(error).toMatchObject({ name: "ArgumentError", code: "fields-invalid" });
    }
  });

  test("no header makes it throw", () => {
    const piece = fc.constantFrom(
      "Authentication-Results: mx.example.net; ",
      "dkim=pass ",
      "header.d=",
      "header.i=@",
      "bank.com",
      "From: ",
      "DKIM-Signature: d=bank.com; l=",
      "List-Id: <",
      "\r\n",
      "\n",
      ";",
      '"',
      "\u0162",
      "\u00fc",
    );
    const anything = fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 20 });
    fc.assert(
      fc.property(anything, (pieces) => {
        const { status } = statusOf(
          { headers: pieces.join("") },
          { ...OPTIONS, legacyFields: true, trustWithoutId: true },
        );
        if (status.state === "author") expect(status.signer).toContain("bank.com");
        statusOf({ results: pieces, from: pieces.slice(0, 1) }, OPTIONS);
      }),
      { numRuns: 2000 },
    );
  });
});
