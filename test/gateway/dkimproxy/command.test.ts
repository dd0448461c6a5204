import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { OPTIONS } from "../../../src/gateway/dkimproxy/options.js";
import { dkimproxySettings, type DkimproxyFlags } from "../../../src/cli/options/dkimproxy.js";
import { addProxyOptions } from "../../../src/cli/options/proxy.js";
import { createProgram } from "../../../src/cli/program.js";

function flagsOf(program: "in" | "out", ...args: string[]): DkimproxyFlags {
  const command = addProxyOptions(new Command(), "127.0.0.1:1", program).exitOverride();
  command.parse(args, { from: "user" });
  return command.opts();
}

describe("the command line of a proxy", () => {
  it("takes DKIMproxy's options beside its file, in both spellings", () => {
    const flags = flagsOf(
      ...(["out", "--conf_file=/x", "--reject-error", "--domain=a.example", "--max_servers", "5"] as const),
      ...["--signature", "dkim(s=a)", "--signature", "domainkeys", "127.0.0.1:1", "127.0.0.1:2"],
    );
    expect(dkimproxySettings(flags, "out")).toEqual([
      { name: "reject_error", value: "", place: "--reject_error" },
      { name: "domain", value: "a.example", place: "--domain" },
      { name: "max_servers", value: "5", place: "--max_servers" },
      { name: "signature", value: "dkim(s=a)", place: "--signature" },
      { name: "signature", value: "domainkeys", place: "--signature" },
    ]);
  });

  it("keeps its own options for itself", () => {
    const flags = flagsOf("in", "--listen", "127.0.0.1:1", "--relay", "127.0.0.1:2", "--log-level", "warn");
    expect(dkimproxySettings(flags, "in")).toEqual([]);
  });

  it("wants the file where there is an option of DKIMproxy's", () => {
    const flags = flagsOf("in", "--hostname", "mx.example.net");
    expect(() => dkimproxySettings(flags, "in")).toThrow(
      "--hostname is an option of DKIMproxy, and goes with --conf_file",
    );
  });

  it("has every option of DKIMproxy, and both proxies among its commands", () => {
    expect(OPTIONS.size).toBeGreaterThan(40);
    const names = createProgram().commands.map((command) => command.name());
    expect(names).toContain("proxy-in");
    expect(names).toContain("proxy-out");
  });
});
