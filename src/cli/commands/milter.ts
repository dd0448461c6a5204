import type { Command } from "commander";
import { addGatewayOptions, collected, countOf, type GatewayFlags } from "../options/gateway.js";

export interface MilterFlags extends GatewayFlags {
  readonly allow?: string[];
  readonly maxConnections?: number;
  readonly metrics?: string;
}

export const DEFAULT_ADDRESS = "inet:8891@127.0.0.1";

export function register(program: Command): void {
  const command = program
    .command("milter")
    .description("Verify and sign mail for Postfix or sendmail (milter protocol 6).")
    .option(
      "--allow <network>",
      "who may connect, ADDRESS or ADDRESS/BITS (repeatable; default: this machine)",
      collected,
    )
    .option("--max-connections <n>", "connections at a time, per worker (default: 1000)", countOf)
    .option("--metrics <address>", "answer GET /metrics and GET /healthz there")
    .action(async (flags: MilterFlags) => {
      const { runMilter } = await import("../gateway/run-milter.js");
      await runMilter(flags);
    });
  addGatewayOptions(command, DEFAULT_ADDRESS);
}
