import { parseAddress, type ListenAddress } from "../../gateway/address.js";
import { runDaemon } from "../../gateway/daemon.js";
import { Doors, type DoorServer } from "../../gateway/doors.js";
import { MilterServer } from "../../gateway/milter/server.js";
import { DEFAULT_ADDRESS, type MilterFlags } from "../commands/milter.js";
import { monitoringServer } from "./monitoring.js";
import { doorOf, openGateway } from "./settings.js";

/** The command `milter`, until it is stopped. */
export async function runMilter(flags: MilterFlags): Promise<void> {
  await runDaemon(async () => {
    const gateway = await openGateway(flags);
    const { log, service, reload } = gateway;
    const { milter } = gateway.settings;
    const { addresses, ...door } = doorOf(flags, milter, DEFAULT_ADDRESS);
    const options = {
      ...door,
      service,
      log,
      allowedPeers: flags.allow ?? milter?.allowedPeers,
      maxConnections: flags.maxConnections ?? milter?.maxConnections,
      messageTimeout: milter?.messageTimeout,
    };
    const servers = addresses.map((address): [DoorServer, ListenAddress] => [new MilterServer(options), address]);
    if (flags.metrics !== undefined) servers.push([monitoringServer(gateway), parseAddress(flags.metrics)]);
    return new Doors(servers, log, reload);
  }, flags);
}
