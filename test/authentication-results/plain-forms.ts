import { expect } from "vitest";
import { readHead } from "../../src/authentication-results/head.js";
import { readPlainHead, readPlainResult } from "../../src/authentication-results/plain.js";
import { Reading } from "../../src/authentication-results/reading.js";
import { readResult } from "../../src/authentication-results/result.js";

/** What a reader makes of a text: what it says, how far it came, and the defects that it met. */
function told<What>(read: (reading: Reading) => What, text: string, eai: boolean) {
  const reading = new Reading(text, eai);
  const said = read(reading);
  return { said, at: reading.at, defects: reading.defects };
}

const fullResult = (reading: Reading) => readResult(reading, false);

/** Holds the plain forms to the full ones. @returns how many of them read the text */
export function plainForms(text: string): number {
  const eai = text.length % 2 === 0;
  const pairs = [
    [told(readPlainHead, text, eai), told(readHead, text, eai)],
    [told(readPlainResult, text, eai), told(fullResult, text, eai)],
  ] as const;
  for (const [plain, full] of pairs) {
    if (plain.said === null) expect(plain).toEqual({ said: null, at: 0, defects: [] });
    else expect(plain).toEqual(full);
  }
  return pairs.filter(([plain]) => plain.said !== null).length;
}
