import fc from "fast-check";
import { expect } from "vitest";
import { parseConfFile } from "../../src/gateway/dkimproxy/conf-file.js";
import { parseMap } from "../../src/gateway/dkimproxy/lookup-map.js";
import { unknownMacro, expand } from "../../src/gateway/dkimproxy/macros.js";
import { fuzz } from "./campaign.js";

const LINES = [
  "listen 127.0.0.1:10027",
  "domain = example.org,example.net",
  "--signature dkim(c=relaxed, d=$senderdomain)",
  "signature domainkeys(c=nofws)",
  "# a comment",
  "reject_error",
  "example.org dkim(c=relaxed,a=rsa-sha256), domainkeys(c=nofws)",
  "alice@example.org\tdkim(d=$key,s=s1,key=/etc/key)",
  ". dkim(d=$senderdomain)",
  "; another comment",
];

function shown({ entries, problems, notices }: ReturnType<typeof parseMap>) {
  return {
    entries: [...entries].map(([key, { specs }]) => [key, specs.map(({ type, options }) => [type, ...options])]),
    problems,
    notices,
  };
}

fuzz({
  name: "DKIMproxy's files are read line by line, alike with LF and CRLF, and each problem names its line",
  inputs: fc.shuffledSubarray(LINES).map((lines) => lines.join("\n")),
  words: [
    "\n",
    "(",
    ")",
    ",",
    "=",
    "#",
    ";",
    "$",
    "$key",
    "$$",
    "$nobody",
    " ",
    "\t",
    "dkim",
    "d=",
    "toString",
    "__proto__",
    "\0",
    "\u00a0",
    "\ufeff",
  ],
  check(text) {
    const plain = text.replaceAll("\r", "");
    const { settings, problems } = parseConfFile(plain);
    expect(parseConfFile(plain.replaceAll("\n", "\r\n"))).toEqual({ settings, problems });
    for (const { name } of settings) expect(name).toMatch(/^[A-Za-z_]\w*$/);
    for (const problem of problems) expect(problem).toMatch(/^line [0-9]+: /);
    const map = parseMap(plain, "map");
    expect(shown(parseMap(plain.replaceAll("\n", "\r\n"), "map"))).toEqual(shown(map));
    expect(map.entries.size + map.problems.length + map.notices.length).toBeLessThanOrEqual(plain.split("\n").length);
    for (const problem of [...map.problems, ...map.notices]) expect(problem).toMatch(/^map line [0-9]+: /);
    for (const { key, specs } of map.entries.values()) {
      expect(key).toBe(key.toLowerCase());
      for (const { options } of specs) {
        const template = options.get("domain") ?? "";
        const values = { sender: "a@example.org", key };
        if (unknownMacro(template) === null && !template.includes("$")) expect(expand(template, values)).toBe(template);
      }
    }
    const said = map.problems.map((problem) => problem.replace(/^map line [0-9]+: |".*?"/g, "").slice(0, 20));
    return [...new Set(settings.map(({ name }) => name.slice(0, 6))), problems.length, ...new Set(said)].join();
  },
});
