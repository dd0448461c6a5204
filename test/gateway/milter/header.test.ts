import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editReplies, fieldOf, headerOctets, octetsIn } from "../../../src/gateway/milter/header.js";
import { ProtocolError } from "../../../src/gateway/milter/framing.js";
import { parseHeader } from "../../../src/message/header.js";
import { binaryString, octetsOf } from "../../../src/message/octets.js";
import { applyReplies, packetsOf, strings } from "./mta.js";

const octet = (from: number, to: number) => fc.integer({ min: from, max: to }).map((code) => String.fromCharCode(code));
/** What Postfix takes for a field: a name of printable characters, lines that continue with white space, no NUL. */
const name = fc
  .array(octet(0x21, 0x7e), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join("").replaceAll(":", "-"));
const line = fc.array(octet(0x01, 0xff), { maxLength: 20 }).map((parts) => parts.join("").replace(/[\r\n]/g, "."));
const value = fc
  .tuple(line, fc.array(fc.tuple(fc.constantFrom(" ", "\t"), line), { maxLength: 3 }))
  .map(([first, others]) => [first, ...others.map(([space, rest]) => space + rest)].join("\r\n"));
const field = fc.record({ name, value });

const asSent = (text: string) => text.replaceAll("\r\n", "\n");

describe("a header out of packets", () => {
  it("has every octet that it had on the way to the MTA, and as many fields", () => {
    fc.assert(
      fc.property(fc.array(field, { maxLength: 8 }), (fields) => {
        const rebuilt = fields.map((each) => fieldOf(strings(each.name, asSent(each.value)), true));
        const text = fields.map((each) => `${each.name}:${each.value}\r\n`).join("");
        const octets = headerOctets(rebuilt);
        expect(binaryString(octets)).toBe(text + "\r\n");
        expect(rebuilt.reduce((sum, each) => sum + octetsIn(each), 0)).toBe(text.length);
        expect(parseHeader(octets).fields).toHaveLength(fields.length);
      }),
    );
  });

  it("never has more or fewer fields than the MTA has sent, whatever it has sent", () => {
    const text = fc.array(octet(0x01, 0xff), { maxLength: 12 }).map((parts) => parts.join(""));
    const odd = fc.oneof(text, fc.constantFrom("\n", "a\nb", "\n a", "a\r\n", " a", ":", "a:b", "\r", "a\r\n\r\nb"));
    fc.assert(
      fc.property(fc.array(fc.record({ name: odd, value: odd }), { minLength: 1, maxLength: 4 }), (fields) => {
        const rebuilt = fields.map((each) => fieldOf(strings(each.name, each.value), true));
        try {
          expect(parseHeader(headerOctets(rebuilt)).fields).toHaveLength(fields.length);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

describe("the packets of an edit", () => {
  it("take out just the fields that are named, and put the new ones on top in their order", () => {
    const names = fc.constantFrom("Authentication-Results", "AUTHENTICATION-RESULTS", "Received", "X");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(names, fc.boolean()), { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        (marked, leadingSpace) => {
          const fields = marked.map(([fieldName], i) => ({ name: fieldName, value: ` ${i}` }));
          const remove = marked.flatMap(([, goes], i) => (goes ? [i] : []));
          const edit = { prepend: octetsOf("New: 1;\r\n\tfolded\r\nNew: 2\r\n"), remove };
          const replies = editReplies(fields, edit, leadingSpace).flatMap((reply) => packetsOf(reply));
          const lines = fields.map((each) => `${each.name}:${each.value}`);
          const { message } = applyReplies(lines.join("\r\n") + "\r\n\r\n", replies, leadingSpace ? 0x100000 : 0);
          const left = lines.filter((_, i) => !remove.includes(i));
          expect(message).toBe(["New: 1;", "\tfolded", "New: 2", ...left].join("\r\n") + "\r\n\r\n");
        },
      ),
    );
  });
});
