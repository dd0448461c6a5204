import { Option, type Command } from "commander";
import { readFile } from "node:fs/promises";
import type { Resolver } from "../../dkim/resolver.js";
import { cache } from "../../dns/cache.js";
import { dohResolver } from "../../dns/doh.js";
import { nodeResolver } from "../../dns/node.js";
import { readZone } from "../../dns/zone.js";
import { failureAt } from "../failure.js";

export interface DnsFlags {
  readonly dnsZone?: string;
  readonly dnsServer?: string;
  readonly doh?: string;
}

/** Where keys are looked up; each of the options excludes the others. */
export function dnsOptions(): Option[] {
  return [
    new Option("--dns-zone <file>", "answer DNS from a JSON or BIND zone file, and from nothing else").conflicts([
      "dnsServer",
      "doh",
    ]),
    new Option("--dns-server <addr:port>", "ask this DNS server").conflicts(["dnsZone", "doh"]),
    new Option("--doh <url>", "ask this server over HTTPS (RFC 8484)").conflicts(["dnsZone", "dnsServer"]),
  ];
}

/** For commands that use the DNS. */
export function addDnsOptions(command: Command): Command {
  for (const option of dnsOptions()) command.addOption(option);
  return command;
}

/**
 * The resolver that the options name; the system's without one.
 * @throws {CliError} if the zone cannot be read
 * @throws {DnsConfigurationError}
 */
export async function resolverOf({ dnsZone, dnsServer, doh }: DnsFlags): Promise<Resolver> {
  if (dnsZone !== undefined) return zoneOf(dnsZone);
  if (doh !== undefined) return cache({ resolver: dohResolver({ url: doh }) });
  return cache({ resolver: nodeResolver({ servers: dnsServer === undefined ? undefined : [dnsServer] }) });
}

async function zoneOf(path: string): Promise<Resolver> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw failureAt(path, error);
  });
  return readZone(text, path);
}
