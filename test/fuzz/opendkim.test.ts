import fc from "fast-check";
import { expect } from "vitest";
import { parseHostList, parseKeyTable, parseSigningTable } from "../../src/gateway/config/opendkim.js";
import { NetworkList } from "../../src/gateway/policy/network-list.js";
import { SigningTable } from "../../src/gateway/policy/signing-table.js";
import { domainOf, selectorOf } from "../../src/message/domain.js";
import { fuzz } from "./campaign.js";

const LINES = [
  "k1 example.org:s1:/etc/keys/s1.private",
  "k2 %:s2:./s2.private rsa-sha256",
  "*@example.org k1",
  "alice@example.org k2:%",
  ".example.org k1",
  "*@*.example.org\tk1",
  "192.0.2.0/24",
  "!2001:db8::1",
  "localhost # this machine",
  "host.example",
];
const AUTHOR = { localPart: "alice", domain: "mail.example.org" };

fuzz({
  name: "OpenDKIM's tables give entries that can be used, or problems that name their lines",
  inputs: fc.shuffledSubarray(LINES).map((lines) => lines.join("\n")),
  words: [
    "\n",
    ":",
    "%",
    "*",
    "@",
    ".",
    "/",
    "#",
    "!",
    "[",
    "]",
    " ",
    "\t",
    ",",
    "/33",
    "::ffff:",
    "\0",
    "\u212a",
    "\ud800",
  ],
  check(text) {
    const [keys, senders, hosts] = [parseKeyTable(text, "t"), parseSigningTable(text, "t"), parseHostList(text, "t")];
    for (const { problems, warnings, entries } of [keys, senders, hosts]) {
      for (const line of [...problems, ...warnings]) expect(line).toMatch(/^t:[0-9]+: [^\n]*$/);
      expect(entries.length).toBeLessThanOrEqual(2 * text.split("\n").length);
    }
    for (const { domain, selector, file } of keys.entries) {
      expect([domain === null ? null : domainOf(domain), selectorOf(selector)]).toEqual([domain, selector]);
      expect(file).toMatch(/^\.{0,2}\//);
    }
    for (const form of ["refile", "file"] as const) {
      const all = new SigningTable(senders.entries, { form, multiple: true }).lookUp(AUTHOR);
      expect(new SigningTable(senders.entries, { form, multiple: false }).lookUp(AUTHOR)).toEqual(all.slice(0, 1));
      expect(senders.entries).toEqual(expect.arrayContaining([...all]));
    }
    expect(new NetworkList(hosts.entries).has("not an address")).toBe(false);
    const counts = [keys, senders, hosts].map(({ entries, problems }) => `${entries.length}/${problems.length}`);
    const said = keys.problems.map((problem) => problem.slice(-12));
    return [...counts, ...new Set(said)].join();
  },
});
