import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { MAX_HEADER_OCTETS, parseHeader, parseHeaderText, unfold } from "../../src/message/header.js";
import { binaryString } from "../../src/message/octets.js";
import { octets } from "./text.js";

const parse = (text: string) => parseHeader(octets(text));
const raws = (text: string) => parse(text).fields.map((field) => field.raw);

describe("fields (RFC 5322 §2.2)", () => {
  test("are read from the top with their octets, offsets and lower-case names", () => {
    const { fields, bodyOffset } = parse("From: a@b.example\r\nSUBJECT:x\r\n\r\nbody");
    expect(fields).toEqual([
      { index: 0, name: "From", key: "from", raw: "From: a@b.example", value: " a@b.example", start: 0, end: 19 },
      { index: 1, name: "SUBJECT", key: "subject", raw: "SUBJECT:x", value: "x", start: 19, end: 30 },
    ]);
    expect(bodyOffset).toBe(32);
  });

  test("go on in lines that begin with white space, even lines of nothing else", () => {
    expect(raws("A: b\r\n c\r\n\td\r\nB: e\r\n \r\n f\r\n\r\n")).toEqual(["A: b\r\n c\r\n\td", "B: e\r\n \r\n f"]);
  });

  test("may have white space before the colon, which is no part of the name (RFC 5322 §4.5.8)", () => {
    expect(parse("From \t: a@b.example\r\n\r\n").fields[0]).toMatchObject({
      name: "From",
      key: "from",
      raw: "From \t: a@b.example",
      value: " a@b.example",
    });
  });

  test("keep any octet: NUL, controls, bare CR, invalid UTF-8", () => {
    const message = Uint8Array.from([0x41, 0x3a, 0x00, 0x0d, 0xff, 0x80, 0x1b, 0x0d, 0x0d, 0x0a]);
    expect(parseHeader(message).fields[0]?.raw).toBe("A:\0\r\xff\x80\x1b\r");
  });

  test("may have an empty value", () => {
    expect(parse("A:\r\nB:\r\n\r\n").fields.map(({ key, value }) => [key, value])).toEqual([
      ["a", ""],
      ["b", ""],
    ]);
  });
});

describe("the end of the header", () => {
  test("is the empty line", () => {
    expect(parse("A: b\r\n\r\n\r\nbody")).toMatchObject({ bodyOffset: 8, strayLine: null, truncated: false });
  });

  test("is the end of a message of nothing but a header, with or without a last line end", () => {
    for (const text of ["A: b", "A: b\r\n", "A: b\r\n c", "A: b\n"]) {
      expect(parse(text)).toMatchObject({ bodyOffset: text.length, strayLine: null, truncated: false });
      expect(parse(text).fields).toHaveLength(1);
    }
  });

  test("is at once where there is no header", () => {
    expect(parse("")).toMatchObject({ fields: [], bodyOffset: 0, lineEnding: "\r\n" });
    expect(parse("\r\nbody")).toMatchObject({ fields: [], bodyOffset: 2, hasBareLf: false });
    expect(parse("\nbody")).toMatchObject({ fields: [], bodyOffset: 1, lineEnding: "\n" });
  });

  test("is a line without a colon, which is told", () => {
    expect(parse("A: b\r\nHello there\r\nB: c\r\n\r\n")).toMatchObject({ bodyOffset: 6, strayLine: "Hello there" });
    expect(parse("A: b\r\nFrom\r\n : x\r\n\r\n")).toMatchObject({ bodyOffset: 6, strayLine: "From" });
    expect(parse("A: b\r\n\r\r\nB: c")).toMatchObject({ bodyOffset: 6, strayLine: "\r" });
    expect(parse("A: b\r\nHello there")).toMatchObject({ bodyOffset: 6, strayLine: "Hello there" });
    expect(parse("A: b\nx\ny")).toMatchObject({ bodyOffset: 5, strayLine: "x" });
  });

  test("tells all that other readers may take for header", () => {
    expect(parse("A: b\r\nno field\r\nB: c\r\n\r\nD: e\r\n").strayText).toBe("no field\r\nB: c\r\n");
    expect(parse("A: b\nno field\nB: c\n\nD: e").strayText).toBe("no field\nB: c\n");
    expect(parse("A: b\r\nno field").strayText).toBe("no field");
    expect(parse("A: b\r\n\r\nno field").strayText).toBe("");
  });

  test("is a line with nothing before its colon", () => {
    expect(parse("A: b\r\n: c\r\n")).toMatchObject({ bodyOffset: 6, strayLine: ": c" });
  });

  test("is a first line that continues nothing", () => {
    expect(parse(" From: a@b.example\r\n\r\n")).toMatchObject({
      fields: [],
      bodyOffset: 0,
      strayLine: " From: a@b.example",
    });
  });
});

