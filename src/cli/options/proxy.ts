import type { Command } from "commander";
import { addDkimproxyOptions, type DkimproxyFlags } from "./dkimproxy.js";
import { addGatewayOptions, collected, countOf, type GatewayFlags } from "./gateway.js";

/** Options of both SMTP proxies. */
export interface ProxyFlags extends GatewayFlags, DkimproxyFlags {
  readonly relay?: string;
  readonly allow?: string[];
  readonly maxConnections?: number;
  readonly maxSize?: number;
  readonly spool?: string;
  readonly metrics?: string;
}

/** @param defaultAddress for the help */
export function addProxyOptions(command: Command, defaultAddress: string, program: "in" | "out"): Command {
  command
    .argument("[listen]", "as --listen")
    .argument("[relay]", "as --relay")
    .option("--relay <address>", "the next SMTP server: HOST:PORT or unix:/PATH")
    .option(
      "--allow <network>",
      "who may connect, ADDRESS or ADDRESS/BITS (repeatable; default: this machine)",
      collected,
    )
    .option("--max-connections <n>", "connections at a time, per worker (default: 100)", countOf)
    .option(
      "--max-size <octets>",
      "of a message (default: 1073741824; the next server has a limit of its own)",
      countOf,
    )
    .option("--spool <folder>", "where messages over 256 kB wait until they are whole (default: the system's)")
    .option("--metrics <address>", "answer GET /metrics and GET /healthz there");
  addGatewayOptions(command, defaultAddress);
  return addDkimproxyOptions(command, program);
}
