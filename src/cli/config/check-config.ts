import { formatAddress } from "../../gateway/address.js";
import { ConfigError } from "../../gateway/config/errors.js";
import { loadGatewayConfig, type GatewayConfig } from "../../gateway/config/load.js";
import type { GatewaySettings } from "../../gateway/config/settings.js";
import { EXIT, reportFailure } from "../failure.js";
import { print } from "../terminal/output.js";
import { plainText } from "../terminal/plain-text.js";

/** The command `check-config`: one line for each problem. @returns the exit code */
export async function checkConfig(path: string): Promise<number> {
  try {
    const config = await loadGatewayConfig(path);
    await print(
      summary(path, config)
        .map((line) => plainText(line) + "\n")
        .join(""),
    );
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) reportFailure(new Error(`${path}: ${problem}`));
    return EXIT.notPassing;
  }
}

function summary(path: string, { settings, keys, warnings }: GatewayConfig): string[] {
  const listed = keys.map(
    ({ name, path: file, privateKey }) => `  ${name} (${privateKey.type}, ${privateKey.bits} bits, ${file})`,
  );
  return [
    `${path}: in order`,
    `authserv-id: ${settings.authservId}; fields are taken out that claim: ${settings.authservIds.join(", ")}`,
    ...doorLines(settings),
    keys.length === 0 ? "keys: none, nothing is signed" : "keys:",
    ...listed,
    ...warnings.map((warning) => `warning: ${warning}`),
  ];
}

function doorLines({ milter, http, proxyIn, proxyOut }: GatewaySettings): string[] {
  const doors = Object.entries({ milter, http, proxy_in: proxyIn, proxy_out: proxyOut });
  const open = doors.flatMap(([name, door]) =>
    door === null ? [] : [`${name}: ${door.listen.map(formatAddress).join(", ")}`],
  );
  return open.length === 0
    ? ["doors: no table; a command listens where --listen says, or by its default (see its --help)"]
    : open;
}
