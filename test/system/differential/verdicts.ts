/** What everybody says of the same messages. */
import { execFileSync } from "node:child_process";
import { dkimVerify } from "mailauth/lib/dkim/verify.js";
import type { Bind } from "../stack/bind.js";
import { verifyFiles } from "../stack/cli.js";
import type { Machine } from "../stack/machine.js";
import { dkimpy, mailDkim } from "../stack/peers.js";
import { RECORDS } from "./mutants.js";

export const PEERS = ["mailauth", "Mail::DKIM", "dkimpy", "OpenDKIM"] as const;
export type Peer = (typeof PEERS)[number];

/** Whether any signature of the message passes. */
export type Verdicts = Readonly<Record<Peer, readonly boolean[]>>;

/** The reason of each message's topmost signature, `pass` where one passes, `none` where there is none. */
export function ours(machine: Machine, bind: Bind, messages: readonly Buffer[]): string[] {
  const files = written(machine, messages);
  return verifyFiles(bind, files).map(({ signatures }) => {
    if (signatures.some(({ result }) => result === "pass")) return "pass";
    return signatures[0]?.reason ?? "none";
  });
}

export async function theirs(machine: Machine, bind: Bind, messages: readonly Buffer[]): Promise<Verdicts> {
  const anyPass = (results: readonly (readonly string[])[]) => results.map((each) => each.includes("pass"));
  const byMailauth: string[][] = [];
  for (const message of messages) {
    // It throws for some that it cannot read.
    const answer = await dkimVerify(message, { curTime: new Date(), resolver }).catch(() => ({ results: [] }));
    byMailauth.push(answer.results.map(({ status }) => status.result));
  }
  return {
    mailauth: anyPass(byMailauth),
    "Mail::DKIM": anyPass(mailDkim(machine, bind).verify(messages)),
    dkimpy: anyPass(dkimpy(machine, bind).verify(messages)),
    OpenDKIM: byOpenDkim(machine, bind, messages),
  };
}

function resolver(name: string): Promise<string[][]> {
  const record = RECORDS[name.toLowerCase()];
  if (record !== undefined) return Promise.resolve([[record]]);
  return Promise.reject(Object.assign(new Error(name), { code: "ENOTFOUND" }));
}

/** One line for each file. opendkim(8) -t */
function byOpenDkim(machine: Machine, bind: Bind, messages: readonly Buffer[]): boolean[] {
  const configuration = machine.write("opendkim/test.conf", `Mode v\nNameservers 127.0.0.1@${bind.port}\n`);
  return written(machine, messages).map((file) => {
    try {
      const said = execFileSync("opendkim", ["-x", configuration, "-t", file], { encoding: "utf8", stdio: "pipe" });
      return / verification .* succeeded/.test(said);
    } catch {
      return false;
    }
  });
}

function written(machine: Machine, messages: readonly Buffer[]): string[] {
  return messages.map((message, index) => machine.write(`messages/${index}.eml`, message));
}
