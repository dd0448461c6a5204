import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NextHopError } from "../../../src/gateway/smtp/errors.js";
import { loggedReply, ownReply, replyOctets, ReplyReader } from "../../../src/gateway/smtp/reply.js";
import { binaryString, octetsOf } from "../../../src/message/octets.js";

/** The replies in a text, each as it came; the last is `malformed` where reading had to stop. */
function read(text: string, at: readonly number[] = []): string[] {
  const reader = new ReplyReader();
  const octets = octetsOf(text);
  const replies: string[] = [];
  let from = 0;
  try {
    for (const length of [...at, octets.length]) {
      for (const reply of reader.read(octets.slice(from, from + length)))
        replies.push(binaryString(replyOctets(reply)));
      from += length;
    }
  } catch (error) {
    expect(error).toBeInstanceOf(NextHopError);
    replies.push("malformed");
  }
  return replies;
}

describe("replies", () => {
  it("have one line or several, and come back as they came", () => {
    const replies = ["250 2.1.0 Ok\r\n", "250\r\n", "220-a\r\n220-\r\n220 \xff\r\n", "354 go\r\n"];
    expect(read(replies.join(""))).toEqual(replies);
  });

  it.each(["150 a\r\n", "600 a\r\n", "25 a\r\n", "250_a\r\n", "\r\n", "250 a\n", "250 a\rb\r\n", "250-a\r\n251 b\r\n"])(
    "are not in %j",
    (text) => {
      expect(read(text)).toEqual(["malformed"]);
    },
  );

  it("have lines and a number of lines up to their limits", () => {
    const longest = `250 ${"x".repeat(4090)}\r\n`;
    expect(read(longest)).toEqual([longest]);
    expect(read(longest.replace("x", "xx"))).toEqual(["malformed"]);
    const most = "250-x\r\n".repeat(255) + "250 x\r\n";
    expect(read(most)).toEqual([most]);
    expect(read("250-x\r\n" + most)).toEqual(["malformed"]);
  });

  it("are the same however the octets arrive", () => {
    const text = fc.array(fc.constantFrom("250-a\r\n", "250 b\r\n", "421 c\r\n", "x", "\r", "\n", "2"), {
      maxLength: 15,
    });
    fc.assert(
      fc.property(text, fc.array(fc.nat(9), { maxLength: 15 }), (parts, at) => {
        expect(read(parts.join(""), at)).toEqual(read(parts.join("")));
      }),
    );
  });

  it("stand in the log by their last line, in printable ASCII", () => {
    expect(loggedReply({ code: 250, lines: ["250-a\r\n", "250 2.0.0 Ok: \x1b[31mqueued\xff as 4X\r\n"] })).toBe(
      "250 2.0.0 Ok: [31mqueued as 4X",
    );
    expect(loggedReply(ownReply(`250 ${"x".repeat(500)}`))).toHaveLength(120);
  });
});
