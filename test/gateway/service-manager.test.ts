import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandLine } from "../cli/command-line.js";
import { eventually } from "../support/eventually.js";

const cli = new CommandLine();
const children: ChildProcess[] = [];
beforeAll(() => cli.build());
afterAll(() => {
  for (const child of children) child.kill("SIGKILL"); // those of a test that failed
  cli.remove();
});

/** Starts a milter; @returns it, and what it has said so far on both of its outputs, which are one file */
function start(name: string, args: string[], environment: (file: { dev: bigint; ino: bigint }) => NodeJS.ProcessEnv) {
  const path = join(cli.folder, name);
  const fd = openSync(path, "a");
  const env = { ...process.env, ...environment(fstatSync(fd, { bigint: true })) };
  const child = cli.start(["milter", "--listen", `unix:${path}.sock`, ...args], [], { env, stdio: ["ignore", fd, fd] });
  closeSync(fd);
  children.push(child);
  const lines = () => readFileSync(path, "utf8").split("\n").slice(0, -1);
  const said = (what: string, times = 1) =>
    eventually(() => {
      expect(lines().filter((line) => line.includes(what)).length).toBeGreaterThanOrEqual(times);
    });
  const end = async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  return { child, lines, said, end };
}

describe("in the journal", () => {
  it.each(["1", "2"])("lines have the priority of their level, of %s processes", async (workers) => {
    const inJournal = ({ dev, ino }: { dev: bigint; ino: bigint }) => ({ JOURNAL_STREAM: `${dev}:${ino}` });
    const { child, lines, said, end } = start(`journal-${workers}`, ["--workers", workers], inJournal);
    await said("listening", Number(workers));
    await end();
    expect(child.exitCode).toBe(0);
    expect(lines().every((line) => line.startsWith('<6>{"level":"info",'))).toBe(true);
    const wrong = start(`wrong-${workers}`, ["--dns-zone", "absent.json", "--workers", workers], inJournal);
    await once(wrong.child, "exit");
    expect(wrong.lines()).toEqual([expect.stringMatching(/^<3>dkimstatus: absent\.json: /)]);
  });

  it("alone: an output that is redirected has lines of plain JSON", async () => {
    const elsewhere = ({ dev, ino }: { dev: bigint; ino: bigint }) => ({ JOURNAL_STREAM: `${dev}:${ino + 1n}` });
    const { lines, said, end } = start("redirected", [], elsewhere);
    await said("listening");
    await end();
    expect(lines().map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(["info"]);
  });
});

describe("a service manager", () => {
  it("that cannot be notified does not end the gateway, but is logged", async () => {
    const { child, lines, said, end } = start("untold", [], () => ({ NOTIFY_SOCKET: join(cli.folder, "absent") }));
    await said("the service manager was not told that it is ready");
    await end();
    expect(child.exitCode).toBe(0);
    expect(lines().map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(["info", "error"]);
  });
});
