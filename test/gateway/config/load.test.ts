import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { zoneResolver } from "../../../src/dns/zone.js";
import { ConfigError } from "../../../src/gateway/config/errors.js";
import { loadGatewayConfig, type GatewayConfig } from "../../../src/gateway/config/load.js";
import { serviceSettingsOf } from "../../../src/gateway/config/service-settings.js";
import { Metrics } from "../../../src/gateway/metrics.js";
import { authorOfValues } from "../../../src/message/author.js";
import { octetsOf } from "../../../src/message/octets.js";
import { makeKey } from "../../support/dkim.js";
import { CONTEXT, edited, fieldsOf, keptLog, makeService, PLAIN, signedMessage, ZONE } from "../support.js";
import { TestFolder } from "./folder.js";

let folder: TestFolder;

beforeEach(() => {
  folder = new TestFolder();
});

afterEach(() => {
  folder.remove();
});

function load(toml: string): Promise<GatewayConfig> {
  return loadGatewayConfig(folder.write("gateway.toml", toml, 0o644));
}

async function problems(toml: string): Promise<readonly string[]> {
  try {
    await load(toml);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function signers({ policy }: GatewayConfig, from: string, login: string | null, clientAddress: string | null = null) {
  const context = { door: "milter" as const, login, clientAddress, daemonName: null, envelopeSender: null };
  const { keys, reason } = policy.decide({ author: authorOfValues([from]), context });
  return keys?.map(({ domain, selector }) => `${selector}@${domain}`) ?? reason;
}

const SURROUNDINGS = { resolver: zoneResolver(ZONE), log: keptLog().log, metrics: new Metrics() };
const OWN_ADDRESS = '[[allow]]\nlogins = ["*"]\nfrom = ["$login"]\n';

describe("loadGatewayConfig()", () => {
  it("has all private keys of a folder sign, RSA and Ed25519 side by side, and no others", async () => {
    folder.writeKey("keys/rsa20261124.private", "rsa");
    folder.writeKey("keys/ed20261124.private");
    folder.writeKey("keys/ed20270101.next");
    folder.writeKey("keys/ed20250101.retired");
    folder.write("keys/ed20261124.txt", "notes");
    const config = await load(`[[keys]]\ndomain = "example.org"\nfolder = "keys"\n${OWN_ADDRESS}`);
    expect(signers(config, "a@example.org", "a@example.org")).toEqual([
      "ed20261124@example.org",
      "rsa20261124@example.org",
    ]);
    expect(config.keys.map(({ privateKey }) => privateKey.type)).toEqual(["ed25519", "rsa"]);
    expect(config.warnings).toEqual([]);
  });

  it("has the service sign, verify and take fields out as it says", async () => {
    folder.writeKey("keys/s1.private");
    const config = await load(`
      authserv_id = "mx.here.example"
      authserv_ids = ["other.here.example"]
      on_failure = "pass"
      limits.signatures = 1
      signing = { header_canonicalization = "simple", body_canonicalization = "simple", expires_after_seconds = 60, also_sign = ["X-Mine"] }
      [[keys]]
      domain = "example.org"
      folder = "keys"
      ${OWN_ADDRESS}`);
    const { resolver, log, metrics, ...given } = serviceSettingsOf(config, SURROUNDINGS);
    expect({ resolver, log, metrics }).toEqual(SURROUNDINGS);
    expect(given).toMatchObject({ whenUnable: "accept", authservId: "mx.here.example" });
    const service = makeService(given);
    const login = "alice@example.org";
    const own = "X-Mine: 1\r\n" + PLAIN;
    const sent = await edited(own, await service.edit(octetsOf(own), { ...CONTEXT, door: "milter", login }));
    const [signature] = fieldsOf(sent, "DKIM-Signature");
    const [, t, x] = /\bt=([0-9]+);\s*x=([0-9]+);/.exec(signature!)!;
    expect(Number(x) - Number(t)).toBe(60);
    expect(signature).toMatch(/\bc=simple\/simple;.*\bh=[^;]*\bX-Mine\b/i);
    const forged = "Authentication-Results: other.here.example; dkim=pass\r\n";
    const foreign = forged + (await signedMessage(await signedMessage()));
    const annotated = await edited(foreign, await service.edit(octetsOf(foreign), CONTEXT));
    expect(fieldsOf(annotated, "Authentication-Results")).toEqual([
      expect.stringMatching(/^mx\.here\.example; dkim=pass [^]*dkim=policy reason=too-many-signatures/),
    ]);
  });

  it("reads OpenDKIM's tables as they are", async () => {
    folder.writeKey("opendkim/keys/rsa.private", "rsa");
    folder.writeKey("opendkim/keys/ed.private");
    folder.write("opendkim/KeyTable", "k1 example.org:rsa:./keys/rsa.private\nk2 example.org:ed:./keys/ed.private\n");
    folder.write("opendkim/SigningTable", "*@example.org k1\n*@*.example.org k1\n*@example.org k2\n");
    folder.write("opendkim/TrustedHosts", "127.0.0.1\nlocalhost\nmail.example.org\n192.0.2.0/24\n");
    const config = await load(`
      [opendkim]
      key_table = "opendkim/KeyTable"
      signing_table = "refile:opendkim/SigningTable"
      multiple_signatures = true
      external_ignore_list = "opendkim/TrustedHosts"
      [[allow]]
      networks_file = "opendkim/TrustedHosts"
      from = ["*"]`);
    expect(signers(config, "a@example.org", null, "192.0.2.5")).toEqual(["rsa@example.org", "ed@example.org"]);
    expect(signers(config, "a@sub.example.org", null, "::1")).toEqual(["rsa@example.org"]);
    expect(signers(config, "a@example.org", null, "198.51.100.1")).toBe("client-not-allowed");
    expect(signers(config, "a@example.com", null, "192.0.2.5")).toBe("no-key-for-author");
    expect(config.warnings).toEqual([expect.stringMatching(/TrustedHosts:3: "mail\.example\.org" has no effect/)]);
  });

  it("looks OpenDKIM's file: tables up in their order, for their authors alone, and signs by the first line", async () => {
    folder.writeKey("keys/one.private");
    folder.writeKey("keys/two.private");
    folder.write("KeyTable", "k1 example.org:one:./keys/one.private\nk2 example.org:two:./keys/two.private\n");
    folder.write("SigningTable", "*    k2\nb@example.org k1\nexample.com %\n");
    folder.write("hosts", "192.0.2.1\n");
    const config = (table: string) => `
      [opendkim]
      key_table = "KeyTable"
      signing_table = "${table}"
      external_ignore_list = "hosts"
      ${OWN_ADDRESS}`;
    const looked = await load(config("file:SigningTable"));
    expect(signers(looked, "b@example.org", "b@example.org")).toEqual(["one@example.org"]);
    expect(signers(looked, "a@example.org", "a@example.org")).toEqual(["two@example.org"]);
    expect(signers(looked, "a@example.org", null, "192.0.2.1")).toBe("client-ignored");
    expect(looked.warnings).toEqual([]);
    const matched = await load(config("refile:SigningTable"));
    expect(signers(matched, "b@example.org", "b@example.org")).toEqual(["two@example.org"]);
    folder.write("SigningTable", "b@example.org k1\n");
    expect(signers(await load(config("SigningTable")), "a@example.org", "a@example.org")).toBe("no-key-for-author");
    folder.write("SigningTable", "b@example.org k3\n");
    expect(await problems(config("SigningTable"))).toEqual([
      'opendkim.signing_table: b@example.org names the key "k3"; there are k1, k2',
    ]);
  });

  it.each([
    ["", 1],
    ['doors = ["milter"]', 1],
    ['doors = ["milter", "proxy-out"]', 1],
    ['doors = ["proxy-out"]', 0],
    ['daemons = ["ORIGINATING"]', 0],
    ['networks = ["192.0.2.1"]', 0],
    ['logins = ["alice"]', 0],
  ])("takes a rule only where it says who may sign, or whose door it is: %j", async (condition, count) => {
    const found = await problems(`[[allow]]\nfrom = ["example.org"]\n${condition}`);
    expect(found).toHaveLength(count);
    for (const problem of found) expect(problem).toMatch(/every stranger could sign; give logins, /);
  });

  it.each([
    'folder = "keys"\nselector = "s"',
    'folder = "keys"\nfile = "key.pem"',
    'folder = "keys"\nname = "k"',
    'folder = "keys"\nselector = "s"\nfile = "key.pem"',
    'selector = "s"',
    'file = "key.pem"',
    "",
  ])("takes keys of a folder, or one by selector and file, and no mixture: %j", async (given) => {
    folder.writeKey("keys/a.private");
    folder.writeKey("key.pem");
    expect(await problems(`[[keys]]\ndomain = "example.org"\n${given}`)).toEqual([
      "keys[0]: a key has either a folder, or a selector and a file",
    ]);
  });

  it("refuses two keys of one name, and warns of a small one", async () => {
    const small = makeKey("example.org", "s", "rsa", 1024).key.privateKey as string;
    const path = folder.write("small.pem", small);
    const one = '[[keys]]\ndomain = "example.org"\nselector = "s"\nfile = "small.pem"\n';
    expect(await problems(one + one)).toEqual([
      `${path}: there are two keys with the name s._domainkey.example.org; names tell keys apart`,
    ]);
    expect((await load(one + OWN_ADDRESS)).warnings).toEqual([
      `${path}: an RSA key should have 2048 bits, this one has 1024`,
    ]);
  });

  it("opens the HTTP hook to others with a token, and to this machine without", async () => {
    expect(await problems('[http]\nlisten = ["0.0.0.0:8892"]\ntoken_file = "token"')).toEqual([]);
    expect(await problems('[http]\nlisten = ["127.0.0.1:8892", "unix:/run/http"]')).toEqual([]);
  });

  it("follows a link to a key", async () => {
    const { path } = folder.writeKey("elsewhere/key.pem");
    symlinkSync(path, join(folder.path, "link.pem"));
    const config = await load(`[[keys]]\ndomain = "example.org"\nselector = "s"\nfile = "link.pem"\n${OWN_ADDRESS}`);
    expect(signers(config, "a@example.org", "a@example.org")).toEqual(["s@example.org"]);
  });

  it.each([
    [10, /; there are s0\._domainkey\.example\.org, .*, s9\._domainkey\.example\.org$/],
    [11, /; there are s0\._domainkey\.example\.org, .*, s9\._domainkey\.example\.org, …$/],
  ])("names ten keys at the most where a rule asks for one that is none, here of %i", async (count, text) => {
    folder.writeKey("key.pem");
    const keys = Array.from(
      { length: count },
      (_, i) => `[[keys]]\ndomain = "example.org"\nselector = "s${i}"\nfile = "key.pem"`,
    );
    const rule = '[[key_rules]]\nfrom = ["example.org"]\nkeys = ["other"]';
    expect(await problems([...keys, rule, OWN_ADDRESS].join("\n"))).toEqual([expect.stringMatching(text)]);
  });

  it("tells all that is wrong with keys and rules at once", async () => {
    folder.writeKey("open.pem", "ed25519", 0o640);
    const found = await problems(`
      [http]
      listen = ["0.0.0.0:8892"]
      [[keys]]
      domain = "example.org"
      selector = "a"
      file = "open.pem"
      [[keys]]
      domain = "example.org"
      selector = "b"
      file = "missing.pem"
      [[keys]]
      domain = "example.org"
      selector = "c"
      [[key_rules]]
      from = ["example.org"]
      keys = ["a._domainkey.example.org"]
      [[allow]]
      from = ["example.org"]
      doors = ["milter"]`);
    expect(found).toEqual([
      "http.listen: others than this machine can reach 0.0.0.0:8892; that needs a token_file",
      "keys[2]: a key has either a folder, or a selector and a file",
      expect.stringMatching(
        /^keys\[0\]: .*open\.pem: others than its owner .* \(mode 0640\); cure: chmod 600 .*open\.pem$/,
      ),
      expect.stringMatching(/^keys\[1\]: .*missing\.pem: no such file; cure: dkimstatus keygen/),
      expect.stringMatching(/^allow\[0\]: says nobody's name, so that every stranger could sign/),
      expect.stringMatching(/^key_rules\[0\]\.keys: there is no key with the name "a\._domainkey\.example\.org"/),
    ]);
  });

  it("warns of what is likely not meant", async () => {
    folder.writeKey("keys/one.private");
    folder.writeKey("keys/two.private");
    folder.writeKey("other.pem");
    const { warnings } = await load(`
      [[keys]]
      domain = "example.org"
      folder = "keys"
      [[keys]]
      domain = "example.com"
      selector = "s"
      file = "other.pem"
      name = "other"
      [[key_rules]]
      from = ["*", "*.example.com", "news@example.org"]
      keys = ["other"]
      [[allow]]
      logins = ["alice", "*"]
      from = ["example.org", "*"]
      [[allow]]
      networks = ["127.0.0.1"]
      from = ["$login_domain", "example.org"]
      [[allow]]
      logins = ["alice"]
      from = ["*"]`);
    expect(warnings).toEqual([
      "keys: several keys of one kind sign side by side: ed25519 example.org",
      "allow[0]: whoever logs in may write as every author that there is a key for",
      "allow[1]: $login in from fits nobody who has not logged in; the rule asks for no login",
      "key_rules[0]: other does not vouch for authors of example.org, for receivers it is another's",
    ]);
  });

  it("warns of nothing where there is nothing", async () => {
    expect((await load("")).warnings).toEqual([]);
  });

  it("warns of keys that nobody may use, and of a folder without any", async () => {
    folder.write("keys/readme.txt", "");
    folder.writeKey("key.pem");
    const { warnings } = await load(
      '[[keys]]\ndomain = "example.org"\nfolder = "keys"\n[[keys]]\ndomain = "example.org"\nselector = "s"\nfile = "key.pem"\n',
    );
    expect(warnings).toEqual([
      "keys[0]: keys has no key that signs (SELECTOR.private)",
      "allow: nobody may sign; there are keys, but no [[allow]] rule",
    ]);
  });

  it("loads keys anew each time, and fails each time that they are not safe", async () => {
    const { path } = folder.writeKey("key.pem");
    const toml = `[[keys]]\ndomain = "example.org"\nselector = "s"\nfile = "key.pem"\n${OWN_ADDRESS}`;
    await load(toml);
    chmodSync(path, 0o644);
    expect(await problems(toml)).toHaveLength(1);
    folder.writeKey("key.pem");
    expect(await problems(toml)).toEqual([]);
  });

  it("says which file is not there", async () => {
    expect(await problems('[opendkim]\nkey_table = "KeyTable"\nsigning_table = "file:SigningTable"\n')).toEqual([
      `opendkim.key_table: ${folder.path}/KeyTable: no such file`,
      `opendkim.signing_table: ${folder.path}/SigningTable: no such file`,
    ]);
    const lists =
      '[opendkim]\nkey_table = "t"\nsigning_table = "t"\nexternal_ignore_list = "ignored"\n' +
      '[[allow]]\nfrom = ["*"]\nnetworks_file = "hosts"\n';
    folder.write("t", "");
    expect(await problems(lists)).toEqual([
      `opendkim.external_ignore_list: ${folder.path}/ignored: no such file`,
      `allow[0].networks_file: ${folder.path}/hosts: no such file`,
    ]);
    expect(await problems('[[keys]]\ndomain = "example.org"\nfolder = "keys"')).toEqual([
      `keys[0]: ${folder.path}/keys: no such folder; cure: dkimstatus keygen makes it, with keys`,
    ]);
    await expect(loadGatewayConfig(`${folder.path}/none.toml`)).rejects.toThrow(/none\.toml: no such file$/);
    await expect(loadGatewayConfig(folder.path)).rejects.toThrow(`${folder.path}: cannot be read (EISDIR)`);
  });
});
