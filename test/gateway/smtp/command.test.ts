import { describe, expect, it } from "vitest";
import { clientAttributesOf, senderOf, verbOf } from "../../../src/gateway/smtp/command.js";

describe("a command's verb", () => {
  it.each([
    ["DATA", "DATA"],
    ["data", "DATA"],
    [" \t\x01starttls", "STARTTLS"],
    ["BDAT 12 LAST", "BDAT"],
    ["AUTH=PLAIN", "AUTH"],
    [".DATA", ""],
    ["", ""],
  ])("is in %j: %j", (line, verb) => {
    expect(verbOf(`${line}\r\n`)).toBe(verb);
  });
});

describe("the envelope sender", () => {
  it.each([
    ["MAIL FROM:<a@example.org>", "a@example.org"],
    ["mail \t from: <a@example.org> SIZE=12", "a@example.org"],
    ["MAIL FROM:<>", ""],
    ['MAIL FROM:<"a>\\"b"@example.org>', '"a>\\"b"@example.org'],
    ["MAIL FROM:a@example.org", null],
    ["MAIL FROM:x<a@example.org>", null],
    ["XMAIL FROM:<a@example.org>", null],
    ["RCPT TO:<a@example.org>", null],
  ])("is in %j: %j", (line, sender) => {
    expect(senderOf(`${line}\r\n`)).toBe(sender);
  });
});

describe("what XFORWARD and XCLIENT tell of the client", () => {
  it.each([
    ["XFORWARD NAME=c.example ADDR=192.0.2.7 IDENT=4XyZ", { address: "192.0.2.7", queueId: "4XyZ" }],
    ["XCLIENT addr=IPV6:2001:db8::7", { address: "2001:db8::7" }],
    ["XFORWARD ADDR=192.0.2.+37 IDENT=+34XyZ", { address: "192.0.2.7", queueId: "4XyZ" }],
    ["XFORWARD ADDR=[UNAVAILABLE]", { address: null }],
    ["XFORWARD ADDR=x-IPV6:2001:db8::7", { address: null }],
    ["XFORWARD XADDR=192.0.2.7 ADDRX=192.0.2.8 XIDENT=1 IDENTX=2", {}],
    ["XFORWARD IDENT=a-b", {}],
    ["XFORWARD IDENT=-ab IDENT=", {}],
    [`XFORWARD IDENT=${"a".repeat(64)}`, { queueId: "a".repeat(64) }],
    [`XFORWARD IDENT=${"a".repeat(65)}`, {}],
  ])("is read out of %j", (line, attributes) => {
    expect(clientAttributesOf(`${line}\r\n`)).toEqual(attributes);
  });
});
