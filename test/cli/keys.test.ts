import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { FINDING_TEXTS } from "../../src/cli/keys/finding-texts.js";
import { filled } from "../../src/cli/explain/text.js";
import { CommandLine, type Run } from "./command-line.js";

const cli = new CommandLine();

beforeAll(async () => {
  await cli.build();
});

afterAll(() => {
  cli.remove();
});

let count = 0;
let folder: string;

beforeEach(() => {
  folder = `keys-${++count}`;
});

function keygen(...args: string[]): Promise<Run> {
  return cli.run(["keygen", "--domain", "example.org", "--folder", folder, ...args]);
}

function dns(...args: string[]): Promise<Run> {
  return cli.run(["dns", "--domain", "example.org", "--folder", folder, ...args]);
}

const files = () => readdirSync(join(cli.folder, folder)).sort();

/** Publishes what was printed, in a zone file. */
function published(...runs: Run[]): string[] {
  return ["--dns-zone", cli.write(`${folder}.zone`, runs.map(({ stdout }) => stdout).join(""))];
}

describe("keygen", () => {
  test("makes an RSA and an Ed25519 key of mode 0600, with the date in their names, and prints a zone", async () => {
    const run = await keygen();
    expect(run).toMatchObject({ code: 0, stderr: "" });
    const date = new Date().toISOString().slice(0, 10).replaceAll("-", "");
    expect(files()).toEqual([`ed${date}.private`, `rsa${date}.private`]);
    for (const file of files()) expect(statSync(join(cli.folder, folder, file)).mode & 0o777).toBe(0o600);
    expect(await dns("--check", ...published(run))).toMatchObject({ code: 0, stderr: "" });
  });

  test("--next never takes the selector of a key that is there: its record would replace one that is needed", async () => {
    await keygen("--type", "ed25519");
    const next = await keygen("--type", "ed25519", "--next", "--form", "nsupdate");
    const date = new Date().toISOString().slice(0, 10).replaceAll("-", "");
    expect(files()).toEqual([`ed${date}-2.next`, `ed${date}.private`]);
    expect(next.stdout).not.toContain(`ed${date}._domainkey`);
  });

  test("overwrites nothing, and makes no second key that would sign at once", async () => {
    await keygen("--type", "rsa", "--selector", "a", "--bits", "2048");
    const before = readFileSync(join(cli.folder, folder, "a.private"));
    const again = await keygen("--type", "rsa", "--selector", "a");
    expect(again).toMatchObject({ code: 2, stdout: "" });
    expect(again.stderr).toMatch(/a\.private: signs already; --next makes a key beside it \(rsa\)\n$/);
    await keygen("--type", "rsa", "--selector", "b", "--next");
    const twice = await keygen("--type", "rsa", "--selector", "b", "--next");
    expect(twice.stderr).toMatch(/b\.next: exists already, and is not overwritten; --selector names another\n$/);
    expect(readFileSync(join(cli.folder, folder, "a.private"))).toEqual(before);
  });

  test("makes no key in a folder of which it cannot tell what signs there", async () => {
    mkdirSync(join(cli.folder, folder));
    writeFileSync(join(cli.folder, folder, "my key.private"), "");
    const run = await keygen("--type", "rsa");
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toMatch(/my key\.private: a key's file is called SELECTOR\.private; my key is no selector\n$/);
    expect(files()).toEqual(["my key.private"]);
  });

  test.each([
    [["--selector", "a"], "--selector: a selector is the name of one key; say which with --type"],
    [["--type", "rsa", "--bits", "1024"], "Allowed: 2048, 3072, 4096."],
    [["--type", "rsa", "--bits", "12048"], "Allowed: 2048, 3072, 4096."],
    [["--type", "rsa", "--bits", "20480"], "Allowed: 2048, 3072, 4096."],
    [["--type", "dsa"], "Allowed: rsa, ed25519."],
    [["--domain", "org"], "--domain: org is no domain such as example.org"],
  ])("refuses %j in one line", async (args, text) => {
    const run = await keygen(...args);
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain(text);
    expect(run.stderr.trimEnd()).not.toContain("\n");
  });
});

describe("dns", () => {
  test("prints records for a zone, for web forms and for nsupdate", async () => {
    await keygen("--type", "ed25519", "--selector", "ed");
    const name = "ed._domainkey.example.org";
    expect((await dns()).stdout).toMatch(
      new RegExp(`^${name}\\. 3600 IN TXT \\(\n\t"v=DKIM1; k=ed25519; p=.*"\n\t\\)\n$`),
    );
    expect((await dns("--form", "text")).stdout).toMatch(new RegExp(`^Name:  ${name}\nType:  TXT\nValue: v=DKIM1;`));
    expect((await dns("--form", "nsupdate", "--ttl", "60")).stdout).toMatch(
      new RegExp(`^update delete ${name}\\. TXT\nupdate add ${name}\\. 60 TXT "v=DKIM1.*"\nsend\n$`),
    );
  });

  test("takes one key by its file, or all of a configuration", async () => {
    const { stdout } = await keygen("--type", "ed25519", "--selector", "ed");
    const record = stdout.slice(stdout.indexOf("ed._domainkey"), stdout.lastIndexOf(";"));
    const key = join(folder, "ed.private");
    const one = await cli.run(["dns", "--domain", "example.org", "--key", key, "--selector", "ed"]);
    expect(one.stdout).toBe(record);
    const config = cli.write(`${folder}.toml`, `[[keys]]\ndomain = "example.org"\nfolder = "${folder}"\n`);
    expect((await cli.run(["dns", "--config", config])).stdout).toBe(record);
    expect((await cli.run(["dns", "--config", config, "--domain", "example.com"])).stderr).toContain(
      "has no keys of example.com",
    );
  });

  test("--check says of each key what is wrong with its record, and the cure", async () => {
    const { stdout } = await keygen();
    const zone = stdout.replace(/"v=DKIM1; k=ed25519/, '"v=DKIM1; t=y; k=ed25519').replace(/^rsa[^)]*\)/m, "");
    const run = await dns("--check", "--dns-zone", cli.write(`${folder}.zone`, zone));
    expect(run).toMatchObject({ code: 1, stderr: "" });
    expect(run.stdout).toMatch(
      /^ed\d+\._domainkey\.example\.org \(.*\.private, signs\): testing\n.*t=y.*\n {2}Cure: Take y out of t=\.\n/,
    );
    expect(run.stdout).toMatch(
      /\nrsa\d+\._domainkey\.example\.org \(.*\.private, signs\): absent\n {2}There is no TXT record at rsa/,
    );
  });

  test.each([
    [["--switch"], "--switch needs --check"],
    [["--check", "--revoke"], "cannot be used with option '--revoke'"],
    [["--config", "gateway.toml"], "cannot be used with option '--folder"],
    [["--revoke", "--after-days", "7d"], "Not a whole number of days."],
    [["--revoke", "--after-days", "-1"], "Not a whole number of days."],
  ])("refuses %j in one line", async (args, text) => {
    await keygen("--type", "ed25519");
    const run = await dns(...args);
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain(text);
  });

  test("names the ways to say which keys are meant", async () => {
    const run = await cli.run(["dns", "--domain", "example.org"]);
    expect(run.stderr).toContain("--domain with --folder, --domain with --key and --selector, or --config");
  });
});

describe("rotation", () => {
  test("is three commands: a key beside the old, the switch when it is published, the withdrawal a week later", async () => {
    const old = await keygen("--selector", "old", "--type", "ed25519");
    const next = await keygen("--selector", "new", "--type", "ed25519", "--next");
    expect(files()).toEqual(["new.next", "old.private"]);

    const early = await dns("--check", "--switch", ...published(old));
    expect(early.code).toBe(1);
    expect(early.stdout).toContain("new._domainkey.example.org (keys-");
    expect(files()).toEqual(["new.next", "old.private"]);

    const zone = published(old, next);
    const switched = await dns("--check", "--switch", ...zone);
    expect(switched).toMatchObject({ code: 0, stderr: "" });
    expect(switched.stdout).toContain("reload the gateway");
    expect(files()).toEqual(["new.private", "old.retired"]);

    const soon = await dns("--revoke");
    expect(soon.stdout).toMatch(/^; old\._domainkey\.example\.org: not before \d{4}-/);
    expect((await dns("--check", ...zone)).stdout).toMatch(
      /old\.retired, is retired\): published\n {2}It can be withdrawn from \d{4}-/,
    );
    expect((await dns("--revoke", "--after-days", "0")).stdout).toMatch(/^old\._domainkey\.example\.org\. 3600 IN TXT/);
    const past = new Date(Date.now() - 8 * 86_400_000);
    utimesSync(join(cli.folder, folder, "old.retired"), past, past);
    const due = await dns("--revoke", "--form", "nsupdate");
    expect(due.stdout).toContain('update add old._domainkey.example.org. 3600 TXT "v=DKIM1; k=ed25519; p="\n');
    const gone = await dns("--check", ...published(next, await dns("--revoke")));
    expect(gone.code).toBe(0);
    expect(gone.stdout).toContain("It is withdrawn; its file can be deleted.");
  });
});

describe("check-config and explain --config", () => {
  const CONFIG = `
    authserv_id = "mx.example.org"
    [milter]
    listen = ["inet:127.0.0.1:8891"]
    [[keys]]
    domain = "example.org"
    folder = "KEYS"
    [[allow]]
    logins = ["*"]
    from = ["$login"]
    [[allow]]
    networks = ["192.0.2.0/24"]
    from = ["example.org"]
  `;

  async function config(): Promise<string> {
    await keygen("--selector", "ed", "--type", "ed25519");
    return cli.write(`${folder}.toml`, CONFIG.replace("KEYS", folder));
  }

  test("check-config says what the gateway would do", async () => {
    const path = await config();
    const run = await cli.run(["check-config", path]);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout).toBe(
      `${path}: in order\nauthserv-id: mx.example.org; fields are taken out that claim: mx.example.org\n` +
        `milter: 127.0.0.1:8891\nkeys:\n  ed._domainkey.example.org (ed25519, 256 bits, ${join(cli.folder, folder)}/ed.private)\n`,
    );
  });

  test("check-config says what there is not, and warns of what is likely not meant", async () => {
    const empty = await cli.run([
      "check-config",
      cli.write(`${folder}.toml`, 'authserv_id = "a"\nauthserv_ids = ["b"]'),
    ]);
    expect(empty).toMatchObject({ code: 0, stderr: "" });
    expect(empty.stdout.split("\n").slice(1)).toEqual([
      "authserv-id: a; fields are taken out that claim: a, b",
      "doors: no table; a command listens where --listen says, or by its default (see its --help)",
      "keys: none, nothing is signed",
      "",
    ]);
    const path = await config();
    const addresses = CONFIG.slice(0, CONFIG.indexOf("[[allow]]")).replace('"]', '", "unix:/run/x"]');
    const { stdout } = await cli.run(["check-config", cli.write(path, addresses.replace("KEYS", folder))]);
    expect(stdout).toContain("\nmilter: 127.0.0.1:8891, unix:/run/x\n");
    expect(stdout).toContain("\nwarning: allow: nobody may sign; there are keys, but no [[allow]] rule\n");
  });

  test("check-config tells each problem in a line of its own", async () => {
    mkdirSync(join(cli.folder, folder));
    writeFileSync(join(cli.folder, folder, "s.private"), "", { mode: 0o644 });
    const path = cli.write(`${folder}.toml`, CONFIG.replace("KEYS", folder) + '[[allow]]\nfrom = ["*"]\n');
    const run = await cli.run(["check-config", path]);
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr.trimEnd().split("\n")).toEqual([
      expect.stringMatching(/^dkimstatus: .*: keys\[0\]: .*s\.private: others than its owner .* cure: chmod 600 /),
      expect.stringMatching(/^dkimstatus: .*: allow\[2\]: says nobody's name/),
    ]);
    expect((await cli.run(["check-config", "none.toml"])).stderr).toBe("dkimstatus: none.toml: no such file\n");
  });

  async function explained(...args: string[]): Promise<string> {
    const run = await cli.run(["explain", "--config", await config(), ...args]);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    return run.stdout.replace(/\s+/g, " ");
  }

  test("explain says which rule signs", async () => {
    const text = await explained("--sender", "alice@sub.example.org", "--login", "alice@sub.example.org");
    expect(text).toContain("Is signed with: - ed._domainkey.example.org");
    expect(text).toContain(
      "allow[0] allows it. The nearest domain with keys is example.org: ed._domainkey.example.org.",
    );
  });

  test("explain says why none does, and the cure", async () => {
    const text = await explained(
      "--sender",
      "bob@example.com",
      "--login",
      "alice@example.org",
      "--client",
      "192.0.2.1",
    );
    expect(text).toContain(
      "Is not signed. - Who submitted the message is known, but may not write as bob@example.com.",
    );
    expect(text).toContain("allow[0] does not apply: the author is not in its from.");
    const stranger = await explained("--sender", "alice@example.org", "--client", "203.0.113.1");
    expect(stranger).toContain("No [[allow]] rule knows who submitted the message.");
    expect(await explained("--sender", "alice@", "--login", "x")).toContain(
      "The From field holds no address that can be read.",
    );
  });

  test("explain takes a message or a configuration, not both", async () => {
    const run = await cli.run(["explain", "--config", "gateway.toml"]);
    expect(run).toMatchObject({ code: 2, stderr: "dkimstatus: explain takes a message, or --config and --sender\n" });
  });
});

describe("the texts of findings", () => {
  test("are sentences that name nothing that cannot be filled in", () => {
    for (const { why, cure } of Object.values(FINDING_TEXTS)) {
      for (const sentence of cure === null ? [why] : [why, cure]) {
        expect(filled(sentence, { key: "s._domainkey.example.org" })).toMatch(/^[A-Z][^{}]*\.$/);
      }
    }
  });
});
