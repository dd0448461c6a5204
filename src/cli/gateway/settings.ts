import type { Resolver } from "../../dkim/resolver.js";
import { parseAddress, type ListenAddress } from "../../gateway/address.js";
import { defaultSettings } from "../../gateway/config/default-settings.js";
import { loadGatewayConfig } from "../../gateway/config/load.js";
import { configuredResolver, serviceSettingsOf } from "../../gateway/config/service-settings.js";
import type { DoorSettings, GatewaySettings } from "../../gateway/config/settings.js";
import { Reloadable } from "../../gateway/doors.js";
import { createLog, type Log } from "../../gateway/log.js";
import { Metrics } from "../../gateway/metrics.js";
import { GatewayService, type ServiceSettings } from "../../gateway/service.js";
import { SIGN_NOTHING, type SigningPolicy } from "../../gateway/signing.js";
import { resolverOf } from "../options/dns.js";
import type { GatewayFlags } from "../options/gateway.js";
import { loadPublicSuffixList } from "../../status/organizational-domain.js";

/** What the doors use until the next reload. */
interface State {
  readonly settings: GatewaySettings;
  readonly service: GatewayService;
  readonly resolver: Resolver;
}

/** Settings of a door that override the configuration. */
export type OwnSettings = Pick<Partial<ServiceSettings>, "signing" | "signingPolicy" | "unsigned">;

/** What a door's command uses. */
export interface Gateway {
  /** As of the start: where doors listen does not change while they are open. */
  readonly settings: GatewaySettings;
  readonly service: () => GatewayService;
  readonly resolver: () => Resolver;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly reload: () => Promise<void>;
}

/**
 * The gateway that the configuration file and the flags describe.
 * @param own the door's overrides; called at the start and at each reload
 * @throws {ConfigError} and {CliError} if a file cannot be read
 */
export async function openGateway(flags: GatewayFlags, own: () => OwnSettings = () => ({})): Promise<Gateway> {
  const { settings } = await configurationOf(flags);
  // Now rather than when it is needed: Node never retries a module whose file it once could not open.
  await loadPublicSuffixList();
  const log = createLog(settings.logLevel);
  const metrics = new Metrics();
  const state = await Reloadable.of(() => stateOf(flags, log, metrics, own()));
  return {
    settings,
    service: () => state.current().service,
    resolver: () => state.current().resolver,
    log,
    metrics,
    reload: state.reload,
  };
}

/** A door's settings by flags, which take precedence, and file. */
export function doorOf(
  { listen, socketMode }: GatewayFlags,
  door: DoorSettings | null,
  defaultAddress: string,
): { addresses: readonly ListenAddress[]; socketMode?: number } {
  const addresses = listen?.map(parseAddress) ?? door?.listen ?? [parseAddress(defaultAddress)];
  const mode = socketMode ?? door?.socketMode;
  return { addresses, ...(mode !== undefined && { socketMode: mode }) };
}

async function stateOf(flags: GatewayFlags, log: Log, metrics: Metrics, own: OwnSettings): Promise<State> {
  const { settings, policy, warnings } = await configurationOf(flags);
  for (const warning of warnings) log.warn({ config: flags.config }, warning);
  const { dnsZone, dnsServer, doh } = flags;
  const isFlagged = dnsZone !== undefined || dnsServer !== undefined || doh !== undefined;
  const resolver = isFlagged ? await resolverOf(flags) : configuredResolver(settings);
  const service = new GatewayService({
    ...serviceSettingsOf({ settings, policy }, { resolver, log, metrics }),
    ...own,
  });
  return { settings, service, resolver };
}

async function configurationOf(
  flags: GatewayFlags,
): Promise<{ settings: GatewaySettings; policy: SigningPolicy; warnings: readonly string[] }> {
  const config = flags.config === undefined ? null : await loadGatewayConfig(flags.config);
  const settings = config?.settings ?? defaultSettings();
  const authservId = flags.authservId ?? settings.authservId;
  return {
    settings: {
      ...settings,
      authservId,
      authservIds: [...new Set([authservId, ...settings.authservIds, ...(flags.trusted ?? [])])],
      whenUnable: flags.whenUnable ?? settings.whenUnable,
      logLevel: flags.logLevel ?? settings.logLevel,
    },
    policy: config?.policy ?? SIGN_NOTHING,
    warnings: config?.warnings ?? [],
  };
}
