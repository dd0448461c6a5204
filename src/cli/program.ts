import { Command } from "commander";
import pkg from "../../package.json" with { type: "json" };
import * as annotate from "./commands/annotate.js";
import * as checkConfig from "./commands/check-config.js";
import * as dns from "./commands/dns.js";
import * as explain from "./commands/explain.js";
import * as keygen from "./commands/keygen.js";
import * as milter from "./commands/milter.js";
import * as proxyIn from "./commands/proxy-in.js";
import * as proxyOut from "./commands/proxy-out.js";
import * as serve from "./commands/serve.js";
import * as sign from "./commands/sign.js";
import * as status from "./commands/status.js";
import * as verify from "./commands/verify.js";
import { reportFailure } from "./failure.js";

/** Each adds itself; `--help` lists them in this order. */
const COMMANDS: readonly { readonly register: (program: Command) => void }[] = [
  verify,
  annotate,
  status,
  explain,
  sign,
  keygen,
  dns,
  checkConfig,
  serve,
  milter,
  proxyIn,
  proxyOut,
];

/** The command line: what it takes is in each command's own file. */
export function createProgram(): Command {
  const program = new Command("dkimstatus")
    .description("Tells which domain vouches for a message, and whether that is the author's own.")
    .version(pkg.version)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: reportUsage });
  for (const { register } of COMMANDS) register(program);
  return program;
}

/** One line, as for every other failure. */
function reportUsage(text: string): void {
  const line = text.replace(/^error: /, "").trim();
  reportFailure(new Error(`${line.replace(/\s+/g, " ")} (see dkimstatus --help)`));
}
