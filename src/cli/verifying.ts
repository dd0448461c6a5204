import { verify, type Verification } from "../index.js";
import { resolverOf, type DnsFlags } from "./options/dns.js";
import { timesOf, type TimeFlags } from "./options/time.js";

/** What decides over the verdicts of `verify`. Plain data: it can be handed to another thread. */
export interface VerifyFlags extends DnsFlags, TimeFlags {
  readonly authservId: string;
}

/**
 * @returns the verification that the flags ask for
 * @throws {CliError} where the zone cannot be read
 * @throws {DnsConfigurationError}
 */
export async function verifyingBy(
  flags: VerifyFlags,
): Promise<(message: AsyncIterable<Uint8Array>) => Promise<Verification>> {
  const options = { resolver: await resolverOf(flags), authservId: flags.authservId, ...timesOf(flags) };
  return (message) => verify(message, options);
}
