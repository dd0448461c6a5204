import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeCrypto } from "../../../src/crypto/node.js";
import type { PrivateKey } from "../../../src/dkim/crypto.js";
import { parseAddressPattern } from "../../../src/gateway/policy/address-pattern.js";
import { parseLoginPattern } from "../../../src/gateway/policy/login-pattern.js";
import { NetworkList } from "../../../src/gateway/policy/network-list.js";
import { RulePolicy } from "../../../src/gateway/policy/policy.js";
import type { AllowRule, KeyRule, PolicyKey } from "../../../src/gateway/policy/rules.js";
import { SigningTable } from "../../../src/gateway/policy/signing-table.js";
import type { SigningRequest } from "../../../src/gateway/signing.js";
import { authorOf } from "../../../src/message/author.js";
import { isAtOrBelow } from "../../../src/message/domain.js";
import { parseHeader } from "../../../src/message/header.js";
import { octetsOf } from "../../../src/message/octets.js";
import { makeKey } from "../../support/dkim.js";

const PRIVATE_KEY = nodeCrypto.importPrivateKey(makeKey("any.example", "any").key.privateKey as string) as PrivateKey;

function key(domain: string | null, selector: string, more: Partial<PolicyKey> = {}): PolicyKey {
  const name = `${selector}._domainkey.${domain ?? "%"}`;
  return { name, domain, selector, privateKey: PRIVATE_KEY, signsByDomain: true, ...more };
}

interface Allow {
  from: string[];
  logins?: string[];
  networks?: string[];
  daemons?: string[];
  doors?: AllowRule["doors"];
}

function allow({ from, logins, networks, daemons, doors }: Allow): AllowRule {
  return {
    name: "allow[0]",
    from: from.map((text) => parseAddressPattern(text)!),
    logins: logins?.map((text) => parseLoginPattern(text)!) ?? null,
    networks: networks ? new NetworkList(networks) : null,
    daemons: daemons ?? null,
    doors: doors ?? null,
  };
}

const KEYS = [key("example.org", "rsa1"), key("example.org", "ed1"), key("sub.example.org", "rsa2")];

interface Setup {
  keys?: PolicyKey[];
  keyRules?: KeyRule[];
  signingTable?: SigningTable;
  ignored?: string[];
}

function policyOf(rules: Allow[], { keys = KEYS, keyRules = [], signingTable, ignored }: Setup = {}): RulePolicy {
  return new RulePolicy({
    keys,
    allow: rules.map(allow),
    keyRules,
    signingTable: signingTable ?? null,
    ignored: ignored ? new NetworkList(ignored) : null,
  });
}

function request(from: string | string[], context: Partial<SigningRequest["context"]> = {}): SigningRequest {
  const fields = [from].flat().map((value) => `From: ${value}\r\n`);
  return {
    author: authorOf(parseHeader(octetsOf(`${fields.join("")}\r\n`))),
    context: { door: "milter", login: null, clientAddress: null, daemonName: null, envelopeSender: null, ...context },
  };
}

/** The keys that sign, as `selector@domain`, or why none does. */
function outcome(policy: RulePolicy, ...args: Parameters<typeof request>): string[] | string {
  const { keys, reason } = policy.decide(request(...args));
  return keys?.map(({ domain, selector }) => `${selector}@${domain}`) ?? reason!;
}

