import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigError } from "../../../src/gateway/config/errors.js";
import { parseHostPort } from "../../../src/gateway/dkimproxy/address.js";
import { parseConfFile } from "../../../src/gateway/dkimproxy/conf-file.js";
import { loadDkimproxyIn, loadDkimproxyOut } from "../../../src/gateway/dkimproxy/configuration.js";
import { withLegacyField } from "../../../src/gateway/dkimproxy/legacy-field.js";
import { domainKeys, parseMap, senderKeys } from "../../../src/gateway/dkimproxy/lookup-map.js";
import { parseSignatureSpecs, SpecError } from "../../../src/gateway/dkimproxy/signature-spec.js";
import { parseHeader } from "../../../src/message/header.js";
import { authorOf } from "../../../src/message/author.js";
import { binaryString, octetsOf } from "../../../src/message/octets.js";
import { makeKey } from "../../support/dkim.js";

const RSA = makeKey("example.org", "s1", "rsa");
const OTHER = makeKey("lists.example.org", "l1", "ed25519");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dkimstatus-dkimproxy-"));
  file("private.key", RSA.key.privateKey as string);
  file("other.key", OTHER.key.privateKey as string);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text.replaceAll("FOLDER", folder));
  chmodSync(path, mode);
  return path;
}

const OUT = `
# as in the article
listen    127.0.0.1:10027
relay     127.0.0.1:10028
domain    example.org
signature dkim(c=relaxed)
signature domainkeys(c=nofws)
keyfile   FOLDER/private.key
selector  selector1
`;

const out = (text: string) => loadDkimproxyOut(file("out.conf", text), []);

function headerOf(from: string, ...others: string[]) {
  return parseHeader(octetsOf([`From: ${from}`, ...others, "", ""].join("\r\n")));
}

/** `selector._domainkey.domain c=` of each signature, or why there is none. */
async function signers(conf: string, from: string, ...others: string[]): Promise<string[] | string> {
  const header = headerOf(from, ...others);
  const decision = (await out(conf)).policy.decide({ author: authorOf(header), header });
  if (decision.keys === null) return decision.reason;
  return decision.keys.map((key) => {
    const agent = key.identity === undefined ? "" : ` i=${key.identity}`;
    return `${key.selector}._domainkey.${key.domain} ${key.headerCanonicalization}/${key.bodyCanonicalization}${agent}`;
  });
}

async function problemsOf(conf: string): Promise<readonly string[]> {
  const error: unknown = await out(conf).catch((error: unknown) => error);
  if (!(error instanceof ConfigError)) throw new Error("there is no problem");
  return error.problems;
}

describe("a configuration file of DKIMproxy", () => {
  it("has options by line, comments, and switches that are a name alone", () => {
    const text =
      "# c\n\n listen 127.0.0.1:10025\t\nreject-fail\nrelay = [::1]:26 # here\n--domain a.example,b.example\r\n";
    expect(parseConfFile(text).settings).toEqual([
      { name: "listen", value: "127.0.0.1:10025", place: "line 3" },
      { name: "reject_fail", value: "", place: "line 4" },
      { name: "relay", value: "[::1]:26", place: "line 5" },
      { name: "domain", value: "a.example,b.example", place: "line 6" },
    ]);
    expect(parseConfFile("listen x\n=y\n").problems).toEqual(['line 2: "=y" is no NAME VALUE']);
  });

  it.each([
    ["127.0.0.1:10025", { host: "127.0.0.1", port: 10025 }],
    ["[::1]:25", { host: "::1", port: 25 }],
    ["[mail.example]", { host: "mail.example", port: 7 }],
    ["localhost", { host: "localhost", port: 7 }],
    ["::1", null],
    ["a:b", null],
    ["a:65535", { host: "a", port: 65_535 }],
    ["a:65536", null],
    ["", null],
  ])("has %j as an address", (text, parts) => {
    expect(parseHostPort(text, 7)).toEqual(parts && { kind: "inet", ...parts });
  });

  it("is read without an error that is not one line for its writer", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 200 }), async (text) => {
        const lines = [...(await problemsOf(`listen\n${text}`))];
        for (const line of lines) expect(line).not.toContain("\n");
      }),
      { numRuns: 50 },
    );
  });
});

