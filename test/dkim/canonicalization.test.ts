import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BodyCanonicalizer } from "../../src/dkim/body-canonicalization.js";
import { canonicalField } from "../../src/dkim/header-canonicalization.js";
import type { BodyCanonicalization, HeaderCanonicalization } from "../../src/dkim/types.js";
import { parseHeaderText } from "../../src/message/header.js";
import { binaryString, octetsOf } from "../../src/message/octets.js";

function canonicalBody(
  body: string,
  kind: BodyCanonicalization,
  lineEnding: "\r\n" | "\n" = "\r\n",
  cuts: number[] = [],
): string {
  let text = "";
  const canonicalizer = new BodyCanonicalizer(kind, lineEnding, (octets) => (text += binaryString(octets)));
  const octets = octetsOf(body);
  const ends = [...cuts.map((cut) => cut % (octets.length + 1)).sort((a, b) => a - b), octets.length];
  let start = 0;
  for (const end of ends) {
    const piece = octets.slice(start, end);
    canonicalizer.update(piece);
    piece.fill(0x21); // the caller may reuse a piece
    start = end;
  }
  return text + binaryString(canonicalizer.finish());
}

function canonical(field: string, kind: HeaderCanonicalization): string {
  return canonicalField(parseHeaderText(`${field}\r\n\r\n`, false).fields[0]!, kind);
}

/** The rules of RFC 6376 §3.4.3 and §3.4.4 said over a whole CRLF body with regular expressions. */
function byTheBook(body: string, kind: BodyCanonicalization): string {
  let text = body;
  if (kind === "relaxed") {
    text = text
      .split("\r\n")
      .map((line) => line.replace(/[ \t]+/g, " ").replace(/ $/, ""))
      .join("\r\n");
  }
  while (text.endsWith("\r\n")) text = text.slice(0, -2);
  return kind === "relaxed" && text === "" ? "" : text + "\r\n";
}

