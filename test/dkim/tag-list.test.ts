import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { colonSeparated, parseTagList } from "../../src/dkim/tag-list.js";

const valuesOf = (text: string) =>
  Object.fromEntries([...parseTagList(text).tags].map(([name, { value }]) => [name, value]));

describe("parseTagList()", () => {
  it("reads names and values without the white space around them", () => {
    expect(parseTagList(" a = 1 ;\r\n\tb=x y; c=").error).toBeNull();
    expect(valuesOf(" a = 1 ;\r\n\tb=x y; c=")).toEqual({ a: "1", b: "x y", c: "" });
  });

  it("says where everything between = and ; is, so that b= can be emptied", () => {
    const text = "a=1; b= xy\r\n z ;";
    const { start, end } = parseTagList(text).tags.get("b")!;
    expect(text.slice(start, end)).toBe(" xy\r\n z ");
  });

  it("keeps names apart by case, and unknown ones", () => {
    expect(valuesOf("A=1; a=2; _x=3".replace("; _x=3", "; x_1=3"))).toEqual({ A: "1", a: "2", x_1: "3" });
  });

  it.each(["", ";", "a=1;;b=2", "a", "a=1; bogus", "1a=2", "=2", "a b=2", "a=\x01", "a=1; ;"])(
    "refuses %j, which the grammar does not have",
    (text) => {
      expect(parseTagList(text).error).toBe("syntax");
    },
  );

  it("takes values of printable ASCII, of octets above 127 and with folding inside (RFC 8616 §5)", () => {
    const octets = Array.from({ length: 256 }, (_, octet) => String.fromCharCode(octet));
    const taken = octets.filter((octet) => parseTagList(`a=x${octet}b=2`).error === null);
    expect(taken.join("")).toBe(octets.filter((octet) => /[\t\n\r -~\x80-\xff]/.test(octet)).join(""));
  });

  it("refuses a list with a repeated name as a whole (RFC 6376 §3.2)", () => {
    expect(parseTagList("a=1; b=2; a=1").error).toBe("duplicate");
  });

  it("takes a final semicolon, with white space after it", () => {
    expect(parseTagList("a=1; \r\n ").error).toBeNull();
  });

  it("never throws, and what it accepts it reads again the same", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab1=; \t\r\n:_\xe9\x00".split("")) }), (text) => {
        const { tags, error } = parseTagList(text);
        if (error !== null) return;
        const again = [...tags].map(([name, { value }]) => `${name}=${value}`).join(";");
        expect(valuesOf(again)).toEqual(valuesOf(text));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("colonSeparated()", () => {
  it("drops folding around the parts, and keeps empty ones", () => {
    expect(colonSeparated("From :\r\n\tTo:: Date")).toEqual(["From", "To", "", "Date"]);
  });
});
