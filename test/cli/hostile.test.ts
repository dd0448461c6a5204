import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answersOf, CommandLine, letter, signedLetter } from "./command-line.js";

const cli = new CommandLine();

/** A heap that a copy of the large messages would not fit in. */
const SMALL_HEAP = { nodeFlags: ["--max-old-space-size=128"] };

const MIB = 1024 * 1024;

beforeAll(async () => {
  await cli.build();
});

afterAll(() => {
  cli.remove();
});

describe("in a heap of 128 MB", () => {
  test("a message of 200 MB is verified, annotated and given back whole", async () => {
    const piece = ("x".repeat(76) + "\r\n").repeat(MIB / 78);
    cli.write("large.eml", letter("Large", ""));
    for (let i = 0; i < 200; i++) appendFileSync(join(cli.folder, "large.eml"), piece);
    const { answers, code } = await cli.verify(["large.eml"], SMALL_HEAP);
    expect(answers[0]!.status.state).toBe("unsigned");
    expect(code).toBe(1);
    const { stdout } = await cli.run(["annotate", "--authserv-id", "mx", "large.eml"], SMALL_HEAP);
    expect(stdout.length).toBeGreaterThan(199 * MIB);
    expect(stdout.startsWith("Authentication-Results: mx; dkim=none\r\nFrom: Alice")).toBe(true);
  });

  test("10,000 DKIM-Signature fields are answered, most as too many", async () => {
    const fields = Array.from({ length: 10_000 }, (_, i) => `DKIM-Signature: v=1; d=a${i}\r\n`).join("");
    cli.write("signatures.eml", fields + (await signedLetter()));
    const { answers, code } = await cli.verify(["signatures.eml"], SMALL_HEAP);
    expect(answers[0]!.signatures).toHaveLength(10_001);
    expect(answers[0]!.signatures.filter(({ reason }) => reason === "too-many-signatures")).toHaveLength(9_985);
    expect(answers[0]!.status.state).toBe("author");
    expect(code).toBe(0);
  });

  test("a header line of 10 MB is malformed, in every place", async () => {
    const line = "x".repeat(10 * MIB);
    const message = await signedLetter();
    cli.write("line-1.eml", `X-Long: ${line}\r\n${message}`);
    cli.write("line-2.eml", message.replace("\r\n\r\n", `\r\nX-Long: ${line}\r\n\r\n`));
    cli.write("line-3.eml", line);
    const files = ["line-1.eml", "line-2.eml", "line-3.eml"];
    const { answers, code } = await cli.verify(files, SMALL_HEAP);
    expect(answers.map(({ status }) => [status.state, status.reasons[0]])).toEqual(
      files.map(() => ["malformed", "header-too-large"]),
    );
    expect(code).toBe(1);
    const status = answersOf(await cli.run(["status", "--json", ...files], SMALL_HEAP));
    expect(status.map(({ status: { state } }) => state)).toEqual(files.map(() => "malformed"));
  });

  test("many messages with the largest header at once are judged, and their files closed again", async () => {
    const paths = Array.from({ length: 200 }, (_, i) =>
      cli.write(`headers/${i}.eml`, `X-Long: ${"x".repeat(600_000)}\r\n${letter()}`),
    );
    const { answers, stderr } = await cli.verify(paths, { ...SMALL_HEAP, openFiles: 64 });
    expect(answers.map(({ file }) => file)).toEqual(paths);
    expect(stderr).toBe("");
  });

  test("octets without any line are one malformed message", async () => {
    cli.write("zeros.bin", new Uint8Array(5 * MIB));
    const { answers, code } = await cli.verify(["zeros.bin"], SMALL_HEAP);
    expect(answers[0]!.status.state).toBe("malformed");
    expect(code).toBe(1);
  });
});