describe("dkimproxy_in.conf", () => {
  const load = (text: string) => loadDkimproxyIn(file("in.conf", text), []);

  it("says where to listen, where mail goes, and who verifies", async () => {
    const config = await load("listen 127.0.0.1:10025\nrelay 127.0.0.1:10026\nhostname mx.example.net\nreject_error\n");
    expect(config).toMatchObject({
      listen: { kind: "inet", host: "127.0.0.1", port: 10025 },
      relay: { kind: "inet", host: "127.0.0.1", port: 10026 },
      authservId: "mx.example.net",
      whenUnable: "tempfail",
    });
    expect(config.notices.join("\n")).toMatch(/forged ones[^]*dkim=none/);
  });

  it("may say the relay in two parts, and leave its port out", async () => {
    const config = await load("listen a:1\nrelay_host ::1\nrelay_port 26\n");
    expect(config.relay).toEqual({ kind: "inet", host: "::1", port: 26 });
    expect((await load("listen a:1\nrelay mail.example\n")).relay).toMatchObject({ port: 25 });
    expect(config.whenUnable).toBe("accept");
    const parts = async (text: string) => (await load(`listen a:1\n${text}`)).relay;
    expect(await parts("relay_host [::1]\nrelay_port 26")).toEqual(config.relay);
    expect(await parts("relay_host mail.example\nrelay_port 26")).toMatchObject({ host: "mail.example", port: 26 });
    expect(await parts("relay_host mail.example")).toMatchObject({ host: "mail.example", port: 25 });
  });

  it.each([
    ["", "tempfail"],
    ["1", "tempfail"],
    ["10", "tempfail"],
    ["nothing", "tempfail"],
    ["0", "accept"],
    ["No", "accept"],
    ["off", "accept"],
    ["false", "accept"],
  ])("has mail that cannot be worked on treated by reject_error %s: %s", async (value, whenUnable) => {
    expect(await load(`listen a:1\nrelay b\nreject_error ${value}\n`)).toMatchObject({ whenUnable });
  });

  it("may have options without effect, which are reported", async () => {
    const { notices } = await load(
      "listen a:1\nrelay b\nmin_servers 5\nuser dkim\npidfile /x\nreject_fail\ndomian x\nkeyfile /x\ndebugtrace\nlisten_ x\n",
    );
    expect(notices.slice(0, 8)).toEqual([
      expect.stringMatching(/^line 3: min_servers has no effect: /),
      expect.stringMatching(/^line 4: user has no effect: /),
      expect.stringMatching(/^line 5: pidfile has no effect: /),
      expect.stringMatching(/^line 6: reject_fail has no effect: .*ADSP/),
      "line 7: domian is no option of dkimproxy.in and has no effect",
      "line 8: keyfile is no option of dkimproxy.in and has no effect",
      expect.stringMatching(/^line 9: debugtrace has no effect: /),
      "line 10: listen_ is no option of dkimproxy.in and has no effect; did you mean listen?",
    ]);
  });

  it("reports addresses that are incomplete", async () => {
    await expect(load("listen localhost\nrelay a:b\n")).rejects.toMatchObject({
      problems: [
        'line 1: listen "localhost": where to listen; allowed: HOST:PORT, [HOST]:PORT',
        'line 2: relay "a:b": the next SMTP server; allowed: HOST:PORT, [HOST]:PORT, [HOST] or HOST',
      ],
    });
    await expect(loadDkimproxyIn(join(folder, "missing"), [])).rejects.toMatchObject({ problems: ["no such file"] });
  });

  it("gives way to the command line", async () => {
    const overrides = [{ name: "hostname", value: "other.example", place: "--hostname" }];
    const path = file("in.conf", "listen a:1\nrelay b:2\nhostname mx.example.net\n");
    expect((await loadDkimproxyIn(path, overrides)).authservId).toBe("other.example");
  });
});

