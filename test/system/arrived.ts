import { expect } from "vitest";

export interface Arrived {
  /** The header fields that servers have put in front, topmost first, unfolded, each with its name in lower case. */
  readonly added: readonly { readonly name: string; readonly value: string }[];
  /** The values of those that are Authentication-Results fields. */
  readonly results: readonly string[];
}

/** What a delivered message has in front of the octets that must be there as they were sent; fails where they are not. */
export function arrived(delivered: Buffer, expected: Uint8Array): Arrived {
  const rest = delivered.subarray(Math.max(0, delivered.length - expected.length));
  expect(rest.toString("latin1")).toBe(Buffer.from(expected).toString("latin1"));
  const front = delivered.subarray(0, delivered.length - expected.length).toString("latin1");
  expect(front === "" || front.endsWith("\r\n")).toBe(true);
  const added = front
    .replace(/\r\n(?=[ \t])/g, "")
    .split("\r\n")
    .filter((field) => field !== "")
    .map((field) => {
      const colon = field.indexOf(":");
      return { name: field.slice(0, colon).toLowerCase(), value: field.slice(colon + 1).trim() };
    });
  const results = added.filter(({ name }) => name === "authentication-results").map(({ value }) => value);
  return { added, results };
}
