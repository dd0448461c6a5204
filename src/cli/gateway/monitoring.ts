import { MONITORING_ROUTES } from "../../gateway/http/routes.js";
import { HttpServer } from "../../gateway/http/server.js";
import { metricsOf } from "../../gateway/workers.js";
import type { Gateway } from "./settings.js";

/** A door for monitoring: the gateway's metrics, and whether it is alive. */
export function monitoringServer({ service, resolver, log, metrics }: Gateway): HttpServer {
  const figures = metricsOf(metrics.registry);
  return new HttpServer({ service, resolver, metrics: figures, log, token: null, routes: MONITORING_ROUTES });
}
