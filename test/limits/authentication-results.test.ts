import { expect, it } from "vitest";
import { MAX_RESULTS } from "../../src/authentication-results/limits.js";
import { parseAuthenticationResults } from "../../src/authentication-results/parse.js";

it("reads MAX_RESULTS results of a field, and nothing after them", () => {
  const field = (results: number) => parseAuthenticationResults(`mx${"; dkim=pass".repeat(results)}`);
  expect(field(MAX_RESULTS)).toMatchObject({ results: { length: MAX_RESULTS }, defects: [] });
  const over = field(MAX_RESULTS + 1);
  expect(over.results).toHaveLength(MAX_RESULTS);
  expect(over.defects.map(({ code }) => code)).toEqual(["too-many-results"]);
});
