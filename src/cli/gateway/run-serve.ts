import { readFile } from "node:fs/promises";
import { parseAddress } from "../../gateway/address.js";
import { runDaemon } from "../../gateway/daemon.js";
import { Doors } from "../../gateway/doors.js";
import { HttpServer } from "../../gateway/http/server.js";
import { createLog } from "../../gateway/log.js";
import { Metrics } from "../../gateway/metrics.js";
import { metricsOf } from "../../gateway/workers.js";
import type { ServeFlags } from "../commands/serve.js";
import { CliError, failureAt } from "../failure.js";
import { gatewayState } from "./settings.js";

/** The command `serve`, until it is stopped. */
export async function runServe(flags: ServeFlags): Promise<void> {
  const log = createLog(flags.logLevel);
  const { workers, grace, socketMode, deadline } = flags;
  await runDaemon(
    async () => {
      const metrics = new Metrics();
      const state = await gatewayState(flags, log, metrics);
      const token = flags.tokenFile === undefined ? null : await tokenIn(flags.tokenFile);
      const http = {
        service: () => state.current().service,
        resolver: () => state.current().resolver,
        metrics: metricsOf(metrics.registry),
        log,
        token,
        maxOctets: flags.maxSize,
        maxConcurrent: flags.maxConcurrent,
        deadline: deadline === undefined ? undefined : deadline * 1000,
        spoolFolder: flags.spool,
        ...(socketMode !== undefined && { socketMode }),
      };
      const servers = flags.listen.map((address) => [new HttpServer(http), parseAddress(address)] as const);
      return new Doors(servers, log, state.reload);
    },
    { workers, log, grace: grace * 1000 },
  );
}

async function tokenIn(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw failureAt(path, error);
  });
  const token = text.trim();
  if (/^[!-~]{16,}$/.test(token)) return token;
  throw new CliError(`${path}: a token has 16 or more visible ASCII characters`);
}
