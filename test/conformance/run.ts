import type { Zone } from "../../src/dns/zone.js";
import type { Library } from "../../src/service/library.js";
import type { Verification } from "../../src/service/types.js";
import type { Case } from "./cases.js";

/** What one runtime answers to a case: compared with what is expected, and with the other runtime. */
export interface Answer {
  readonly id: string;
  readonly outcomes: readonly string[];
  readonly verification: Verification;
}

/** Runs on every runtime, so it uses nothing of any. */
export async function runConformance(
  { verify }: Pick<Library, "verify">,
  resolverOf: (zone: Zone) => NonNullable<NonNullable<Parameters<typeof verify>[1]>["resolver"]>,
  cases: readonly Case[],
  now: string,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const { id, message, zone } of cases) {
    const octets = Uint8Array.from(atob(message), (character) => character.charCodeAt(0));
    const options = { resolver: resolverOf(zone), now: new Date(now), authservId: "mx.example.net" };
    const verification = await verify(octets, options);
    const outcomes = verification.signatures.map(({ result, reason }) => reason ?? result);
    answers.push({ id, outcomes, verification });
  }
  return answers;
}