describe("who may sign as whom", () => {
  const policy = policyOf([
    { logins: ["*"], from: ["$login"] },
    { logins: ["boss", "*@example.org"], from: ["office@example.org"] },
    { networks: ["192.0.2.0/24", "!192.0.2.9", "2001:db8::/32"], from: ["example.org", "*.example.org"] },
    { daemons: ["ORIGINATING"], from: ["cron@example.org"] },
    { doors: ["proxy-out"], from: ["example.org"] },
  ]);

  it.each([
    ["whoever logs in, as himself", "Alice <alice@example.org>", { login: "alice@example.org" }],
    ["whatever the case of the letters", "ALICE@Example.ORG", { login: "Alice@example.org" }],
    ["a listed login, as somebody else", "office@example.org", { login: "boss" }],
    ["a login of a domain", "office@example.org", { login: "carol@example.org" }],
    ["a listed network of IPv4", "anybody@example.org", { clientAddress: "192.0.2.1" }],
    ["IPv4 in the form of IPv6", "anybody@example.org", { clientAddress: "::ffff:192.0.2.1" }],
    ["a listed network of IPv6", "anybody@example.org", { clientAddress: "2001:db8::25" }],
    ["a named service of the MTA", "cron@example.org", { daemonName: "ORIGINATING" }],
    ["what reaches the signing proxy", "anybody@example.org", { door: "proxy-out" as const }],
  ])("signs for %s", (_, from, context) => {
    expect(outcome(policy, from, context)).toEqual(["rsa1@example.org", "ed1@example.org"]);
  });

  it.each([
    ["nobody has logged in", "alice@example.org", {}, "client-not-allowed"],
    ["the From is another user's", "bob@example.org", { login: "alice@example.org" }, "author-not-allowed"],
    [
      "the From is of a look-alike domain",
      "alice@example.org.evil.example",
      { login: "alice@example.org" },
      "author-not-allowed",
    ],
    ["the login is no address", "alice@example.org", { login: "alice" }, "author-not-allowed"],
    ["a letter only looks like another", "\u212aim@example.org", { login: "kim@example.org" }, "author-not-allowed"],
    ["the client is left out of its network", "a@example.org", { clientAddress: "192.0.2.9" }, "client-not-allowed"],
    ["the client is beyond the network", "a@example.org", { clientAddress: "192.0.3.1" }, "client-not-allowed"],
    ["the client's address is none", "a@example.org", { clientAddress: "unknown" }, "client-not-allowed"],
    ["the domain is not one of the network's", "a@example.com", { clientAddress: "192.0.2.1" }, "author-not-allowed"],
    ["the service is another", "cron@example.org", { daemonName: "smtpd" }, "client-not-allowed"],
    [
      "the door is for incoming mail",
      "a@example.org",
      { door: "proxy-in" as const, clientAddress: "192.0.2.1" },
      "door-only-verifies",
    ],
    [
      "the door is the HTTP hook",
      "a@example.org",
      { door: "http" as const, clientAddress: "192.0.2.1" },
      "door-only-verifies",
    ],
  ])("does not sign where %s", (_, from, context, reason) => {
    const binary = Buffer.from(from, "utf8").toString("latin1");
    expect(outcome(policy, binary, context)).toBe(reason);
  });

  it.each([
    ["there are two From fields", ["a@example.org", "a@example.org"], "from-repeated"],
    ["From names people of two domains", "a@example.org, b@example.com", "from-several-domains"],
    ["From cannot be read", "a@example.org@example.com", "from-unparsable"],
  ])("does not sign where %s", (_, from, reason) => {
    expect(outcome(policy, from, { clientAddress: "192.0.2.1" })).toBe(reason);
  });

  it("signs for several authors that the sender may all write as", () => {
    expect(outcome(policy, "a@example.org, b@example.org", { clientAddress: "192.0.2.1" })).toHaveLength(2);
  });

  it("does not sign for several authors of whom the sender may write as the first only", () => {
    const context = { login: "alice@example.org" };
    expect(outcome(policy, "alice@example.org", context)).toHaveLength(2);
    expect(outcome(policy, "alice@example.org, bob@example.org", context)).toBe("author-not-allowed");
  });

  it("signs a bounce, which has no envelope sender, by its From", () => {
    const context = { envelopeSender: "", clientAddress: "192.0.2.1" };
    expect(outcome(policy, "MAILER-DAEMON@example.org", context)).toHaveLength(2);
  });

  it("tells clients that are known not to be allowed from others", () => {
    const quiet = policyOf([{ logins: ["*"], from: ["*"] }], { ignored: ["198.51.100.0/24"] });
    expect(outcome(quiet, "a@example.org", { clientAddress: "198.51.100.7" })).toBe("client-ignored");
    expect(outcome(quiet, "a@example.org", { clientAddress: "203.0.113.7" })).toBe("client-not-allowed");
  });
});

