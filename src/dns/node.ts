import { Resolver as NodeResolver } from "node:dns/promises";
import { isIP } from "node:net";
import { withDeadline } from "../dkim/deadline.js";
import { DnsError, type Resolver } from "../dkim/resolver.js";
import { DnsConfigurationError } from "./errors.js";
import { LOOKUP_TIMEOUT } from "./limits.js";

/** How often each server is asked. The wait doubles each time, so that the first try gets a seventh of the timeout. */
const TRIES = 3;
const FIRST_TRY = 1 / 7;

/** c-ares: NXDOMAIN; no record of the type; a name that the DNS cannot have (a label over 63 octets, 254 in all). */
const NOT_FOUND: ReadonlySet<unknown> = new Set(["ENOTFOUND", "ENODATA", "EBADNAME"]);

export interface NodeResolverOptions {
  /** `ADDR`, `ADDR:PORT` or `[ADDR]:PORT`; default: the system's servers, read again for every lookup */
  readonly servers?: readonly string[] | undefined;
  /** Milliseconds for one lookup with all its retries; default 5000. */
  readonly timeout?: number | undefined;
}

/**
 * The DNS port over `node:dns`. Names are looked up as they are, never with a search domain. Each lookup has its own
 * socket (and so its own source port); cancelling it closes that. Node's answers have no time to live and no owner
 * names: the server is trusted to answer what was asked.
 * @throws {DnsConfigurationError} `server-invalid`
 */
export function nodeResolver({ servers, timeout = LOOKUP_TIMEOUT }: NodeResolverOptions = {}): Resolver {
  servers?.forEach(checkServer);
  return {
    resolveTxt: (name, { signal } = {}) => {
      const resolver = new NodeResolver({ timeout: Math.ceil(timeout * FIRST_TRY), tries: TRIES });
      if (servers !== undefined) resolver.setServers(servers);
      return withDeadline(name, timeout, signal, (ended) => recordsOf(name, resolver, ended));
    },
  };
}

/** Node gives one code unit per octet: a binary string already. */
async function recordsOf(name: string, resolver: NodeResolver, ended: AbortSignal): Promise<string[]> {
  if (ended.aborted) throw ended.reason;
  ended.addEventListener("abort", () => {
    resolver.cancel();
  });
  try {
    const records = await resolver.resolveTxt(name);
    return records.map((strings) => strings.join(""));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new DnsError(NOT_FOUND.has(code) ? "not-found" : "temporary", `${name}: ${code ?? "no answer"}`, { cause });
  }
}

function checkServer(server: string): void {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::([0-9]{1,5}))?$/.exec(server) ?? [];
  const isAddress = bracketed === undefined ? isIP(plain ?? server) !== 0 : isIP(bracketed) === 6;
  const isPort = port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
  if (isAddress && isPort) return;
  throw new DnsConfigurationError("server-invalid", `${server} is no DNS server: ADDR, ADDR:PORT or [ADDR]:PORT`);
}
