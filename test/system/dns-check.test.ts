import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandLine, type Run } from "../cli/command-line.js";
import { Bind } from "./stack/bind.js";
import { Machine } from "./stack/machine.js";

const machine = new Machine("dns-check");
const cli = new CommandLine();
let bind: Bind;

beforeAll(async () => {
  [bind] = await Promise.all([Bind.start(machine), cli.build()]);
});

afterAll(async () => {
  await machine.stop();
  cli.remove();
});

/** A domain with its own folder of keys. */
class Signer {
  readonly #folder: string;

  constructor(readonly domain: string) {
    this.#folder = machine.path(`signers/${domain}`);
  }

  keygen(...args: string[]): Promise<Run> {
    return this.#run("keygen", ...args);
  }

  /** A new key's record, in one line. */
  async record(...args: string[]): Promise<string> {
    const { stdout } = await this.keygen(...args, "--form", "text");
    return /^Value: (.*)$/m.exec(stdout)![1]!;
  }

  check(server = bind.server): Promise<Run> {
    return this.#run("dns", "--check", "--dns-server", server);
  }

  /** What the check finds for each selector. */
  async findings(): Promise<Record<string, string>> {
    const { stdout } = await this.check();
    const lines = [...stdout.matchAll(/^(\S+)\._domainkey\.\S+ \(.*\): (.*)$/gm)];
    return Object.fromEntries(lines.map(([, selector, found]) => [selector!, found!]));
  }

  async #run(command: string, ...args: string[]): Promise<Run> {
    const run = await cli.run([command, "--domain", this.domain, "--folder", this.#folder, ...args]);
    expect(run.stderr).toBe("");
    return run;
  }
}

/** A BIND of its own that serves one zone from a file, as a postmaster has it. @returns ADDRESS:PORT */
async function serveZone(domain: string, file: string): Promise<string> {
  const port = await machine.port();
  const configuration = `
options {
  directory "${machine.mkdir("zone")}"; pid-file none; session-keyfile none; notify no; recursion no;
  dnssec-validation no; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
};
controls { };
zone "${domain}" { type primary; file "${file}"; };
`;
  const path = machine.write("zone/named.conf", configuration);
  await machine.start("zone/named", "named", ["-g", "-n", "1", "-c", path]).listening(port);
  return `127.0.0.1:${port}`;
}

describe("what keygen prints", () => {
  it("is loaded by BIND as it is, and found right there by dns --check", async () => {
    const signer = new Signer("zone.example");
    const { stdout: records } = await signer.keygen();
    const start =
      "$TTL 60\n@ IN SOA ns.zone.example. root.zone.example. 1 60 60 3600 60\n@ IN NS ns\nns IN A 127.0.0.1\n";
    const file = machine.write("zone.example.zone", start + records);
    expect(execFileSync("named-checkzone", ["zone.example", file], { encoding: "utf8" })).toMatch(/\nOK\n$/);
    const run = await signer.check(await serveZone("zone.example", file));
    expect(run.stdout.match(/signs\): published\n/g)).toHaveLength(2);
    expect(run.code).toBe(0);
  });

  it("is taken by nsupdate, RSA keys of 4096 bits included", async () => {
    const signer = new Signer("update.example");
    const { stdout: commands } = await signer.keygen("--form", "nsupdate", "--bits", "4096", "--ttl", "0");
    expect((await signer.check()).code).toBe(1);
    bind.update(commands);
    expect((await signer.check()).code).toBe(0);
    expect(Object.values(await signer.findings())).toEqual(["published", "published"]);
  });
});

describe("dns --check against what BIND serves", () => {
  it("finds each fault", async () => {
    const signer = new Signer("faulty.example");
    const record = await signer.record("--type", "rsa", "--selector", "s");
    const other = await signer.record("--type", "rsa", "--selector", "t", "--next");
    const strings = record.match(/.{1,255}/g)!;
    const name = "s._domainkey.faulty.example";
    const foundWith = async (...records: string[]) => {
      if (records.length > 0) bind.addTxt(name, ...records);
      const { s } = await signer.findings();
      if (records.length > 0) bind.remove(name);
      return s;
    };
    expect(await foundWith()).toBe("absent");
    expect(await foundWith(record)).toBe("published");
    expect(await foundWith(...strings)).toBe("strings-as-records");
    expect(await foundWith(strings[0])).toBe("truncated");
    expect(await foundWith(`"${strings.join('" "')}"`)).toBe("quotes-inside");
    expect(await foundWith(record, "v=spf1 -all")).toBe("several-records");
    expect(await foundWith(other)).toBe("other-key");
    expect(await foundWith(record.replace("p=", "t=y; p="))).toBe("testing");
    expect(await foundWith("v=DKIM1; k=rsa; p=")).toBe("revoked");
  });

  it("tells a server that does not answer from a record that is not there", async () => {
    const signer = new Signer("broken.example");
    await signer.keygen("--type", "ed25519", "--selector", "s");
    expect(await signer.findings()).toEqual({ s: "no-answer" });
  });
});
