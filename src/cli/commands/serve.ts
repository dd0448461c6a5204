import type { Command } from "commander";
import { addGatewayOptions, countOf, type GatewayFlags } from "../options/gateway.js";

export interface ServeFlags extends GatewayFlags {
  readonly tokenFile?: string;
  readonly maxSize?: number;
  readonly maxConcurrent?: number;
  readonly deadline?: number;
  readonly spool?: string;
}

export const DEFAULT_ADDRESS = "127.0.0.1:8890";

export function register(program: Command): void {
  const command = program
    .command("serve")
    .description("Verify and annotate over HTTP: POST /verify, POST /annotate, GET /dns, /healthz and /metrics.")
    .option("--token-file <file>", "clients must send what is in it as a bearer token; needed beyond this machine")
    .option("--max-size <octets>", "of a message (default: 67108864)", countOf)
    .option("--max-concurrent <n>", "messages at a time, per worker; 503 beyond (default: 64)", countOf)
    .option("--deadline <seconds>", "for a request to arrive and be worked on (default: 60)", countOf)
    .option("--spool <folder>", "where messages over 256 kB go while they are annotated (default: the system's)")
    .action(async (flags: ServeFlags) => {
      const { runServe } = await import("../gateway/run-serve.js");
      await runServe(flags);
    });
  addGatewayOptions(command, DEFAULT_ADDRESS);
}
