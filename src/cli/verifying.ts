import { verify, type MessageSource, type Verification } from "../index.js";
import { resolverOf, type DnsFlags } from "./options/dns.js";
import { timesOf, type TimeFlags } from "./options/time.js";
import { jsonLine } from "./terminal/plain-text.js";

/** What decides over the verdicts of `verify`. Plain data: it can be handed to another thread. */
export interface VerifyFlags extends DnsFlags, TimeFlags {
  readonly authservId: string;
  readonly json?: true;
}

/** What is told of a message. Plain data: it can come from another thread. */
export interface Verified {
  /** It has a passing signature. */
  readonly passes: boolean;
  /** The finished line where the answer is JSON: a text is handed over faster than what it tells. */
  readonly told: Verification | string;
}

/**
 * @returns the verification that the flags ask for
 * @throws {CliError} where the zone cannot be read
 * @throws {DnsConfigurationError}
 */
export async function verifyingBy(
  flags: VerifyFlags,
): Promise<(message: MessageSource, name: string) => Promise<Verified>> {
  const options = { resolver: await resolverOf(flags), authservId: flags.authservId, ...timesOf(flags) };
  return async (message, file) => {
    const verification = await verify(message, options);
    const passes = verification.signatures.some(({ result }) => result === "pass");
    return { passes, told: flags.json ? jsonLine({ file, ...verification }) : verification };
  };
}
