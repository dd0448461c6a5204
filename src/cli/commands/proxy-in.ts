import type { Command } from "commander";
import { addProxyOptions, type ProxyFlags } from "../options/proxy.js";

export interface ProxyInFlags extends ProxyFlags {
  readonly xDkimAuthenticationResults?: true;
}

export const DEFAULT_ADDRESS = "127.0.0.1:10025";

export function register(program: Command): void {
  const command = program
    .command("proxy-in")
    .description("Verify mail on its way through SMTP (smtpd_proxy_filter, content_filter). Drop-in for dkimproxy.in.")
    .option("--x-dkim-authentication-results", "also write the field that DKIMproxy wrote, for old readers")
    .action(async (listen: string | undefined, relay: string | undefined, flags: ProxyInFlags) => {
      const { runProxyIn } = await import("../gateway/run-proxy.js");
      await runProxyIn({
        ...flags,
        ...(listen !== undefined && { listen: [listen] }),
        ...(relay !== undefined && { relay }),
      });
    });
  addProxyOptions(command, DEFAULT_ADDRESS, "in");
}
