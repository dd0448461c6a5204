import cluster from "node:cluster";
import { parseAddress, type ListenAddress } from "../../gateway/address.js";
import type { ProxySettings } from "../../gateway/config/settings.js";
import { runDaemon, type Daemon } from "../../gateway/daemon.js";
import { loadDkimproxyIn, loadDkimproxyOut, type DkimproxyConfig } from "../../gateway/dkimproxy/configuration.js";
import { withLegacyField } from "../../gateway/dkimproxy/legacy-field.js";
import { Doors, Reloadable, type DoorServer } from "../../gateway/doors.js";
import type { Relay } from "../../gateway/smtp/next-hop-connection.js";
import { SmtpProxyServer } from "../../gateway/smtp/server.js";
import type { Editor } from "../../gateway/smtp/transit.js";
import * as proxyIn from "../commands/proxy-in.js";
import * as proxyOut from "../commands/proxy-out.js";
import { CliError } from "../failure.js";
import { dkimproxySettings } from "../options/dkimproxy.js";
import type { ProxyFlags } from "../options/proxy.js";
import { monitoringServer } from "./monitoring.js";
import { doorOf, openGateway, type Gateway, type OwnSettings } from "./settings.js";

/** The command `proxy-in`, until it is stopped. */
export async function runProxyIn(flags: proxyIn.ProxyInFlags): Promise<void> {
  const overrides = dkimproxySettings(flags, "in");
  await runDaemon(async () => {
    const former = flags.conf_file === undefined ? null : await loadDkimproxyIn(flags.conf_file, overrides);
    const authservId = flags.authservId ?? former?.authservId;
    const gateway = await openGateway(
      withFormer({ ...flags, ...(authservId !== undefined && { authservId }) }, former),
    );
    if (former !== null && flags.xDkimAuthenticationResults !== true) {
      sayOnce(gateway, flags, ["X-DKIM-Authentication-Results is written with --x-dkim-authentication-results only"]);
    }
    const door = former === null ? gateway.settings.proxyIn : doorOfFormer(former);
    return openProxy("proxy-in", incoming(gateway, flags), { gateway, flags, door, former, reload: gateway.reload });
  }, flags);
}

/** The command `proxy-out`, until it is stopped. */
export async function runProxyOut(flags: ProxyFlags): Promise<void> {
  const overrides = dkimproxySettings(flags, "out");
  await runDaemon(async () => {
    const { conf_file } = flags;
    const former = conf_file === undefined ? null : await Reloadable.of(() => loadDkimproxyOut(conf_file, overrides));
    // Outgoing mail is signed or passed on as it is: our fields are not for others to read.
    const own = (): OwnSettings => ({
      unsigned: "stripped",
      ...(former !== null && { signing: {}, signingPolicy: former.current().policy }),
    });
    const gateway = await openGateway(withFormer(flags, former?.current() ?? null), own);
    const door = former === null ? gateway.settings.proxyOut : doorOfFormer(former.current());
    const reload = async (): Promise<void> => {
      await former?.reload();
      await gateway.reload();
    };
    const { service } = gateway;
    return openProxy("proxy-out", service, { gateway, flags, door, former: former?.current() ?? null, reload });
  }, flags);
}

interface Surroundings {
  readonly gateway: Gateway;
  readonly flags: ProxyFlags;
  readonly door: ProxySettings | null;
  readonly former: DkimproxyConfig | null;
  readonly reload: () => Promise<void>;
}

function openProxy(
  door: "proxy-in" | "proxy-out",
  service: () => Editor,
  { gateway, flags, door: settings, former, reload }: Surroundings,
): Daemon {
  const { log } = gateway;
  const defaultAddress = door === "proxy-in" ? proxyIn.DEFAULT_ADDRESS : proxyOut.DEFAULT_ADDRESS;
  const { addresses, ...listening } = doorOf(flags, settings, defaultAddress);
  sayOnce(gateway, flags, former?.notices ?? []);
  const options = {
    ...listening,
    door,
    service,
    relay: relayOf(flags, settings),
    hostname: gateway.settings.authservId,
    log,
    allowedPeers: flags.allow ?? settings?.allowedPeers,
    maxConnections: flags.maxConnections ?? settings?.maxConnections,
    maxOctets: flags.maxSize ?? gateway.settings.maxOctets,
    spoolFolder: flags.spool ?? gateway.settings.spoolFolder,
  };
  const servers = addresses.map((address): [DoorServer, ListenAddress] => [new SmtpProxyServer(options), address]);
  if (flags.metrics !== undefined) servers.push([monitoringServer(gateway), parseAddress(flags.metrics)]);
  return new Doors(servers, log, reload);
}

function incoming({ service }: Gateway, { xDkimAuthenticationResults }: proxyIn.ProxyInFlags): () => Editor {
  return () => {
    const current = service();
    return {
      edit: async (source, context) => {
        const edit = await current.annotate(source, context);
        return xDkimAuthenticationResults === true ? withLegacyField(edit) : edit;
      },
    };
  };
}

/** DKIMproxy's file applies unless a flag says otherwise. */
function withFormer(flags: ProxyFlags, former: DkimproxyConfig | null): ProxyFlags {
  return former === null ? flags : { ...flags, whenUnable: flags.whenUnable ?? former.whenUnable };
}

function doorOfFormer({ listen, relay }: DkimproxyConfig): ProxySettings {
  return { listen: [listen], relay, socketMode: 0o660, allowedPeers: undefined, maxConnections: undefined };
}

function relayOf(flags: ProxyFlags, settings: ProxySettings | null): Relay {
  const relay = flags.relay === undefined ? settings?.relay : parseAddress(flags.relay);
  if (relay === undefined) throw new CliError("where mail goes is not said: --relay HOST:PORT");
  if (relay.kind === "systemd") throw new CliError(`${flags.relay ?? "systemd"} is no server to send mail to`);
  return relay;
}

/** By the first process only: the others would say the same. */
function sayOnce({ log }: Gateway, flags: ProxyFlags, notices: readonly string[]): void {
  if (cluster.isWorker) return;
  for (const notice of notices) log.info({ config: flags.conf_file }, notice);
}
