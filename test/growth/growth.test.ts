/** Work against size, up to the limit of each parser. `npm run growth` prints the table. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestFolder } from "../gateway/config/folder.js";
import { parsers, type Parser } from "./parsers.js";
import { startCounting, stepsOf, stopCounting } from "./steps.js";

const folder = new TestFolder();

/** Of the table, too. */
const IN_FULL = process.env["GROWTH_TABLE"] !== undefined;

/** Parts of the limit. */
const PARTS = IN_FULL ? [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1] : [1 / 4, 1];

/**
 * Power of the size with which the steps may grow from the least part to the whole: 1 is linear, 2 is a square. What V8
 * counts of a block varies by some parts in a hundred.
 */
const MAX_POWER = 1.3;

/** Steps that every call takes, whatever its input: they hide growth in the small inputs and are none. */
const MIN_STEPS = 200;

beforeAll(startCounting);

afterAll(async () => {
  await stopCounting();
  folder.remove();
});

interface Row {
  readonly family: string;
  readonly steps: readonly number[];
}

async function rowsOf({ limit, families, parse }: Parser): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [family, input] of Object.entries(families)) {
    const steps: number[] = [];
    await parse(input(limit / 8)); // what is set up once is not counted
    for (const part of PARTS) {
      const text = input(Math.floor(limit * part));
      steps.push(await stepsOf(() => parse(text)));
    }
    rows.push({ family, steps });
  }
  return rows;
}

function powerOf({ steps }: Row): number {
  const growth = Math.max(steps.at(-1)!, MIN_STEPS) / Math.max(steps[0]!, MIN_STEPS);
  return Math.log(growth) / Math.log(1 / PARTS[0]!);
}

describe("work grows with the length and no more", () => {
  it.each(parsers(folder))("$name, up to $limit octets", async (parser) => {
    const rows = await rowsOf(parser);
    if (IN_FULL) print(parser, rows);
    expect(rows.filter((row) => powerOf(row) > MAX_POWER)).toEqual([]);
    // An input that is read to its end at all, so that there was something to count.
    expect(Math.max(...rows.map(({ steps }) => steps.at(-1)!))).toBeGreaterThan(parser.limit / 8);
  });
});

it("growth with the square of the length is told from that", async () => {
  const quadratic = (text: string) => {
    for (let at = text.indexOf("x"); at >= 0; at = text.indexOf("x", at + 1)) text.slice(at);
  };
  const families = { x: (octets: number) => "x".repeat(octets) };
  const [row] = await rowsOf({ name: "quadratic", limit: 8192, families, parse: quadratic });
  expect(powerOf(row!)).toBeGreaterThan(1.9);
});

function print({ name, limit }: Parser, rows: readonly Row[]): void {
  const worst = rows.reduce((one, other) => (other.steps.at(-1)! > one.steps.at(-1)! ? other : one));
  const lines = rows.map(
    (row) => `  ${row.family.padEnd(40)} ${row.steps.join(" ").padStart(44)}  n^${powerOf(row).toFixed(2)}`,
  );
  const perOctet = (worst.steps.at(-1)! / limit).toFixed(1);
  console.log([`${name}, up to ${limit} octets: at most ${perOctet} steps for each`, ...lines].join("\n"));
}
