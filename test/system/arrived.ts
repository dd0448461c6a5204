import { expect } from "vitest";

/** A header field, unfolded, its name in lower case. */
interface Field {
  readonly name: string;
  readonly value: string;
}

export interface Arrived {
  /** What servers have put in front, topmost first. */
  readonly added: readonly Field[];
  /** The values of those that are Authentication-Results fields. */
  readonly results: readonly string[];
}

/** What a delivered message has in front of the octets that must be there as they were sent; fails where they are not. */
export function arrived(delivered: Buffer, expected: Uint8Array): Arrived {
  const rest = delivered.subarray(Math.max(0, delivered.length - expected.length));
  if (!rest.equals(expected)) expect(rest.toString("latin1")).toBe(Buffer.from(expected).toString("latin1"));
  const added = fieldsOf(delivered.subarray(0, delivered.length - expected.length));
  return { added, results: authenticationResults(added) };
}

/** The values of all Authentication-Results fields in a message's header. */
export function resultsIn(message: Buffer): string[] {
  return authenticationResults(fieldsOf(message.subarray(0, message.indexOf("\r\n\r\n") + 2)));
}

function authenticationResults(fields: readonly Field[]): string[] {
  return fields.filter(({ name }) => name === "authentication-results").map(({ value }) => value);
}

function fieldsOf(header: Buffer): Field[] {
  const text = header.toString("latin1");
  expect(text === "" || text.endsWith("\r\n"), "whole lines").toBe(true);
  const lines = text.replace(/\r\n(?=[ \t])/g, "").split("\r\n");
  return lines
    .filter((line) => line !== "")
    .map((line) => {
      const colon = line.indexOf(":");
      return { name: line.slice(0, colon).toLowerCase(), value: line.slice(colon + 1).trim() };
    });
}
