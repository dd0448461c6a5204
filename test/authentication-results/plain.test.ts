import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainForms } from "./plain-forms.js";

describe("the plain forms", () => {
  test("read what nearly every server writes", () => {
    for (const head of ["mx.google.com; none", " mx_1.example-2.net;\r\n\tdkim=pass"]) expect(plainForms(head)).toBe(1);
    for (const result of [
      "dkim=pass header.d=example.org header.i=@mail.example.org header.s=s1 header.a=rsa-sha256 header.b=AbCd+f0H",
      "spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=bounce+a=b.example@example.org; dkim=none",
      "dmarc=pass(p=REJECT sp=REJECT dis=NONE) header.from=example.org (a) (b) ;",
      "x-google-dkim=pass header.d=1e100.net",
      "dkim=none",
    ]) {
      expect(plainForms(result)).toBe(1);
    }
  });

  test("leave to the full ones what is not plain", () => {
    for (const text of [
      "dkim=pass header.b=ab/c",
      "dkim=pass header.b=abc=",
      "dkim=pass header.i=joe (a) @example.org",
      "dkim=pass header.i=a..b@example.org",
      "dkim=pass header.i=a@b@example.org",
      "dkim=pass header.i=@example-.org",
      'dkim=pass header.d="example.org"',
      "dkim=pass header.d=bücher.example",
      "dkim=pass header.D=example.org",
      "dkim=passé header.d=example.org",
      "dkim=pass- header.d=example.org",
      "dkim=pass (a (nested) comment) header.d=example.org",
      "dkim=pass reason=good header.d=example.org",
      "dkim=pass (header.d=example.org",
      "dmarc=pass action=none",
      "dkim/1=pass",
      "none",
      "mx.example 1; none",
      "mx/job; none",
    ]) {
      expect(plainForms(text)).toBe(0);
    }
  });

  test("read any text as the full ones do, or leave it to them", () => {
    const part = fc.constantFrom(
      ...'dkim|=pass|=| header|.d| |;|=a@b.example|@|=@b-c.example|=a.b|.|-|/|:|(|)| (c) |(c)|\\|"|\r\n |\t|9|é|A|=='.split(
        "|",
      ),
    );
    const property = fc.constantFrom(" header.d=a.example", " smtp.mailfrom=a.b@c.example", " header.b=Ab+9", " (c)");
    const near = fc.tuple(fc.constant("dkim=pass"), fc.array(property), part, fc.array(property), part);
    const texts = fc.oneof(
      near.map((parts) => parts.flat().join("")),
      fc.array(part, { maxLength: 12 }).map((parts) => parts.join("")),
      fc.tuple(fc.constantFrom("mx.example", " mx"), part, fc.constant(";")).map((parts) => parts.join("")),
    );
    let plain = 0;
    fc.assert(
      fc.property(texts, (text) => {
        plain += plainForms(text);
      }),
      { numRuns: 20_000, seed: 6 },
    );
    expect(plain).toBeGreaterThan(2000);
  });
});
