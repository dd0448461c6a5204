import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answersOf, CommandLine, letter, signedLetter, type Answer } from "./command-line.js";

const cli = new CommandLine();

beforeAll(async () => {
  await cli.build();
  cli.write(
    "checked.eml",
    [
      "Authentication-Results: mx.example.net; dkim=pass header.d=example.org header.s=s1; spf=pass",
      "Received: from there",
      letter(),
    ].join("\r\n"),
  );
});

afterAll(() => {
  cli.remove();
});

async function status(...args: string[]): Promise<Answer[]> {
  const run = await cli.run(["status", "--json", ...args]);
  expect(run).toMatchObject({ code: 0, stderr: "" });
  return answersOf(run);
}

describe("status --json", () => {
  test("prints file, author, status and results, and nothing else", async () => {
    const [answer] = await status("--trusted", "mx.example.net", "checked.eml");
    expect(Object.keys(answer!)).toEqual(["file", "author", "status", "results"]);
    expect(answer).toMatchObject({
      file: "checked.eml",
      author: { address: "alice@example.org", domain: "example.org" },
      status: { state: "author", signer: "example.org" },
      results: [
        { method: "dkim", result: "pass" },
        { method: "spf", result: "pass" },
      ],
    });
  });

  test("trusts nobody unless told to, and exits 0 all the same", async () => {
    const [answer] = await status("checked.eml");
    expect(answer!.status).toMatchObject({ state: "unknown", reasons: ["nothing-trusted"] });
  });

  test("takes all trusted ids as those of one operator", async () => {
    cli.write(
      "relay.eml",
      [
        "Authentication-Results: inner.example.net; spf=pass",
        "Authentication-Results: outer.example.net; dkim=pass header.d=example.org",
        letter(),
      ].join("\r\n"),
    );
    const [answer] = await status("--trusted", "inner.example.net", "--trusted", "outer.example.net", "relay.eml");
    expect(answer!.status.state).toBe("author");
  });

  test("--max-received-above, --trust-without-id and --legacy-fields choose what is read", async () => {
    const ms = "Authentication-Results: dkim=pass header.d=example.org; spf=pass";
    cli.write("microsoft.eml", [ms, letter()].join("\r\n"));
    expect((await status("microsoft.eml"))[0]!.status.state).toBe("unknown");
    expect((await status("--trust-without-id", "microsoft.eml"))[0]!.status.state).toBe("author");
    cli.write("below.eml", ["Received: x", ms.replace(": dkim", ": mx; dkim"), letter()].join("\r\n"));
    const trusted = ["--trusted", "mx", "below.eml"];
    expect((await status(...trusted))[0]!.status.state).toBe("author");
    expect((await status("--max-received-above", "0", ...trusted))[0]!.status.state).toBe("unknown");
    cli.write(
      "legacy.eml",
      ["X-Spam-Status: No, tests=DKIM_SIGNED,DKIM_VALID,DKIM_VALID_AU", await signedLetter()].join("\r\n"),
    );
    expect((await status("--legacy-fields", "--trusted", "mx", "legacy.eml"))[0]!.status.state).toBe("author");
  });

  test("does not take the start of a header without end for the whole", async () => {
    cli.write("endless.eml", letter().replace("Subject: ", "Subject: " + "x".repeat(600_000)));
    const [answer] = await status("--trusted", "mx.example.net", "endless.eml");
    expect(answer).toMatchObject({ author: null, status: { state: "malformed", reasons: ["header-too-large"] } });
  });

  test("takes the options of verify too, which change nothing", async () => {
    const args = [
      "--dns-zone",
      "nothing.json",
      "--authserv-id",
      "mx.example.net",
      "--now",
      "2026-11-24",
      "checked.eml",
    ];
    expect((await status(...args))[0]!.status.reasons).toEqual(["nothing-trusted"]);
  });

  test("exits 2 where a file cannot be read", async () => {
    expect(await cli.run(["status", "missing.eml"])).toMatchObject({
      code: 2,
      stderr: "dkimstatus: missing.eml: no such file or folder\n",
    });
  });
});

test("status prints a table of what was noted", async () => {
  const { stdout } = await cli.run(["status", "--trusted", "mx.example.net", "checked.eml"]);
  expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["FILE", "AUTHOR", "STATUS", "RESULT", "NOTES"],
    ["checked.eml", "alice@example.org", "author example.org", "dkim=pass example.org"],
    ["", "spf=pass"],
    [""],
  ]);
});