describe("which keys sign", () => {
  const everybody: Allow = { logins: ["*"], from: ["*"] };
  const login = { login: "alice" };

  it.each([
    ["last", KEYS],
    ["first", KEYS.toReversed()],
  ])("are all of the author's domain, or of the nearest above, whose keys come %s", (_, keys) => {
    const policy = policyOf([everybody], { keys });
    const own = keys.filter(({ domain }) => domain === "example.org").map(({ selector }) => `${selector}@example.org`);
    expect(outcome(policy, "a@example.org", login)).toEqual(own);
    expect(outcome(policy, "a@deep.sub.example.org", login)).toEqual(["rsa2@sub.example.org"]);
    expect(outcome(policy, "a@other.example.org", login)).toEqual(own);
    expect(outcome(policy, "a@notexample.org", login)).toBe("no-key-for-author");
  });

  it("are never those that only a table may name", () => {
    const onlyByTable = { signsByDomain: false };
    const others = ["example.org", "sub.example.org"].map((domain) => key(domain, "other", onlyByTable));
    const policy = policyOf([everybody], { keys: [key("example.org", "own"), ...others, key(null, "any")] });
    expect(outcome(policy, "a@example.org", login)).toEqual(["own@example.org"]);
    expect(outcome(policy, "a@sub.example.org", login)).toEqual(["own@example.org"]);
    expect(outcome(policy, "a@example.net", login)).toBe("no-key-for-author");
  });

  it("are those of the first rule that fits", () => {
    const keyRules = [
      {
        name: "key_rules[0]",
        from: [parseAddressPattern("news@example.org")!, parseAddressPattern("press@example.org")!],
        keys: ["rsa2._domainkey.sub.example.org"],
      },
    ];
    const policy = policyOf([everybody], { keyRules });
    expect(outcome(policy, "news@example.org", login)).toEqual(["rsa2@sub.example.org"]);
    expect(outcome(policy, "press@example.org", login)).toEqual(["rsa2@sub.example.org"]);
    expect(outcome(policy, "other@example.org", login)).toHaveLength(2);
  });

  it("are those of OpenDKIM's table, with the author's domain for a percent sign", () => {
    const keys = [key("example.org", "own"), key(null, "any", { name: "example.com", signsByDomain: false })];
    const entries = [{ pattern: "*@example.com", keyName: "%", signer: null }];
    const policy = policyOf([everybody], {
      keys,
      signingTable: new SigningTable(entries, { form: "refile", multiple: false }),
    });
    expect(outcome(policy, "a@example.com", login)).toEqual(["any@example.com"]);
    expect(outcome(policy, "a@example.org", login)).toEqual(["own@example.org"]);
    expect(outcome(policy, "a@example.net", login)).toBe("no-key-for-author");
  });

  it("are each used once, by the first of the table's lines that name it", () => {
    const keys = [key("example.com", "own", { name: "k" }), key("example.org", "other", { name: "o" })];
    const entries = [
      { pattern: "a@example.com", keyName: "k", signer: "@%" },
      { pattern: "*", keyName: "o", signer: null },
      { pattern: "*", keyName: "k", signer: null },
    ];
    const signingTable = new SigningTable(entries, { form: "refile", multiple: true });
    const policy = policyOf([everybody], { keys, signingTable });
    expect(outcome(policy, "a@example.com", login)).toEqual(["own@example.com", "other@example.org"]);
    expect(policy.decide(request("a@example.com", login)).keys![0]!.identity).toBe("@example.com");
  });

  it.each([
    ["staff@%", "staff@example.com"],
    ["@lists.%", "@lists.example.com"],
    ["staff@example.net", undefined],
    ["staff", undefined],
    [null, undefined],
  ])("sign with OpenDKIM's signer %s for i= where it is below d=", (signer, identity) => {
    const keys = [key("example.com", "own", { name: "k", signsByDomain: false })];
    const signingTable = new SigningTable([{ pattern: "*", keyName: "k", signer }], { form: "refile", multiple: true });
    const decision = policyOf([everybody], { keys, signingTable }).decide(request("a@example.com", login));
    expect(decision.keys!.map((signing) => signing.identity)).toEqual([identity]);
  });
});

