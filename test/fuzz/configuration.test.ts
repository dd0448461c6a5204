import fc from "fast-check";
import { afterAll, expect } from "vitest";
import { ConfigError } from "../../src/gateway/config/errors.js";
import { loadGatewayConfig } from "../../src/gateway/config/load.js";
import { encodeUtf8 } from "../../src/message/octets.js";
import { TestFolder } from "../gateway/config/folder.js";
import { fuzz } from "./campaign.js";

const TABLES = [
  '[milter]\nlisten = ["inet:8891@127.0.0.1", "unix:/run/x.sock"]\nsocket_mode = "0660"\n',
  '[http]\nlisten = ["127.0.0.1:8892"]\ndeadline_seconds = 30\n',
  '[proxy_out]\nlisten = ["127.0.0.1:10027"]\nrelay = "127.0.0.1:10028"\n',
  "[limits]\nmessage_bytes = 52428800\nsignatures = 16\n",
  '[dns]\nservers = ["127.0.0.1:53"]\ntimeout_ms = 5000\n',
  '[signing]\nheader_canonicalization = "relaxed"\nalso_sign = ["X-Note"]\n',
  '[[keys]]\ndomain = "example.org"\nselector = "s1"\nfile = "key.private"\n',
  '[[key_rules]]\nfrom = ["*@example.org"]\nkeys = ["s1._domainkey.example.org"]\n',
  '[[allow]]\nlogins = ["*@example.org"]\nfrom = ["$login", "*.example.org"]\nnetworks = ["192.0.2.0/24", "!192.0.2.9"]\n',
];
const folder = new TestFolder();
const secret = (folder.writeKey("key.private").key.key.privateKey as string).split("\n")[1]!;

afterAll(() => {
  folder.remove();
});

fuzz({
  name: "a configuration is read, or refused with problems of one line each that repeat no key",
  inputs: fc.shuffledSubarray(TABLES).map((tables) => ['authserv_id = "mx.example.net"', ...tables].join("\n")),
  words: [
    "\n",
    '"',
    "'",
    '"""',
    "[",
    "]",
    "[[",
    "=",
    ".",
    "{",
    "}",
    ",",
    "#",
    "\\u0000",
    "-1",
    "1e400",
    "nan",
    "true",
    "1979-05-27",
    "__proto__",
    "\0",
    "\xe9",
  ],
  async check(text) {
    const path = folder.write("gateway.toml", encodeUtf8(text), 0o644);
    try {
      const { warnings, keys, settings } = await loadGatewayConfig(path);
      for (const warning of warnings) expect(warning).not.toMatch(/\n/);
      return [keys.length, warnings.length, settings.milter === null, settings.http === null].join();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      expect(error.problems.length).toBeGreaterThan(0);
      for (const problem of error.problems) expect(problem.includes("\n") || problem.includes(secret)).toBe(false);
      return error.problems
        .map((problem) => problem.replace(/[0-9"].*/, "").slice(-24))
        .slice(0, 3)
        .join();
    }
  },
});