describe("dkimproxy_out.conf", () => {
  it("signs once for authors of its domain, and says what it does differently", async () => {
    const { notices, listen, relay } = await out(OUT);
    expect(listen).toMatchObject({ port: 10027 });
    expect(relay).toMatchObject({ port: 10028 });
    expect(notices).toEqual([
      expect.stringMatching(/^line 7: DomainKeys .* left out/),
      "line 5: signs for authors at example.org or below: DKIMproxy signed everybody's mail with it",
    ]);
    expect(await signers(OUT, "a@example.org")).toEqual(["selector1._domainkey.example.org relaxed/simple"]);
    expect(await signers(OUT, "a@sub.example.org")).toEqual(["selector1._domainkey.example.org relaxed/simple"]);
  });

  it.each(["a@other.example", "a@notexample.org", "a@org", "x@example.org.evil.example"])(
    "does not sign for %s",
    async (from) => {
      expect(await signers(OUT, from)).toMatch(/^no-key-for-author$|^from-unparsable$/);
    },
  );

  it("does not sign without a clear author, whatever Sender says", async () => {
    expect(await signers(OUT, "a@example.org, b@other.example", "Sender: a@example.org")).toBe("from-several-domains");
    expect(await signers(OUT, "a@other.example", "Sender: a@example.org")).toBe("no-key-for-author");
  });

  it("signs by the nearest of several domains", async () => {
    const conf = OUT.replace("example.org", "example.org, Lists.Example.ORG,other.example,");
    expect((await out(conf)).notices).toContain(
      "line 5: signs for authors at these domains or below, by From: DKIMproxy asked Sender first",
    );
    expect(await signers(conf, "a@x.lists.example.org")).toEqual([
      "selector1._domainkey.lists.example.org relaxed/simple",
    ]);
    expect(await signers(conf, "a@www.example.org")).toEqual(["selector1._domainkey.example.org relaxed/simple"]);
  });

  it("signs without a word about signatures, where there is no map either", async () => {
    const conf = OUT.replace(/signature.*\n/g, "");
    expect(await signers(conf, "a@example.org")).toEqual(["selector1._domainkey.example.org relaxed/simple"]);
    file("map", "nobody.example dkim\n");
    expect(await signers(`${conf}sender_map FOLDER/map\n`, "a@example.org")).toBe("no-key-for-author");
    expect(await signers(`${conf}listid_map FOLDER/map\n`, "a@example.org")).toBe("no-key-for-author");
  });

  it.each([
    ["simple", "simple/simple"],
    ["relaxed", "relaxed/simple"],
    ["simple/relaxed", "simple/relaxed"],
    ["relaxed/relaxed", "relaxed/relaxed"],
    ["nowsp", "relaxed/relaxed"],
  ])("has the method %s", async (method, canonicalization) => {
    const conf = OUT.replace(/signature.*\n/g, "");
    expect(await signers(`${conf}method ${method}\n`, "a@example.org")).toEqual([
      `selector1._domainkey.example.org ${canonicalization}`,
    ]);
    expect(await signers(`${conf}method simple\ndkim_method ${method}\n`, "a@example.org")).toEqual([
      `selector1._domainkey.example.org ${canonicalization}`,
    ]);
  });

  it("makes a DKIM signature where only DomainKeys was asked, and SHA-256 where SHA-1 was", async () => {
    const conf = OUT.replace("signature dkim(c=relaxed)\n", "");
    expect(await signers(conf, "a@example.org")).toEqual(["selector1._domainkey.example.org relaxed/simple"]);
    const own = "domainkeys(d=sub.example.org,s=dk,key=FOLDER/other.key,c=nofws), domainkeys";
    expect(await signers(conf.replace("domainkeys(c=nofws)", own), "a@sub.example.org")).toEqual([
      "dk._domainkey.sub.example.org relaxed/simple",
    ]);
    expect((await out(OUT.replace("c=relaxed", "c=nowsp"))).notices).toContain(
      "line 6: nowsp was given up before RFC 4871: relaxed/relaxed is made in its place",
    );
    const { notices } = await out(OUT.replace("c=relaxed", "a=rsa-sha1, c=simple, i=@example.org, h=From"));
    expect(notices.join("\n")).toMatch(/rsa-sha1 must not sign[^]*headers has no effect/);
  });

  it("names the identity, with macros, and leaves one out that the domain cannot speak for", async () => {
    const signed = (text: string, from: string) =>
      signers(
        OUT.replace("c=relaxed", () => `c=relaxed, i=${text}`),
        from,
      );
    const plain = "selector1._domainkey.example.org relaxed/simple";
    expect(await signed("post@example.org", "a@example.org")).toEqual([`${plain} i=post@example.org`]);
    expect(await signed("$sender", "a@news.example.org")).toEqual([`${plain} i=a@news.example.org`]);
    expect(await signed("x@evil.example", "a@example.org")).toEqual([plain]);
    expect(await signed("a$$b@example.org", "a@example.org")).toEqual([`${plain} i=a$b@example.org`]);
    expect(await signers(`${OUT}identity @example.org\n`, "a@example.org")).toEqual([`${plain} i=@example.org`]);
  });

  it("signs with several keys side by side, each with its own method", async () => {
    const own = "signature dkim(s=ed,key=FOLDER/other.key,c=relaxed/relaxed,a=ed25519-sha256)\n";
    const conf = OUT.replace("c=relaxed", "c=relaxed,a=rsa-sha256") + own;
    expect(await signers(conf, "a@example.org")).toEqual([
      "selector1._domainkey.example.org relaxed/simple",
      "ed._domainkey.example.org relaxed/relaxed",
    ]);
  });

  it("asks its maps first: the list's, then the sender's", async () => {
    file(
      "senders",
      [
        "; comment",
        "# comment",
        "jane@example.org dkim(d=jane.example)",
        "jane+x@example.org dkim(d=x.example)",
        "example.org   dkim(c=simple,s=s2), domainkeys(c=nofws)",
        "below.example dkim",
        "macro.example dkim(d=$senderdomain)",
        "keyed.example dkim(d=dkim.$keydomain)",
        "Upper.example dkim",
        "nothing",
        ". dkim(d=all.example,key=FOLDER/other.key,s=all)",
      ]
        .join("\n")
        .replaceAll("FOLDER", folder),
    );
    file("lists", "dev.lists.example.org dkim\nlists.example.org dkim(s=l2)\nkeyed.example dkim(d=l.$key,i=@$key)\n");
    const conf = `${OUT}sender_map FOLDER/senders\nlistid_map FOLDER/lists\n`;
    const relaxed = (text: string) => [`${text} relaxed/simple`];
    expect(await signers(conf, "Jane@example.org")).toEqual(relaxed("selector1._domainkey.jane.example"));
    expect(await signers(conf, "jane+X@example.org")).toEqual(relaxed("selector1._domainkey.x.example"));
    expect(await signers(conf, "jane+y@example.org")).toEqual(relaxed("selector1._domainkey.jane.example"));
    expect(await signers(conf, "bob@example.org")).toEqual(["s2._domainkey.example.org simple/simple"]);
    expect(await signers(conf, "bob@sub.example.org")).toEqual(["s2._domainkey.example.org simple/simple"]);
    expect(await signers(conf, "a@a.b.macro.example")).toEqual(relaxed("selector1._domainkey.a.b.macro.example"));
    expect(await signers(conf, "a@a.keyed.example")).toEqual(relaxed("selector1._domainkey.dkim.keyed.example"));
    expect(await signers(conf, "a@upper.example")).toEqual(relaxed("all._domainkey.all.example"));
    expect(await signers(conf, "a@elsewhere.example")).toEqual(relaxed("all._domainkey.all.example"));
    expect(await signers(conf, "a@elsewhere.example", "Sender: b@below.example")).toEqual(
      relaxed("selector1._domainkey.below.example"),
    );
    expect(await signers(conf, "a@elsewhere.example", "List-Id: Dev <dev.lists.example.org>")).toEqual(
      relaxed("selector1._domainkey.lists.example.org"),
    );
    expect(await signers(conf, "a@elsewhere.example", "List-Id: DEV.X.lists.example.org")).toEqual(
      relaxed("l2._domainkey.lists.example.org"),
    );
    expect(await signers(conf, "a@elsewhere.example", "List-Id: lists.example.org")).toEqual(
      relaxed("l2._domainkey.example.org"),
    );
    expect(await signers(conf, "a@elsewhere.example", "List-Id: <a.keyed.example>")).toEqual(
      relaxed("selector1._domainkey.l.keyed.example"),
    );
    const twice = ["Sender: b@below.example", "Sender: b@below.example"];
    expect(await signers(conf, "a@elsewhere.example", ...twice)).toEqual(relaxed("all._domainkey.all.example"));
    const lists = ["List-Id: <lists.example.org>", "List-Id: <lists.example.org>"];
    expect(await signers(conf, "a@elsewhere.example", ...lists)).toEqual(relaxed("all._domainkey.all.example"));
    const { notices } = await out(conf);
    expect(notices.join("\n")).toMatch(/senders line 9: Upper\.example is never found[^]*line 10: nothing has no sign/);
  });

  it("looks a List-Id of 255 characters up, and none of one more", async () => {
    file("lists", "lists.example.org dkim(s=l2)\n");
    const conf = `${OUT}listid_map FOLDER/lists\n`;
    const listId = `${"a.".repeat(119)}lists.example.org`;
    expect(listId).toHaveLength(255);
    expect(await signers(conf, "a@example.org", `List-Id: <${listId}>`)).toEqual([
      "l2._domainkey.lists.example.org relaxed/simple",
    ]);
    expect(await signers(conf, "a@example.org", `List-Id: <a${listId}>`)).toEqual([
      "selector1._domainkey.example.org relaxed/simple",
    ]);
  });

  it("tells all that is wrong, and where", async () => {
    file(
      "senders",
      "a.example dkim(x=1)\nb.example smime\nc.example dkim(d=$who)\n. dkim(d=a.example), dkim\nd.example dkim((\n",
    );
    const conf = `
listen 127.0.0.1:10027
relay 127.0.0.1
signature dkim(a=rsa-md5,c=loose,d=no_domain,s=$)
signature smime
keyfile FOLDER/missing.key
sender_map FOLDER/senders
listid_map FOLDER/nowhere
`;
    const problems = (await problemsOf(conf)).join("\n").replaceAll(folder, "FOLDER");
    const wanted = [
      'FOLDER/senders line 1: "x=1" is no option of a signature; allowed: a, ',
      'FOLDER/senders line 2: "smime" is no signature',
      "FOLDER/senders line 3: $who is no macro",
      "FOLDER/senders line 4: who signs for all others must be said",
      "FOLDER/senders line 5: ",
      "line 8: FOLDER/nowhere: no such file",
      'line 5: "smime" is no signature',
      'line 4: "rsa-md5" is no algorithm',
      'line 4: "loose" is no method',
      'line 4: "no_domain" is no domain',
      "line 4: selector is missing or none",
      "line 4: FOLDER/missing.key: no such file",
    ];
    for (const problem of wanted) expect(problems).toContain(problem);
  });

  it("refuses a key that others can read, with the cure", async () => {
    file("private.key", RSA.key.privateKey as string, 0o644);
    expect((await problemsOf(OUT)).join("\n")).toMatch(/others than its owner .* chmod 600 /);
  });

  it("wants a domain, a selector and a key", async () => {
    expect(await problemsOf("listen a:1\nrelay b\n")).toEqual([
      "signature: domain is missing: who signs",
      "signature: selector is missing or none: the name of the key in the DNS, such as s2026",
      "signature: keyfile is missing: the private key",
    ]);
  });
});

