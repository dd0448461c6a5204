import { nodeCrypto } from "../../crypto/node.js";
import type { Resolver } from "../../dkim/resolver.js";
import { cache } from "../../dns/cache.js";
import { nodeResolver } from "../../dns/node.js";
import type { ServiceSettings } from "../service.js";
import type { SigningPolicy } from "../signing.js";
import type { GatewaySettings } from "./settings.js";

/** What the service needs besides the configuration; a reload keeps it. */
export type Surroundings = Pick<ServiceSettings, "resolver" | "log" | "metrics">;

/** The settings of the service behind the doors. */
export function serviceSettingsOf(
  { settings, policy }: { readonly settings: GatewaySettings; readonly policy: SigningPolicy },
  surroundings: Surroundings,
): ServiceSettings {
  const { authservId, authservIds, whenUnable, verification, signing } = settings;
  return {
    ...surroundings,
    crypto: nodeCrypto,
    authservId,
    authservIds,
    whenUnable,
    verification,
    signing,
    signingPolicy: policy,
  };
}

/** The resolver that the configuration describes: its servers or the system's, behind a cache. */
export function configuredResolver({ dns }: GatewaySettings): Resolver {
  return cache({ resolver: nodeResolver(dns) });
}