describe("line ends", () => {
  test("of an LF file are LF or CRLF, and fields have them as CRLF", () => {
    const text = "A: b\n c\r\n d\nB: e\r\n\nbody";
    expect(raws(text)).toEqual(["A: b\r\n c\r\n d", "B: e"]);
    expect(parse(text)).toMatchObject({ lineEnding: "\n", hasBareLf: false, bodyOffset: text.length - 4 });
  });

  test("of a CRLF message are CRLF, and a bare LF among them is told", () => {
    expect(parse("A: b\r\nB: c\nC: d\r\n\r\n")).toMatchObject({ lineEnding: "\r\n", hasBareLf: true });
    expect(parse("A: b\r\n c\n d\r\n\r\n").hasBareLf).toBe(true);
    expect(parse("A: b\r\n\nFrom: x@y.example\r\n\r\n")).toMatchObject({ hasBareLf: true, bodyOffset: 7 });
    expect(parse("A: b\r\nB: c\r\n\r\nbo\ndy")).toMatchObject({ hasBareLf: false });
  });

  test("are never a bare CR", () => {
    expect(raws("A: b\rB: c\r\n\r\n")).toEqual(["A: b\rB: c"]);
  });

  test("of CR CR LF leave one CR in the field", () => {
    expect(raws("A: b\r\r\n c\r\r\nB: d\r\n\r\n")).toEqual(["A: b\r\r\n c\r", "B: d"]);
  });
});

describe("MAX_HEADER_OCTETS", () => {
  const field = (size: number) => "X: " + "a".repeat(size - 5) + "\r\n";

  test("cuts a header that is longer, and keeps the fields that are whole", () => {
    const header = parse(field(1000) + field(MAX_HEADER_OCTETS));
    expect(header).toMatchObject({ truncated: true, bodyOffset: 1000 });
    expect(header.fields).toHaveLength(1);
  });

  test("does not cut a header that fits, with or without an empty line", () => {
    expect(parse(field(MAX_HEADER_OCTETS))).toMatchObject({ truncated: false, bodyOffset: MAX_HEADER_OCTETS });
    expect(parse(field(MAX_HEADER_OCTETS - 2) + "\r\nbody").truncated).toBe(false);
    expect(parse(field(MAX_HEADER_OCTETS - 1) + "\r\nbody").truncated).toBe(true);
  });

  test("does not matter to a header that a line without colon ends", () => {
    const text = field(100) + "stray\r\n" + " \n".repeat(MAX_HEADER_OCTETS);
    expect(parse(text)).toMatchObject({ truncated: false, bodyOffset: 100, strayLine: "stray", strayText: null });
  });
});

test("unfold() removes the line ends of folding and keeps the white space", () => {
  expect(unfold(" a\r\n b\r\n\tc\r\n")).toBe(" a b\tc\r\n");
});

describe("for any octets", () => {
  const piece = fc.constantFrom("From", "A", ":", " ", "\t", "\r", "\n", "\r\n", "\r\n\r\n", "x", "\0", "\xff", "é");
  const hostile = fc.oneof(
    fc.array(piece, { maxLength: 40 }).map((pieces) => binaryOctets(pieces.join(""))),
    fc.uint8Array({ maxLength: 200 }),
  );

  test("each octet belongs to exactly one field, to the empty line, or to the body", () => {
    fc.assert(
      fc.property(hostile, (message) => {
        const { fields, bodyOffset } = parseHeader(message);
        let at = 0;
        for (const field of fields) {
          expect(field.start).toBe(at);
          expect(field.end).toBeGreaterThan(at);
          at = field.end;
        }
        expect(["", "\n", "\r\n"]).toContain(binaryString(message.subarray(at, bodyOffset)));
        expect(bodyOffset).toBeLessThanOrEqual(message.length);
      }),
      { numRuns: 2000 },
    );
  });

  test("raw is the octets with CRLF for each line end but the last", () => {
    fc.assert(
      fc.property(hostile, (message) => {
        for (const { raw, value, start, end } of parseHeader(message).fields) {
          const written = binaryString(message.subarray(start, end));
          expect(raw).toBe(written.replace(/\r?\n/g, "\r\n").replace(/\r\n$/, ""));
          expect(raw.endsWith(":" + value)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("what is found before the message has ended stays the same, whatever follows", () => {
    fc.assert(
      fc.property(hostile, fc.nat(), (message, cut) => {
        const text = binaryString(message);
        const early = parseHeaderText(text.slice(0, cut % (text.length + 1)), true);
        if (!early.truncated) expect(early).toEqual(parseHeaderText(text, false));
      }),
      { numRuns: 2000 },
    );
  });
});

test("headers of half a megabyte that a quadratic parser would hang on are read", () => {
  for (const unit of ["A:\n", "A: b\r\n", " \r\n", "\r", ":", "A\r", "a:\r\n \r\n", "\t", "x \t "]) {
    const many = unit.repeat(500_000 / unit.length);
    expect(parse("A:" + many)).toMatchObject({ truncated: false });
    expect(parse(many)).toMatchObject({ truncated: false });
  }
});

function binaryOctets(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}
