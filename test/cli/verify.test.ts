import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verify } from "../../src/index.js";
import { octetsOf } from "../../src/message/octets.js";
import { zoneResolver } from "../../src/dns/zone.js";
import { NOW, signed, makeKey, zoneOf } from "../support/dkim.js";
import { CommandLine, KEY, letter, signedLetter } from "./command-line.js";

const cli = new CommandLine();

beforeAll(async () => {
  await cli.build();
  cli.write("signed.eml", await signedLetter());
  cli.write("unsigned.eml", letter());
  cli.write("broken.eml", (await signedLetter()) + "An advert.\r\n");
});

afterAll(() => {
  cli.remove();
});

describe("verify --json", () => {
  test("prints what the library answers, and the file as it was given", async () => {
    const { answers, code } = await cli.verify(["--authserv-id", "mx.example.net", "signed.eml"]);
    const expected = await verify(octetsOf(await signedLetter()), {
      resolver: zoneResolver(zoneOf(KEY)),
      now: NOW,
      authservId: "mx.example.net",
    });
    const { file, ...answer } = answers[0]!;
    expect(file).toBe("signed.eml");
    expect(answer).toEqual(JSON.parse(JSON.stringify(expected)));
    expect(answer.status).toMatchObject({ state: "author", signer: "example.org" });
    expect(code).toBe(0);
  });

  test("exits 1 where one of several messages has no passing signature", async () => {
    const { answers, code } = await cli.verify(["signed.eml", "unsigned.eml", "broken.eml"]);
    expect(answers.map(({ status }) => status.state)).toEqual(["author", "unsigned", "invalid"]);
    expect(code).toBe(1);
  });

  test("answers in the order of the arguments, for more messages than are under way at once", async () => {
    const files = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const content = i % 7 === 0 ? await signedLetter("Long", "x".repeat(300_000) + "\r\n") : letter();
        return cli.write(`order/${i}.eml`, content);
      }),
    );
    const { answers } = await cli.verify(files);
    expect(answers.map(({ file }) => file)).toEqual(files);
  });

  test("names the host as authserv-id unless told otherwise", async () => {
    const { answers } = await cli.verify(["unsigned.eml"]);
    expect(answers[0]!.authenticationResults).toMatch(/^\S+; dkim=none$/);
  });

  test("judges expiry as of --received-at", async () => {
    cli.write("expiring.eml", await signed(letter(), [KEY], { expiresAfter: 3600 }));
    const late = ["--now", "2027-01-01", "expiring.eml"];
    expect((await cli.verify(late)).answers[0]!.signatures[0]!.reason).toBe("signature-expired");
    const { answers } = await cli.verify(["--received-at", NOW.toISOString(), ...late]);
    expect(answers[0]!.signatures[0]!.result).toBe("pass");
  });

  test("escapes what a terminal would obey, and stays the same value", async () => {
    const name = "Al\x1b[31mice\xc2\x9b31m";
    cli.write("escape.eml", letter().replace("alice@", `"${name}"@`));
    const { stdout, answers } = await cli.verify(["escape.eml"]);
    expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
    expect(answers[0]!.file).toBe("escape.eml");
  });
});

describe("verify", () => {
  test("prints a table: a row for each signature, and a line that sums up", async () => {
    const other = makeKey("list.example", "s2");
    cli.write("two.eml", await signed(letter(), [KEY, other]));
    const { stdout, code } = await cli.run(["verify", ...cli.lookup(), "signed.eml", "two.eml", "unsigned.eml"]);
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["FILE", "AUTHOR", "STATUS", "SIGNATURE", "NOTES"],
      ["signed.eml", "alice@example.org", "author example.org", "pass example.org"],
      ["two.eml", "alice@example.org", "author example.org", "pass example.org"],
      ["", "permerror list.example", "key-not-found"],
      ["unsigned.eml", "alice@example.org", "unsigned", "none"],
      [""],
      ["3 messages: 2 author, 1 unsigned"],
      [""],
    ]);
    expect(code).toBe(1);
  });

  test("prints no escape sequence of a message, a file name or an error", async () => {
    const name = cli.write("\x1b]0;title\x07.eml", letter().replace("alice@", '"\x1b[2J"@'));
    const { stdout, stderr } = await cli.run(["verify", ...cli.lookup(), name, "\x1b[2Jmissing"]);
    expect(stdout + stderr).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    expect(stderr).toContain("missing: no such file or folder");
  });
});

