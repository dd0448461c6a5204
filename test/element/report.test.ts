import { describe, expect, it } from "vitest";
import { elementStatusOf, MAX_RESULTS } from "../../src/element/report.js";
import type { MethodResult } from "../../src/authentication-results/types.js";
import { shownText } from "../../src/element/shown-text.js";
import { report, REPORTS } from "./reports.js";

/** A result whose values have so many characters. */
function resultOf(length: number, properties = 1): MethodResult {
  const value = "x".repeat(length);
  const property = { ptype: "header", property: "d", value };
  return {
    method: "dkim",
    methodVersion: 1,
    result: value,
    reason: value,
    properties: Array(properties).fill(property),
  };
}

describe("what the element keeps of a finding", () => {
  it("is 300 characters of a value, 600 of an address, 4000 of the field", () => {
    const findingOf = (value: number, field: number) => {
      const author = { address: "x".repeat(2 * value), domain: "x".repeat(value) };
      const rest = { author, results: [resultOf(value)], authservId: "x".repeat(value), field: "x".repeat(field) };
      return elementStatusOf(report("unsigned", {}, rest), false)!;
    };
    const largest = findingOf(300, 4000);
    expect(largest).toMatchObject({ results: [resultOf(300)], authservId: "x".repeat(300), field: "x".repeat(4000) });
    expect(largest.author).toEqual({ address: "x".repeat(600), domain: "x".repeat(300) });
    expect(findingOf(301, 4001)).toEqual(largest);
  });

  it("is MAX_RESULTS results and as many properties of each, and how many it has left out", () => {
    const kept = (count: number) => {
      const results = Array<MethodResult>(count).fill(resultOf(1, count));
      const { results: shown, omitted } = elementStatusOf(report("unsigned", {}, { results }), false)!;
      return { results: shown.length, properties: shown[0]!.properties.length, omitted };
    };
    expect(kept(MAX_RESULTS)).toEqual({ results: MAX_RESULTS, properties: MAX_RESULTS, omitted: 0 });
    expect(kept(MAX_RESULTS + 1)).toEqual({ results: MAX_RESULTS, properties: MAX_RESULTS, omitted: 1 });
  });

  it("is nothing where a good state names no signer: no sign says good of nobody", () => {
    for (const state of ["author", "third-party"] as const) {
      expect(elementStatusOf({ state }, false)).toBeNull();
      for (const signer of [null, ""]) expect(elementStatusOf(report(state, { signer }), false)).toBeNull();
      expect(elementStatusOf(report(state, { signer: "example.org" }), false)).not.toBeNull();
    }
  });
});

it("tells who has checked: the server that wrote the field, who shows the message, or nobody", () => {
  const checked = (rest: object, here: boolean) => {
    const known = elementStatusOf({ ...report("unsigned"), ...rest }, here)!;
    return [known.checked, known.authservId];
  };
  expect(checked({}, false)).toEqual(["on-arrival", "mx.example.net"]);
  expect(checked({}, true)).toEqual(["here", null]);
  expect(checked({ authservId: null, signatures: [] }, false)).toEqual(["here", null]);
  expect(checked({ authservId: null }, false)).toEqual([null, null]);
});

it("keeps the status and the signatures as they are, and counts what is left out of both lists", () => {
  for (const input of Object.values(REPORTS)) expect(elementStatusOf(input, false)!.status).toEqual(input.status);
  const many = <Item>(item: Item, beyond: number) => Array<Item>(MAX_RESULTS + beyond).fill(item);
  const rest = { results: many(resultOf(1), 2), signatures: many({ domain: "bank.example" }, 3) };
  const known = elementStatusOf({ ...REPORTS.unsigned, ...rest }, false)!;
  expect([known.omitted, known.signatures]).toEqual([5, many({ domain: "bank.example" }, 0)]);
});

it("is nothing where nothing is given", () => {
  for (const input of [null, undefined]) expect(elementStatusOf(input, false)).toBeNull();
});

it("shows what can be seen of a text, and half a character nowhere", () => {
  expect(shownText("a\t\r\n b\u200b\u202e\u0000\u0001c", 20)).toBe("a  bc");
  expect(shownText("😀😀x😀", 6)).toBe("😀😀x…");
});
