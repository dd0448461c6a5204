import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CommandLine, letter, signedLetter } from "./command-line.js";

const cli = new CommandLine();

/** More than are judged without threads, by several groups. */
const FILES = Array.from({ length: 700 }, (_, i) => `many/${String(i).padStart(4, "0")}.eml`);
const UNSIGNED = [3, 300, 699];

beforeAll(async () => {
  await cli.build();
  const [one, two] = [await signedLetter("One"), await signedLetter("Two", "x".repeat(200_000) + "\r\n")];
  FILES.forEach((file, i) => cli.write(file, UNSIGNED.includes(i) ? letter() : i % 50 === 0 ? two : one));
});

afterAll(() => {
  cli.remove();
});

describe("verify with many messages", () => {
  test("answers in their order, with the DNS and the time that the options name", async () => {
    const { answers, code, stderr } = await cli.verify(["many"]);
    expect(answers.map(({ file }) => file)).toEqual(FILES);
    const states = answers.map(({ status }) => status.state);
    expect(states).toEqual(FILES.map((_, i) => (UNSIGNED.includes(i) ? "unsigned" : "author")));
    expect(code).toBe(1);
    expect(stderr).toBe("");
  });

  test("exits 0 where all have a passing signature", async () => {
    const { code } = await cli.verify(FILES.filter((_, i) => !UNSIGNED.includes(i)));
    expect(code).toBe(0);
  });

  test("says what it says of each message alone", async () => {
    const { stdout } = await cli.verify(["--authserv-id", "mx.example.net", "many"]);
    const few = await cli.verify(["--authserv-id", "mx.example.net", ...FILES.slice(-5)]);
    expect(stdout.endsWith(few.stdout)).toBe(true);
  });

  test("reads standard input and tells of an unreadable file between them", async () => {
    const files = [...FILES.slice(0, 400), "-", "missing.eml", ...FILES.slice(400)];
    const { answers, code, stderr } = await cli.verify(files, { input: letter() });
    expect(answers.map(({ file }) => file)).toEqual(files.filter((file) => file !== "missing.eml"));
    expect(stderr).toBe("dkimstatus: missing.eml: no such file or folder\n");
    expect(code).toBe(2);
  });

  test("counts all of them for a person", async () => {
    const { stdout } = await cli.run(["verify", ...cli.lookup(), "many"]);
    expect(stdout).toContain("\n700 messages: 697 author, 3 unsigned\n");
  });

  test("says so where the threads' program is not there", async () => {
    const broken = new CommandLine();
    await broken.build();
    rmSync(join(broken.folder, ".program", "verify-thread.js"));
    const { answers, code, stderr } = await broken.verify(FILES.map((file) => join(cli.folder, file)));
    broken.remove();
    // What a thread was given is told by its name, and the rest is judged without it.
    const told = stderr.trimEnd().split("\n");
    const untold = FILES.map((file) => join(cli.folder, file)).filter((file) => !answers.some((a) => a.file === file));
    expect(untold.length).toBeGreaterThan(0);
    expect(told).toHaveLength(untold.length);
    untold.forEach((file, i) => {
      expect(told[i]).toContain(`${file}: Cannot find module`);
    });
    expect(code).toBe(2);
  });
});
