#!/usr/bin/env node
import { CommanderError } from "commander";
import { EXIT, reportFailure } from "./failure.js";
import { createProgram } from "./program.js";
import { watchOutput } from "./terminal/output.js";

watchOutput();
try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = EXIT.failed;
  if (!(error instanceof CommanderError)) reportFailure(error);
  else if (error.exitCode === 0) process.exitCode = EXIT.done; // --help, --version
}
