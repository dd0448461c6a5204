import { parseAddress, type ListenAddress } from "../../gateway/address.js";
import { runDaemon } from "../../gateway/daemon.js";
import { Doors, type DoorServer } from "../../gateway/doors.js";
import { MONITORING_ROUTES } from "../../gateway/http/routes.js";
import { HttpServer } from "../../gateway/http/server.js";
import { createLog } from "../../gateway/log.js";
import { Metrics } from "../../gateway/metrics.js";
import { MilterServer } from "../../gateway/milter/server.js";
import { metricsOf } from "../../gateway/workers.js";
import type { MilterFlags } from "../commands/milter.js";
import { gatewayState } from "./settings.js";

/** The command `milter`, until it is stopped. */
export async function runMilter(flags: MilterFlags): Promise<void> {
  const log = createLog(flags.logLevel);
  const { workers, grace, socketMode, allow, maxConnections } = flags;
  await runDaemon(
    async () => {
      const metrics = new Metrics();
      const state = await gatewayState(flags, log, metrics);
      const service = () => state.current().service;
      const mode = socketMode === undefined ? {} : { socketMode };
      const milter = { service, log, allowedPeers: allow, maxConnections, ...mode };
      const servers = flags.listen.map((address): [DoorServer, ListenAddress] => [
        new MilterServer(milter),
        parseAddress(address),
      ]);
      if (flags.metrics !== undefined) {
        const monitoring = new HttpServer({
          service,
          resolver: () => state.current().resolver,
          metrics: metricsOf(metrics.registry),
          log,
          token: null,
          routes: MONITORING_ROUTES,
          ...mode,
        });
        servers.push([monitoring, parseAddress(flags.metrics)]);
      }
      return new Doors(servers, log, state.reload);
    },
    { workers, log, grace: grace * 1000 },
  );
}
