import type { Command } from "commander";

export function register(program: Command): void {
  program
    .command("check-config")
    .description("Look over a gateway's configuration, and the keys, tables and lists that it names.")
    .argument("<file>", "the configuration (TOML)")
    .action(async (path: string) => {
      const { checkConfig } = await import("../config/check-config.js");
      process.exitCode = await checkConfig(path);
    })
    .addHelpText(
      "after",
      "\nExit code: 0 it is in order, 1 it is not; whether a port is free or a token file holds a token shows at the start only.",
    );
}
