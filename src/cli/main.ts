#!/usr/bin/env node
import { CommanderError } from "commander";
import { EXIT, reportFailure } from "./failure.js";
import { createProgram } from "./program.js";
import { watchOutput } from "./terminal/output.js";

watchOutput();
try {
  const program = createProgram();
  const names = program.commands.map((command) => command.name()).join(", ");
  if (process.argv.length <= 2) program.error(`no command: there are ${names}`);
  await program.parseAsync();
} catch (error) {
  process.exitCode = EXIT.failed;
  if (!(error instanceof CommanderError)) reportFailure(error);
  else if (error.exitCode === 0) process.exitCode = EXIT.done; // --help, --version
}