describe("X-DKIM-Authentication-Results", () => {
  const editOf = (prepend: string) => ({ prepend: octetsOf(prepend), remove: [1] });
  const legacyOf = (prepend: string) => {
    const { prepend: octets, remove } = withLegacyField(editOf(prepend));
    expect(remove).toEqual([1]);
    return binaryString(octets);
  };

  it.each([
    ["dkim=none", "none"],
    ["spf=pass", "none"],
    ["dkim=fail reason=body-hash-mismatch; dkim=pass; spf=fail", "pass"],
    ["dkim=policy reason=rsa-sha1; dkim=fail reason=body-hash-mismatch", "fail (body-hash-mismatch)"],
    ["dkim=permerror reason=key-malformed; dkim=policy reason=rsa-sha1", "invalid (rsa-sha1)"],
    ["dkim=permerror reason=key-malformed", "invalid (key-malformed)"],
    ["dkim=fail; dkim=temperror reason=key-unavailable", "temperror (key-unavailable)"],
    ["spf=pass; dkim=neutral; dkim=fail", "fail"],
  ])("tells the best result of %s: %s", (results, word) => {
    const field = `Authentication-Results: mx.example.net; ${results}\r\n`;
    expect(legacyOf(field)).toBe(`${field}X-DKIM-Authentication-Results: ${word}\r\n`);
  });

  it("stands above the empty line of a message without a header", () => {
    const field = "Authentication-Results: mx.example.net; dkim=none\n";
    expect(legacyOf(`${field}\n`)).toBe(`${field}X-DKIM-Authentication-Results: none\n\n`);
  });

  it("is not there where there is no field of ours: in mail that is signed", () => {
    expect(legacyOf("DKIM-Signature: v=1\r\n")).toBe("DKIM-Signature: v=1\r\n");
  });
});

