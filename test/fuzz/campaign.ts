/** Fuzzing: realistic inputs, mutated, and those kept to go on from that show a new behaviour. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { octetsOf } from "../../src/message/octets.js";

export interface Target {
  readonly name: string;
  /** Realistic inputs as binary strings, valid or nearly. */
  readonly inputs: fc.Arbitrary<string>;
  /** What mutations put in, beside single octets: the words and marks of the format. */
  readonly words: readonly string[];
  /**
   * Throws where a property does not hold.
   * @returns what the input showed, in codes: a combination that was not seen before is worth keeping
   */
  readonly check: (input: string) => string | Promise<string>;
}

/** Inputs between two looks at what is new. */
const ROUND = 200;
/** Rounds of the short form, which is part of `npm test`. */
const SHORT_ROUNDS = 2;
const SHORT_SEED = 20261124;
/** Inputs that are kept; each is as good as another, and the newest stay. */
const MAX_CORPUS = 500;
/** Octets of an input that is kept: mutations copy parts, and would let it grow without end. */
const MAX_KEPT_OCTETS = 8192;

const seconds = Number(process.env["FUZZ_SECONDS"] ?? 0);
const seed = Number(process.env["FUZZ_SEED"] ?? SHORT_SEED);

/** Makes a test of a target: a fixed number of inputs, or with FUZZ_SECONDS as many as there is time for. */
export function fuzz(target: Target): void {
  test(target.name, { timeout: seconds * 1000 + 60_000 }, async () => {
    const corpus: string[] = [];
    const seen = new Set<string>();
    const until = Date.now() + seconds * 1000;
    let inputs = 0;
    for (let round = 0; seconds > 0 ? Date.now() < until : round < SHORT_ROUNDS; round++) {
      inputs += await playRound(target, round, corpus, seen);
      corpus.splice(0, corpus.length - MAX_CORPUS);
    }
    expect(seen.size).toBeGreaterThan(1);
    if (seconds > 0) console.log(`${target.name}: ${inputs} inputs, ${seen.size} behaviours, seed ${seed}`);
  });
}

/** One round sees the corpus as it was at its start: so it depends on the seed alone. */
async function playRound(target: Target, round: number, corpus: string[], seen: Set<string>): Promise<number> {
  const found: string[] = [];
  const property = fc.asyncProperty(mutated(target, [...corpus]), async (input) => {
    const behaviour = await target.check(input);
    if (seen.has(behaviour)) return;
    seen.add(behaviour);
    if (input.length <= MAX_KEPT_OCTETS) found.push(input);
  });
  const { failed, counterexample, errorInstance, numRuns } = await fc.check(property, {
    seed: (seed + round) | 0,
    numRuns: ROUND,
  });
  if (failed) {
    const input = JSON.stringify(counterexample?.[0]);
    throw new Error(`${target.name}, seed ${seed}, round ${round}: ${input}`, { cause: errorInstance });
  }
  corpus.push(...found);
  return numRuns;
}

function mutated({ inputs, words }: Target, corpus: readonly string[]): fc.Arbitrary<string> {
  const base = corpus.length === 0 ? inputs : fc.oneof(inputs, fc.constantFrom(...corpus));
  return fc.tuple(base, fc.array(edit(words), { maxLength: 6 })).map(([text, edits]) => edits.reduce(edited, text));
}

interface Edit {
  readonly kind: "insert" | "replace" | "delete" | "copy";
  /** As parts of the length: an edit fits texts of any length. */
  readonly at: number;
  readonly to: number;
  readonly length: number;
  readonly text: string;
}

function edit(words: readonly string[]): fc.Arbitrary<Edit> {
  const octet = fc.nat(255).map((code) => String.fromCharCode(code));
  const place = fc.integer({ min: 0, max: 1000 }).map((thousandth) => thousandth / 1000);
  return fc.record({
    kind: fc.constantFrom("insert", "replace", "delete", "copy"),
    at: place,
    to: place,
    length: fc.oneof(fc.nat(4), fc.nat(80)),
    text: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: octet }),
  });
}

function edited(text: string, { kind, at, to, length, text: put }: Edit): string {
  const start = Math.round(at * text.length);
  const end = Math.min(text.length, start + length);
  switch (kind) {
    case "insert":
      return text.slice(0, start) + put + text.slice(start);
    case "replace":
      return text.slice(0, start) + put + text.slice(Math.min(text.length, start + put.length));
    case "delete":
      return text.slice(0, start) + text.slice(end);
    case "copy": {
      const goal = Math.round(to * text.length);
      return text.slice(0, goal) + text.slice(start, end) + text.slice(goal);
    }
  }
}

/** The text in up to three pieces; where it is cut depends on the text alone. */
export function pieces(text: string): string[] {
  const sum = octetsOf(text).reduce((hash, octet) => (hash * 31 + octet) % 65_521, 7);
  const cuts = [sum % (text.length + 1), (sum * 17) % (text.length + 1)].sort((one, other) => one - other);
  return [text.slice(0, cuts[0]), text.slice(cuts[0], cuts[1]), text.slice(cuts[1])].filter((piece) => piece !== "");
}
