import type { Command } from "commander";
import { addProxyOptions, type ProxyFlags } from "../options/proxy.js";

export const DEFAULT_ADDRESS = "127.0.0.1:10027";

export function register(program: Command): void {
  const command = program
    .command("proxy-out")
    .description(
      "Sign mail on its way through SMTP (content_filter of the submission service). Drop-in for dkimproxy.out.",
    )
    .action(async (listen: string | undefined, relay: string | undefined, flags: ProxyFlags) => {
      const { runProxyOut } = await import("../gateway/run-proxy.js");
      await runProxyOut({
        ...flags,
        ...(listen !== undefined && { listen: [listen] }),
        ...(relay !== undefined && { relay }),
      });
    });
  addProxyOptions(command, DEFAULT_ADDRESS, "out");
}
