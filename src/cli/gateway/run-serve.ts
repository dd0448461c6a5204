import { readFile } from "node:fs/promises";
import { runDaemon } from "../../gateway/daemon.js";
import { Doors } from "../../gateway/doors.js";
import { HttpServer } from "../../gateway/http/server.js";
import { metricsOf } from "../../gateway/workers.js";
import { DEFAULT_ADDRESS, type ServeFlags } from "../commands/serve.js";
import { CliError, failureAt } from "../failure.js";
import { doorOf, openGateway } from "./settings.js";

/** The command `serve`, until it is stopped. */
export async function runServe(flags: ServeFlags): Promise<void> {
  await runDaemon(async () => {
    const { settings, service, resolver, log, metrics, reload } = await openGateway(flags);
    const { http } = settings;
    const { addresses, ...door } = doorOf(flags, http, DEFAULT_ADDRESS);
    const tokenFile = flags.tokenFile ?? http?.tokenFile;
    const options = {
      ...door,
      service,
      resolver,
      metrics: metricsOf(metrics.registry),
      log,
      token: tokenFile === undefined ? null : await tokenIn(tokenFile),
      maxOctets: flags.maxSize ?? settings.maxOctets,
      maxConcurrent: flags.maxConcurrent ?? http?.maxConcurrent,
      maxConnections: http?.maxConnections,
      deadline: flags.deadline === undefined ? http?.deadline : flags.deadline * 1000,
      spoolFolder: flags.spool ?? settings.spoolFolder,
    };
    const servers = addresses.map((address) => [new HttpServer(options), address] as const);
    return new Doors(servers, log, reload);
  }, flags);
}

/** RFC 6750 §2.1 has these characters and more; none of them can end a header field. */
const TOKEN = /^[!-~]{16,}$/;

async function tokenIn(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw failureAt(path, error);
  });
  const token = text.trim();
  if (TOKEN.test(token)) return token;
  throw new CliError(`${path}: a token has 16 or more visible ASCII characters`);
}
