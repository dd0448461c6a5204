import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandLine } from "../../cli/command-line.js";
import { fieldsOf, PLAIN } from "../support.js";
import { MilterClient } from "../milter/client.js";
import { Program } from "../program.js";

const cli = new CommandLine();
const KEYS = ["--domain", "example.org", "--folder", "keys"];

beforeAll(async () => {
  await cli.build();
  cli.write(
    "gateway.toml",
    `authserv_id = "mx.example.org"
    [milter]
    listen = ["unix:${join(cli.folder, "milter")}"]
    [[keys]]
    domain = "example.org"
    folder = "keys"
    [[allow]]
    logins = ["*"]
    from = ["$login"]`,
  );
});

afterAll(() => {
  cli.remove();
});

/** The selectors that sign a message of alice. */
async function selectors(): Promise<string[]> {
  const client = await (await MilterClient.open({ path: join(cli.folder, "milter") })).connected();
  const { message } = await client.deliver(PLAIN, { login: "alice@example.org" });
  client.quit();
  return fieldsOf(message, "DKIM-Signature").map((value) => /\ss=([^;]+);/.exec(value)![1]!);
}

async function keygen(...args: string[]): Promise<string> {
  const { code, stdout } = await cli.run(["keygen", ...KEYS, "--type", "ed25519", ...args]);
  expect(code).toBe(0);
  return stdout;
}

describe("a gateway that runs", () => {
  it("signs with the old key until the switch and SIGHUP, with the new one from then on", async () => {
    await keygen("--selector", "old");
    const gateway = await Program.start(cli, ["milter", "--config", "gateway.toml"]);
    try {
      const records = await keygen("--selector", "new", "--next");
      expect(await selectors()).toEqual(["old"]);
      const zone = cli.write("zone", records + (await cli.run(["dns", ...KEYS])).stdout.replace(/^new[^)]*\)\n/m, ""));
      const switched = await cli.run(["dns", "--check", "--switch", ...KEYS, "--dns-zone", zone]);
      expect(switched).toMatchObject({ code: 0, stderr: "" });
      expect(await selectors()).toEqual(["old"]);
      gateway.signal("SIGHUP");
      await gateway.logged("configuration and keys were read again");
      expect(await selectors()).toEqual(["new"]);
    } finally {
      await gateway.stop();
    }
  });

  it("does not start with a key that others can read, and says in one line what mends it", async () => {
    const path = join(cli.folder, cli.write("keys/open.private", ""));
    chmodSync(path, 0o644);
    const run = await cli.run(["milter", "--config", "gateway.toml"]);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(
      /^dkimstatus: gateway\.toml: keys\[0\]: .*open\.private: others than its owner .* cure: chmod 600 .*\n$/,
    );
    expect(run.stderr).toContain(path);
  });
});
