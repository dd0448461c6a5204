import { nodeCrypto } from "../../crypto/node.js";
import type { Resolver } from "../../dkim/resolver.js";
import { Reloadable } from "../../gateway/doors.js";
import type { Log } from "../../gateway/log.js";
import type { Metrics } from "../../gateway/metrics.js";
import { GatewayService } from "../../gateway/service.js";
import { SIGN_NOTHING } from "../../gateway/signing.js";
import { resolverOf } from "../options/dns.js";
import type { GatewayFlags } from "../options/gateway.js";

/** What a door of the gateway works with at the moment. */
export interface GatewayState {
  readonly service: GatewayService;
  readonly resolver: Resolver;
}

/**
 * The service that the flags describe, to be read again at SIGHUP: zone files, keys, rules.
 * @throws {CliError} where a file cannot be read
 */
export function gatewayState(flags: GatewayFlags, log: Log, metrics: Metrics): Promise<Reloadable<GatewayState>> {
  const { authservId, trusted = [], whenUnable } = flags;
  return Reloadable.of(async () => {
    const resolver = await resolverOf(flags);
    const service = new GatewayService({
      authservId,
      authservIds: [authservId, ...trusted],
      resolver,
      crypto: nodeCrypto,
      signingPolicy: SIGN_NOTHING,
      whenUnable,
      log,
      metrics,
    });
    return { service, resolver };
  });
}
