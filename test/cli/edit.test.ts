import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeKey, NOW, resolverOf, signed, verified, zoneOf } from "../support/dkim.js";
import { CommandLine, KEY, letter, signedLetter } from "./command-line.js";

const cli = new CommandLine();

beforeAll(async () => {
  await cli.build();
});

afterAll(() => {
  cli.remove();
});

const FORGED = "Authentication-Results: mx.example.net; dkim=pass header.d=bank.example\r\n";
const OTHERS = "Authentication-Results: elsewhere.example; spf=pass\r\n";

describe("annotate", () => {
  test("prints the message with our field on top and the forged one taken out, every other octet as it was", async () => {
    const message = await signedLetter("Lunch \xff\xfe", "8 bits: \x80\x00\xff, bare \r and \n\r\n");
    const path = cli.write("a.eml", OTHERS + FORGED + message);
    const { stdout, stderr, code } = await cli.run([
      "annotate",
      ...cli.lookup(),
      "--authserv-id",
      "mx.example.net",
      path,
    ]);
    const kept = OTHERS + message;
    expect(stdout.slice(-kept.length)).toBe(kept);
    const field = stdout.slice(0, -kept.length);
    expect(field).toMatch(/^Authentication-Results: mx\.example\.net;[^]*dkim=pass[^]*header\.d=example\.org[^]*\r\n$/);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  });

  test("says dkim=none of unsigned mail, in the message's own line ending", async () => {
    const message = letter().replaceAll("\r\n", "\n");
    const { stdout } = await cli.run(["annotate", "--authserv-id", "mx.example.net", "-"], { input: message });
    expect(stdout).toBe("Authentication-Results: mx.example.net; dkim=none\n" + message);
  });

  test("reads standard input and a file alike, and leaves nothing behind", async () => {
    const message = FORGED + (await signedLetter("Long", "x".repeat(3_000_000) + "\r\n"));
    const args = ["annotate", ...cli.lookup(), "--authserv-id", "mx.example.net"];
    const fromFile = await cli.run([...args, cli.write("long.eml", message)]);
    const fromInput = await cli.run([...args, "-"], { input: message });
    expect(fromInput.stdout).toBe(fromFile.stdout);
    expect(fromInput.stdout.length).toBeGreaterThan(3_000_000);
    expect(readdirSync(cli.temporary)).toEqual([]);
  });

  test("prints nothing where the message cannot be read", async () => {
    expect(await cli.run(["annotate", "."])).toEqual({ code: 2, stdout: "", stderr: "dkimstatus: .: is a folder\n" });
  });

  test("takes a message that begins with a From_ line as it is", async () => {
    const message = "From x Tue Nov 24 12:00:00 2026\r\n" + letter();
    const { stdout } = await cli.run(["annotate", "--authserv-id", "mx", cli.write("from.eml", message)]);
    expect(stdout).toBe("Authentication-Results: mx; dkim=none\r\n" + message);
  });
});

describe("sign", () => {
  const rsa = makeKey("example.org", "r1", "rsa");

  function keyOptions(...keys: (typeof KEY)[]): string[] {
    return keys.flatMap(({ key }) => [
      "--key",
      cli.write(`${key.selector}.pem`, key.privateKey as string),
      "--domain",
      key.domain,
      "--selector",
      key.selector,
    ]);
  }

  test("prints the message with a signature of each group on top, the first one first", async () => {
    const path = cli.write("plain.eml", letter());
    const { stdout, code } = await cli.run(["sign", ...keyOptions(KEY, rsa), "--now", NOW.toISOString(), path]);
    expect(stdout.endsWith(letter())).toBe(true);
    const verdicts = await verified(stdout, resolverOf(zoneOf(KEY, rsa)));
    expect(verdicts.map(({ result, tags }) => [result, tags.selector])).toEqual([
      ["pass", "s1"],
      ["pass", "r1"],
    ]);
    expect(stdout).toBe(await signed(letter(), [KEY, rsa]));
    expect(code).toBe(0);
  });

  test("takes out what claims to be ours only where it is told our id, and before it is signed", async () => {
    const path = cli.write("forged.eml", FORGED + letter());
    expect((await cli.run(["sign", ...keyOptions(KEY), path])).stdout).toContain(FORGED);
    const { stdout } = await cli.run(["sign", ...keyOptions(KEY), "--authserv-id", "mx.example.net", path]);
    expect(stdout).not.toContain(FORGED);
    expect(stdout.endsWith(letter())).toBe(true);
  });

  test.each([
    ["a group is not whole", ["--key", "s1.pem", "--domain", "a.example", "--domain", "b.example", "--selector", "s"]],
    ["a key is not there", ["--key", "none.pem", "--domain", "a.example", "--selector", "s"]],
    ["a key is none", ["--key", "plain.eml", "--domain", "a.example", "--selector", "s"]],
    ["a domain is none", ["--key", "s1.pem", "--domain", "a_b", "--selector", "s"]],
    ["nothing is named", []],
  ])("prints nothing but one line on standard error where %s", async (_, options) => {
    const { stdout, stderr, code } = await cli.run(["sign", ...options, "plain.eml"]);
    expect(stderr).toMatch(/^dkimstatus: [^\n]+\n$/);
    expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
  });

  test("has its own time, and refuses the one of verification", async () => {
    const now = await cli.run(["sign", ...keyOptions(KEY), "--now", "1970-01-01T00:01:00Z", "plain.eml"]);
    expect(now.stdout.replace(/\r\n[ \t]+/g, " ")).toMatch(/ t=60;/);
    const args = ["sign", ...keyOptions(KEY), "--received-at", NOW.toISOString(), "plain.eml"];
    const stderr = "dkimstatus: unknown option '--received-at' (see dkimstatus --help)\n";
    expect(await cli.run(args)).toEqual({ code: 2, stdout: "", stderr });
  });

  test("does not sign for an author who cannot be told", async () => {
    const path = cli.write("two-authors.eml", letter().replace("To: bob", "From: eve"));
    const { stdout, stderr, code } = await cli.run(["sign", ...keyOptions(KEY), path]);
    expect(stderr).toMatch(/^dkimstatus: two-authors\.eml: .*from-repeated.*\n$/);
    expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
  });
});

describe("the README", () => {
  test.each(["annotate", "sign"])("shows a command line of %s that runs", async (command) => {
    const line = new RegExp(`^dkimstatus (${command} .*) > out\\.eml$`, "m").exec(
      readFileSync("README.md", "utf8"),
    )![1]!;
    cli.write("in.eml", letter());
    cli.write("k.pem", KEY.key.privateKey as string);
    const { stdout, stderr, code } = await cli.run(line.split(" "));
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout.endsWith(letter())).toBe(true);
  });
});
