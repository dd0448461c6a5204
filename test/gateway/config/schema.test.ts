import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../src/gateway/config/errors.js";
import { nearest } from "../../../src/gateway/config/nearest.js";
import { parseConfig } from "../../../src/gateway/config/read-file.js";
import { SCHEMA } from "../../../src/gateway/config/schema.js";
import { settingsOf } from "../../../src/gateway/config/settings.js";

const EXAMPLE = readFileSync("plugin/postfix/dkimstatus.toml", "utf8");

function problems(text: string): readonly string[] {
  try {
    parseConfig(text, "gateway.toml");
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** Valibot's schemas, as far as they name settings. */
interface Part {
  readonly wrapped?: Part;
  readonly item?: Part;
  readonly pipe?: readonly Part[];
  readonly entries?: Readonly<Record<string, Part>>;
}

function settingNames(part: Part, path: string): string[] {
  if (part.wrapped) return settingNames(part.wrapped, path);
  if (part.item?.entries) return settingNames(part.item, path);
  if (!part.entries) return [path];
  return Object.entries(part.entries).flatMap(([name, entry]) => settingNames(entry, path ? `${path}.${name}` : name));
}

describe("the example file", () => {
  it("is a configuration, and has every setting there is", () => {
    const file = parseConfig(EXAMPLE, "dkimstatus.toml");
    const given = (value: unknown, path: string): string[] => {
      if (Array.isArray(value) && typeof value[0] === "object" && !("kind" in (value[0] as object))) {
        return value.flatMap((entry) => given(entry, path));
      }
      if (typeof value !== "object" || value === null || Array.isArray(value) || "kind" in value) return [path];
      return Object.entries(value).flatMap(([name, entry]) => given(entry, path ? `${path}.${name}` : name));
    };
    expect([...new Set(given(file, ""))].sort()).toEqual(settingNames(SCHEMA as Part, "").sort());
  });

  it("becomes settings with absolute paths, milliseconds and octets", () => {
    const settings = settingsOf(parseConfig(EXAMPLE, "dkimstatus.toml"), "/etc/dkimstatus/dkimstatus.toml");
    expect(settings).toMatchObject({
      authservId: "mx.example.org",
      authservIds: ["mx.example.org", "mx2.example.org"],
      whenUnable: "tempfail",
      milter: { listen: [{ kind: "inet", host: "127.0.0.1", port: 8891 }], socketMode: 0o660, messageTimeout: 120_000 },
      http: { tokenFile: "/etc/dkimstatus/http-token", deadline: 60_000 },
      proxyIn: {
        relay: { kind: "inet", host: "127.0.0.1", port: 10026 },
        allowedPeers: ["127.0.0.0/8", "::1"],
      },
      maxOctets: 64 * 1024 * 1024,
      spoolFolder: "/var/spool/dkimstatus",
      dns: { servers: ["127.0.0.1:53"], timeout: 5000 },
      verification: { maxSignatures: 16 },
      signing: { expiresAfter: 14 * 86_400 },
    });
  });
});

describe("a door", () => {
  it("has the permissions that are written, and lets owner and group in where none are", () => {
    const listen = 'listen = ["unix:/x"]\n';
    const text = `[milter]\n${listen}socket_mode = "600"\n[http]\n${listen}socket_mode = "0666"\n[proxy_in]\n${listen}relay = "a:1"`;
    const { milter, http, proxyIn } = settingsOf(parseConfig(text, "g.toml"), "/g.toml");
    expect([milter, http, proxyIn].map((door) => door!.socketMode)).toEqual([0o600, 0o666, 0o660]);
  });

  it.each(["06600", "6600", "o660", "0o660", "0660 ", "0680", "66", ""])("has no permissions %j", (mode) => {
    expect(problems(`[milter]\nlisten = ["unix:/x"]\nsocket_mode = "${mode}"`)).toEqual([
      `milter.socket_mode: "${mode}" is not allowed; allowed: permissions such as "0660"`,
    ]);
  });
});

describe("an empty file", () => {
  it("is a gateway without doors and keys, that keeps mail back where it cannot be treated", () => {
    const settings = settingsOf(parseConfig("", "gateway.toml"), "/gateway.toml");
    expect(settings).toMatchObject({ milter: null, http: null, proxyIn: null, proxyOut: null, whenUnable: "tempfail" });
    expect(settings.authservIds).toEqual([settings.authservId]);
    expect(settings.verification).toEqual({});
  });
});

describe("what is wrong", () => {
  it.each([
    [
      "a data set that is no file",
      '[opendkim]\nkey_table = "csl:a"\nsigning_table = "refile:t"',
      'opendkim.key_table: "csl:a" is not allowed; allowed: file:PATH or refile:PATH; tables of other kinds are not read',
    ],
    ["a word of no list", 'on_failure = "retry"', 'on_failure: "retry" is not allowed; allowed: "tempfail", "pass"'],
    [
      "a number out of range",
      "[dns]\ntimeout_ms = 5",
      "dns.timeout_ms: 5 is not allowed; allowed: a whole number of milliseconds from 100 to 60000",
    ],
    [
      "a text for a number",
      '[limits]\nmessage_bytes = "1 MB"',
      'limits.message_bytes: "1 MB" is not allowed; allowed: a whole number of octets from 1024 to 4294967296',
    ],
    ["an address", '[milter]\nlisten = ["8891"]', null],
    [
      "an address without a port",
      '[milter]\nlisten = ["here"]',
      'milter.listen[0]: "here" is not allowed; allowed: HOST:PORT, inet:PORT@HOST, inet:HOST:PORT, unix:/PATH, systemd:NAME',
    ],
    [
      "no list",
      '[milter]\nlisten = "127.0.0.1:8891"',
      'milter.listen: "127.0.0.1:8891" is not allowed; allowed: a list of addresses to listen on, at least one: ["…"]',
    ],
    [
      "a slip of the pen",
      '[milter]\nlisten = ["127.0.0.1:1"]\nmax_conections = 3',
      "milter.max_conections: there is no such setting; did you mean max_connections?",
    ],
    [
      "a word from nowhere",
      "colour = 3",
      /^colour: there is no such setting; allowed: authserv_id, authserv_ids, on_failure, milter/,
    ],
    ["a setting that must be there", '[[keys]]\nselector = "a"', "keys[0].domain: is missing"],
    [
      "one of several tables",
      '[[keys]]\ndomain = "example.org"\n[[keys]]\ndomain = "org"',
      'keys[1].domain: "org" is not allowed; allowed: a domain such as example.org',
    ],
    [
      "a network",
      '[[allow]]\nfrom = ["*"]\nnetworks = ["10.0.0.0/8", "localhost"]',
      'allow[0].networks: ["localhost"] is not allowed; allowed: IP addresses and networks: 192.0.2.1, 2001:db8::/32, !192.0.2.9 for all but',
    ],
    [
      "a pattern of authors",
      '[[allow]]\nfrom = ["alice*@example.org@"]',
      /^allow\[0\]\.from\[0\]: "alice\*@example.org@" is not allowed; allowed: ADDRESS, DOMAIN/,
    ],
    [
      "a server of the DNS",
      '[dns]\nservers = ["ns.example.org"]',
      'dns.servers[0]: "ns.example.org" is not allowed; allowed: ADDR, ADDR:PORT or [ADDR]:PORT',
    ],
    [
      "a field's name that begins with a colon",
      '[signing]\nalso_sign = [":X"]',
      'signing.also_sign[0]: ":X" is not allowed; allowed: a header field\'s name',
    ],
    [
      "a field's name that ends with one",
      '[signing]\nalso_sign = ["X", "X-A:"]',
      'signing.also_sign[1]: "X-A:" is not allowed; allowed: a header field\'s name',
    ],
    [
      "a socket of systemd to send mail to",
      '[proxy_in]\nlisten = ["a:1"]\nrelay = "systemd:x"',
      'proxy_in.relay: "systemd:x" is not allowed; allowed: where the next SMTP server is: HOST:PORT or unix:/PATH',
    ],
    ["not TOML", "a = 1\nb = = 2", "line 2, column 5: invalid value"],
  ])("is told with its place, its value and what is allowed: %s", (_, text, expected) => {
    if (expected === null) expect(problems(text)).toEqual([]);
    else if (typeof expected === "string") expect(problems(text)).toEqual([expected]);
    else expect(problems(text)).toEqual([expect.stringMatching(expected)]);
  });

  it("is told all at once, the first in the error's one line", () => {
    const text = 'on_failure = 1\nlog = { level = "loud" }\n';
    expect(problems(text)).toHaveLength(2);
    expect(() => parseConfig(text, "g.toml")).toThrow(
      /^g\.toml: on_failure: 1 is not allowed; .* \(and 1 more: dkimstatus check-config g\.toml\)$/,
    );
  });

  it("never repeats a private key that was pasted in", () => {
    const [problem] = problems('[[keys]]\ndomain = "-----BEGIN PRIVATE KEY-----\\nMC4CAQAwBQYDK2Vw"\n');
    expect(problem).not.toContain("MC4C");
  });

  it("is a ConfigError, whatever the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (text) => {
        expect(Array.isArray(problems(text))).toBe(true);
      }),
    );
  });
});

describe("nearest()", () => {
  it("guesses what is a few letters away, and nothing else", () => {
    expect(nearest("selektor", ["selector", "domain"])).toBe("selector");
    expect(nearest("x", ["selector", "domain"])).toBeNull();
    expect(nearest("telephone", ["selector", "domain"])).toBeNull();
  });
});