describe("header canonicalization", () => {
  it("is that of RFC 6376 §3.4.5", () => {
    expect(canonical("A: X", "relaxed")).toBe("a:X");
    expect(canonical("B : Y\t\r\n\tZ  ", "relaxed")).toBe("b:Y Z");
    expect(canonical("B : Y\t\r\n\tZ  ", "simple")).toBe("B : Y\t\r\n\tZ  ");
  });

  it("relaxed leaves nothing of a value of white space", () => {
    expect(canonical("Subject: \t \r\n ", "relaxed")).toBe("subject:");
    expect(canonical("Subject:", "relaxed")).toBe("subject:");
  });

  it("relaxed is what the rules say of any value", () => {
    const value = fc.string({ unit: fc.constantFrom(" ", "\t", "\r\n ", "x", ":", "\xe4"), maxLength: 8 });
    fc.assert(
      fc.property(value, (text) => {
        const unfolded = text.replaceAll("\r\n", "");
        const reduced = unfolded.replace(/[ \t]+/g, " ").replace(/^ | $/g, "");
        expect(canonical("N:" + text, "relaxed")).toBe("n:" + reduced);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("body canonicalization", () => {
  it("is that of RFC 6376 §3.4.5", () => {
    const body = " C \r\nD \t E\r\n\r\n\r\n";
    expect(canonicalBody(body, "relaxed")).toBe(" C\r\nD E\r\n");
    expect(canonicalBody(body, "simple")).toBe(" C \r\nD \t E\r\n");
  });

  it("makes CRLF of an empty body under simple, and nothing under relaxed", () => {
    for (const body of ["", "\r\n", "\r\n\r\n"]) {
      expect(canonicalBody(body, "simple")).toBe("\r\n");
      expect(canonicalBody(body, "relaxed")).toBe("");
    }
    expect(canonicalBody(" \r\n\t\r\n", "relaxed")).toBe("");
  });

  it("ends a last line that does not end", () => {
    expect(canonicalBody("a", "simple")).toBe("a\r\n");
    expect(canonicalBody("a \t", "relaxed")).toBe("a\r\n");
    expect(canonicalBody("a\r", "simple")).toBe("a\r\r\n");
  });

  it("takes a bare LF and a bare CR of a CRLF message for octets like any other", () => {
    expect(canonicalBody("a\nb \rc\r\n\n", "simple")).toBe("a\nb \rc\r\n\n\r\n");
    expect(canonicalBody("a \nb\r \r\n", "relaxed")).toBe("a \nb\r\r\n");
  });

  it("hashes LF and CRLF of an LF file as CRLF", () => {
    expect(canonicalBody("a\nb\r\nc \n\n", "simple", "\n")).toBe("a\r\nb\r\nc \r\n");
    expect(canonicalBody("a \nb\t\r\n\n", "relaxed", "\n")).toBe("a\r\nb\r\n");
    expect(canonicalBody("a\rb\n", "relaxed", "\n")).toBe("a\rb\r\n");
  });

  const body = fc.string({ unit: fc.constantFrom("\r", "\n", "\r\n", " ", "\t", "x", "\0", "\xff"), maxLength: 40 });
  const kind = fc.constantFrom<BodyCanonicalization>("simple", "relaxed");

  it("is the same however the octets are cut", () => {
    fc.assert(
      fc.property(
        body,
        kind,
        fc.constantFrom<"\r\n" | "\n">("\r\n", "\n"),
        fc.array(fc.nat(60)),
        (text, how, end, cuts) => {
          expect(canonicalBody(text, how, end, cuts)).toBe(canonicalBody(text, how, end));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("is what the rules say of the whole body at once", () => {
    fc.assert(
      fc.property(body, kind, (text, how) => {
        expect(canonicalBody(text, how)).toBe(byTheBook(text, how));
      }),
      { numRuns: 5000 },
    );
  });

  const stretches = fc.constantFrom("x".repeat(1500), "\n".repeat(1100), "\r\n".repeat(600), "y z", "\r", " ", "\t");
  const longBody = fc.array(fc.oneof(stretches, body), { maxLength: 6 }).map((parts) => parts.join(""));

  it("finds the same in long stretches, which it does not look at octet by octet", () => {
    fc.assert(
      fc.property(longBody, kind, fc.array(fc.nat(9000)), (text, how, cuts) => {
        expect(canonicalBody(text, how, "\r\n", cuts) === byTheBook(text, how)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("is idempotent", () => {
    fc.assert(
      fc.property(body, kind, (text, how) => {
        const once = canonicalBody(text, how);
        expect(canonicalBody(once, how)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  it("hands on long stretches and many line ends whole", () => {
    const long = "x".repeat(50_000) + "\r\n".repeat(50_000) + "y";
    expect(canonicalBody(long, "simple")).toBe(long + "\r\n");
    expect(canonicalBody(long, "relaxed")).toBe(long + "\r\n");
  });

  it("is that of the rules for 100,000 bodies of any line ends, in any pieces", () => {
    const next = numbers(376);
    const words = [
      "\r",
      "\n",
      "\r\n",
      "\r\n",
      " ",
      " ",
      "\t",
      "x",
      "\0",
      "\xff",
      "a word",
      "-".repeat(31),
      "=".repeat(70),
    ];
    for (let n = 0; n < 100_000; n++) {
      const text = Array.from({ length: next(14) }, () => words[next(words.length)]!).join("");
      const kind = next(2) === 0 ? "simple" : "relaxed";
      const lineEnding = next(2) === 0 ? "\r\n" : "\n";
      const cuts = Array.from({ length: next(4) }, () => next(200));
      const expected = byTheBook(lineEnding === "\n" ? text.replace(/\r?\n/g, "\r\n") : text, kind);
      // Compared here: a hundred thousand calls of expect() take longer than all the rest.
      if (canonicalBody(text, kind, lineEnding, cuts) === expected) continue;
      expect({ text, kind, lineEnding, cuts, canonical: canonicalBody(text, kind, lineEnding, cuts) }).toBe(expected);
    }
  });
});

/** Numbers below a limit, the same in every run (an LCG of Knuth's). */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