describe("explain", () => {
  it("lists each rule in order, with the condition that did not hold", () => {
    const policy = policyOf([
      { logins: ["bob"], from: ["*"] },
      { networks: ["192.0.2.0/24"], from: ["example.com"] },
      { logins: ["alice"], networks: ["192.0.2.0/24"], from: ["example.org"] },
    ]);
    const { decision, steps } = policy.explain(
      request("a@example.org", { login: "alice", clientAddress: "192.0.2.1" }),
    );
    expect(decision.reason).toBeNull();
    expect(steps).toEqual([
      { step: "author", address: "a@example.org", reason: null },
      { step: "rule", rule: "allow[0]", unmet: "login" },
      { step: "rule", rule: "allow[0]", unmet: "author" },
      { step: "rule", rule: "allow[0]", unmet: null },
      {
        step: "keys",
        source: { kind: "domain", name: "example.org" },
        keys: ["rsa1._domainkey.example.org", "ed1._domainkey.example.org"],
      },
    ]);
  });

  it("names each kind of condition that does not hold, and what chose the keys", () => {
    const from = ["example.org"];
    const rules: Allow[] = [
      { doors: ["proxy-out"], from },
      { networks: ["192.0.2.0/24"], from },
      { daemons: ["ORIGINATING"], from },
      { logins: ["*"], from },
    ];
    const keyRules = [{ name: "key_rules[0]", from: [parseAddressPattern("a@example.org")!], keys: [KEYS[0]!.name] }];
    const entries = [{ pattern: "*@example.org", keyName: KEYS[1]!.name, signer: null }];
    const signingTable = new SigningTable(entries, { form: "refile", multiple: false });
    const policy = policyOf(rules, { keyRules, signingTable });
    const stepsOf = (author: string) => policy.explain(request(author, { login: "alice" })).steps.slice(1);
    const refusals = ["door", "network", "daemon", null].map((unmet) => ({ step: "rule", rule: "allow[0]", unmet }));
    expect(stepsOf("a@example.org")).toEqual([
      ...refusals,
      { step: "keys", source: { kind: "rule", name: "key_rules[0]" }, keys: [KEYS[0]!.name] },
    ]);
    expect(stepsOf("b@example.org")).toEqual([
      ...refusals,
      { step: "keys", source: { kind: "signing-table", name: "*@example.org" }, keys: [KEYS[1]!.name] },
    ]);
  });
});

describe("whatever the From", () => {
  const label = fc.constantFrom("a", "b", "mail", "xn--bcher-kva", "example", "org", "com");
  const domain = fc.array(label, { minLength: 2, maxLength: 5 }).map((labels) => labels.join("."));
  const localPart = fc.constantFrom("a", "A", "office", '"a@b.com"', "a+b", '"x y"');
  const pattern = fc.oneof(
    domain,
    domain.map((name) => `*.${name}`),
    domain.map((name) => `a@${name}`),
  );

  it("there are no keys for a domain that no rule of the sender names", () => {
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 1, maxLength: 3 }),
        localPart,
        domain,
        domain,
        (from, local, author, login) => {
          const policy = policyOf([{ logins: ["*"], from: [...from, "$login_domain"] }], {
            keys: [key(author, "own"), key(author.split(".").slice(-2).join("."), "top")],
          });
          const { keys } = policy.decide(request(`${local}@${author}`, { login: `x@${login}` }));
          const isNamed = from.some((text) => {
            const name = text.replace(/^(?:\*\.|a@)/, "");
            return text.startsWith("*.") ? author.endsWith(`.${name}`) : author === name;
          });
          expect(keys === null || isNamed || author === login).toBe(true);
          for (const signing of keys ?? []) expect(isAtOrBelow(author, signing.domain)).toBe(true);
        },
      ),
    );
  });

  it("nothing is signed for a stranger, and nothing throws", () => {
    const policy = policyOf([{ logins: ["*"], networks: ["192.0.2.0/24"], from: ["*"] }]);
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.option(fc.string()),
        fc.option(fc.ipV4()),
        (from, login, clientAddress) => {
          const binary = Buffer.from(from, "utf8").toString("latin1");
          const { keys } = policy.decide(request(binary, { login, clientAddress }));
          if (keys !== null) expect(login !== null && clientAddress?.startsWith("192.0.2.")).toBe(true);
        },
      ),
    );
  });
});
