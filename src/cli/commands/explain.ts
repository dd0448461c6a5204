import { hostname } from "node:os";
import { Option, type Command } from "commander";
import {
  loadPublicSuffixList,
  parseAuthenticationResults,
  statusOf,
  verify,
  type StatusReport,
  type Verification,
} from "../../index.js";
import { parseHeader, unfold } from "../../message/header.js";
import { decodeUtf8Lossy } from "../../message/octets.js";
import { explanationOf } from "../explain/explanation.js";
import { laidOut } from "../explain/layout.js";
import { CliError } from "../failure.js";
import { withStart } from "../files/with-start.js";
import { judgeFiles } from "../judge-files.js";
import { addDnsOptions, resolverOf, type DnsFlags } from "../options/dns.js";
import { addSenderOptions, type SenderFlags } from "../options/sender.js";
import { addTimeOptions, timesOf, type TimeFlags } from "../options/time.js";
import { addTrustOptions, trustOf, type TrustFlags } from "../options/trust.js";

interface Flags extends DnsFlags, TimeFlags, TrustFlags, SenderFlags {}

export function register(program: Command): void {
  const command = program
    .command("explain")
    .description("Say why a message is (not) signed, (not) passing, (not) trusted, and what would cure it.")
    .argument("[file]", "a message, FILE#N for one of an mbox, - for standard input")
    .action(async (path: string | undefined, flags: Flags) => {
      const { config, sender } = flags;
      if (path !== undefined && config === undefined) process.exitCode = await explain(path, flags);
      else if (path === undefined && config !== undefined && sender !== undefined) {
        const { explainSender } = await import("../config/explain-sender.js");
        await explainSender(config, sender, flags);
      } else throw new CliError("explain takes a message, or --config and --sender");
    });
  addSenderOptions(addTrustOptions(addTimeOptions(addDnsOptions(command))));
  command.addOption(new Option("--authserv-id <id>").default(hostname()).hideHelp());
}

interface Judgement {
  readonly verification: Verification;
  readonly report: StatusReport;
  readonly authservIds: readonly (string | null)[];
}

async function explain(path: string, flags: Flags): Promise<number> {
  const options = { resolver: await resolverOf(flags), ...timesOf(flags) };
  const trust = {
    ...trustOf(flags),
    receivedAt: flags.receivedAt ?? flags.now,
    organizationalDomain: await loadPublicSuffixList(),
  };
  return judgeFiles<Judgement>([path], {
    judge: async (message) => {
      const { octets, start } = withStart(message);
      const verification = await verify(octets, options);
      return { verification, report: statusOf({ headers: start() }, trust), authservIds: authservIdsOf(start()) };
    },
    show: (name, judgement) => laidOut(explanationOf({ name, trusted: flags.trusted ?? [], ...judgement })),
    end: () => "",
  });
}

function authservIdsOf(message: Uint8Array): (string | null)[] {
  return parseHeader(message)
    .fields.filter(({ key }) => key === "authentication-results")
    .map(({ value }) => parseAuthenticationResults(decodeUtf8Lossy(unfold(value))).authservId);
}
