import * as library from "../../src/browser.js";
import { zoneResolver } from "../../src/dns/zone.js";
import { domainOf } from "../../src/message/domain.js";
import { octetsOf } from "../../src/message/octets.js";
import type { Case } from "./cases.js";
import { runConformance, type Answer } from "./run.js";

/** What the test calls in the page. */
export interface ConformancePage {
  run(cases: readonly Case[], now: string): Promise<Answer[]>;
  domains(names: readonly string[]): (string | null)[];
  /** @returns the fields that sign the message, as text */
  sign(message: string, domain: string, selector: string, pem: string, now: string): Promise<string>;
}

const page: ConformancePage = {
  run: (cases, now) => runConformance(library, zoneResolver, cases, now),
  domains: (names) => names.map(domainOf),
  sign: async (message, domain, selector, privateKey, now) => {
    const edit = await library.sign(octetsOf(message), {
      keys: [{ domain, selector, privateKey }],
      now: new Date(now),
    });
    return new TextDecoder().decode(edit.prepend);
  },
};

Object.assign(globalThis, { conformance: page });