describe("what cannot be read", () => {
  test.each([
    ["a file that is not there", "missing.eml", "dkimstatus: missing.eml: no such file or folder\n"],
    ["a file below a file", "signed.eml/x", "dkimstatus: signed.eml/x: no such file or folder\n"],
    [
      "a file that gives no octets",
      "/proc/self/mem",
      "dkimstatus: /proc/self/mem: cannot be read (input/output error)\n",
    ],
  ])("%s is told in one line, stops no other, and exits 2", async (_, path, line) => {
    const { answers, code, stderr } = await cli.verify(["unsigned.eml", path, "signed.eml"]);
    expect(stderr).toBe(line);
    expect(answers.map(({ file }) => file)).toEqual(["unsigned.eml", "signed.eml"]);
    expect(code).toBe(2);
  });

  test("a folder without messages is an empty answer", async () => {
    mkdirSync(join(cli.folder, "empty"));
    expect(await cli.verify(["empty"])).toMatchObject({ stdout: "", stderr: "", code: 0 });
  });

  test("an empty file is a message without an author", async () => {
    cli.write("empty.eml", "");
    const { answers, code } = await cli.verify(["empty.eml"]);
    expect(answers[0]).toMatchObject({ author: null, signatures: [], status: { state: "malformed" } });
    expect(code).toBe(1);
  });
});

describe("usage", () => {
  test.each([
    ["no command", [], "no command: there are verify, annotate,"],
    ["no file", ["verify"], "missing required argument 'file'"],
    ["an unknown command", ["veryfy", "x"], "unknown command 'veryfy' (Did you mean verify?)"],
    ["an unknown option", ["verify", "--jsn", "x"], "unknown option '--jsn' (Did you mean --json?)"],
    ["no date", ["verify", "--now", "yesterday", "x"], "'yesterday' is invalid. Not a date such as"],
    ["no number", ["status", "--max-received-above", "-1", "x"], "Not a whole number of 0 or more."],
    ["two resolvers", ["verify", "--doh", "https://x.example/", "--dns-zone", "z", "x"], "cannot be used with"],
    ["a zone that is not there", ["verify", "--dns-zone", "none.json", "x"], "none.json: no such file or folder"],
    ["a server that is none", ["verify", "--dns-server", "ns.example", "x"], "ns.example is no DNS server"],
  ])("%s: one line says what is wrong, and the exit code is 2", async (_, args, message) => {
    const { code, stdout, stderr } = await cli.run(args);
    expect(stderr).toMatch(/^dkimstatus: [^\n]+\n$/);
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  test("a zone that is no zone is told with its name", async () => {
    cli.write("bad.json", '{"a": 1}');
    const { stderr, code } = await cli.run(["verify", "--dns-zone", "bad.json", "signed.eml"]);
    expect(stderr).toMatch(/^dkimstatus: bad\.json: [^\n]+\n$/);
    expect(code).toBe(2);
  });

  test.each(["verify", "annotate", "status", "explain", "sign"])("%s --help tells its options", async (command) => {
    const { stdout, code } = await cli.run([command, "--help"]);
    expect(stdout).toMatch(new RegExp(`Usage: dkimstatus ${command} \\[options\\] [<[]file`));
    expect(stdout).toContain("--now <iso-8601>");
    expect(code).toBe(0);
  });
});