describe("the keys of a lookup", () => {
  it("are in DKIMproxy's order", () => {
    expect(senderKeys("Jane+Lists", "a.example.org")).toEqual([
      "jane+lists@a.example.org",
      "jane@a.example.org",
      "a.example.org",
      "example.org",
      "org",
      ".",
    ]);
    expect(senderKeys("+lists", "org")).toEqual(["+lists@org", "org", "."]);
    expect(domainKeys("org")).toEqual(["org", "."]);
  });

  it("are found in a map by the last line that has them", () => {
    const { entries } = parseMap("a.example dkim(s=one)\na.example dkim(s=two)\n", "map");
    expect(entries.get("a.example")?.specs[0]?.options.get("selector")).toBe("two");
  });
});

describe("signatures as they are written", () => {
  it("are a list whose commas within parentheses do not part it", () => {
    const specs = parseSignatureSpecs(" dkim(c=relaxed, a=rsa-sha256 ,key=/etc/k y) , domainkeys , dkim ()", "here");
    expect(specs.map(({ type, options }) => [type, [...options]])).toEqual([
      [
        "dkim",
        [
          ["method", "relaxed"],
          ["algorithm", "rsa-sha256"],
          ["keyfile", "/etc/k y"],
        ],
      ],
      ["domainkeys", []],
      ["dkim", []],
    ]);
  });

  it.each([
    ["a dkim", '"a dkim" is no signature'],
    ["dkim(c=simple) b", '"dkim(c=simple) b" is no signature'],
    ["dkim)", '"dkim)": parentheses do not match'],
    ["dkim(h=from))", '"dkim(h=from))": parentheses do not match'],
    ["dkim(key=/a(b)", '"dkim(key=/a(b)": parentheses do not match'],
    ["dkim(c=simple", '"dkim(c=simple": a parenthesis is not closed'],
    ["dkim(a c=simple)", '"a c=simple" is no option of a signature'],
    ["dkim(c)", '"c" is no option of a signature'],
  ])("are not %j", (text, why) => {
    expect(() => parseSignatureSpecs(text, "here")).toThrow(why);
  });

  it("are read, or refused in words", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("dkim", "(", ")", ",", "c=", "d=x", " ", "é", "="), { maxLength: 15 }),
        (parts) => {
          try {
            parseSignatureSpecs(parts.join(""), "here");
          } catch (error) {
            expect(error).toBeInstanceOf(SpecError);
          }
        },
      ),
    );
  });
});
