import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MilterClient } from "../gateway/milter/client.js";
import { octets } from "./messages.js";
import { CLI } from "./stack/cli.js";
import { Machine } from "./stack/machine.js";
import { Sink } from "./stack/sink.js";
import { send } from "./stack/smtp.js";
import { until } from "./stack/wait.js";

const UNITS = fileURLToPath(new URL("../../plugin/postfix/systemd/", import.meta.url));
/** What systemd-analyze calls "OK" ends at 5; ours are at 1.3. In tenths. */
const MAX_EXPOSURE = "20";

const machine = new Machine("systemd");
let sink: Sink;
beforeAll(async () => {
  sink = await Sink.start(machine);
});
afterAll(() => machine.stop());

const LETTER = "From: a@sender.example\r\n\r\nHello\r\n";

async function throughProxy(port: number): Promise<boolean> {
  const { code } = await send(port, { from: "a@sender.example", to: "b@home.example", message: octets(LETTER) });
  return code === 250;
}

/** Whether a message gets through, by command. */
const ANSWERS: Readonly<Record<string, (port: number) => Promise<boolean>>> = {
  milter: async (port) => {
    const client = await (await MilterClient.open({ port, host: "127.0.0.1" })).connected();
    const { reply, message } = await client.deliver(LETTER);
    client.quit();
    return reply === "c" && message.startsWith("Authentication-Results: ");
  },
  serve: async (port) => {
    const headers = { "content-type": "message/rfc822" };
    const answer = await fetch(`http://127.0.0.1:${port}/annotate`, { method: "POST", headers, body: LETTER });
    return (await answer.text()).startsWith("Authentication-Results: ");
  },
  "proxy-in": throughProxy,
  "proxy-out": throughProxy,
};

/** systemd's end of NOTIFY_SOCKET: prints what it is told, and reloads at once who says that he is ready. */
const MANAGER = `
import os, signal, socket, subprocess, sys
path, *program = sys.argv[1:]
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind(path)
daemon = subprocess.Popen(program, env={**os.environ, "NOTIFY_SOCKET": path})
signal.signal(signal.SIGTERM, lambda *_: daemon.terminate())
manager.settimeout(0.1)
while daemon.poll() is None:
    try:
        text = manager.recv(4096).decode()
    except TimeoutError:
        continue
    if "READY=1" in text:
        print("told", flush=True)
        daemon.send_signal(signal.SIGHUP)
sys.exit(daemon.wait())
`;

const services = readdirSync(UNITS).filter((name) => name.endsWith(".service"));

describe.skipIf(!existsSync("/usr/bin/systemd-analyze"))("the systemd units", () => {
  it.each(services)("of %s leave the service little that it could harm", (name) => {
    execFileSync("systemd-analyze", ["security", "--offline=yes", `--threshold=${MAX_EXPOSURE}`, UNITS + name]);
  });

  it.each(services)("of %s start before Postfix, and fail where the configuration is wrong", (name) => {
    const unit = readFileSync(UNITS + name, "utf8");
    const linesOf = (setting: string) => [...unit.matchAll(new RegExp(`^${setting}=(.*)$`, "gm"))].map(([, v]) => v!);
    // Debian's postfix.service starts nothing; postfix@-.service does.
    if (!name.includes("http")) expect(linesOf("Before")).toEqual(["postfix.service postfix@-.service"]);
    // Only these two together let `systemctl start` wait for what the process says.
    expect([...linesOf("Type"), ...linesOf("NotifyAccess")]).toEqual(["notify", "all"]);
    const [check, ...reload] = linesOf("ExecReload");
    expect(reload).toEqual(["/bin/kill -HUP $MAINPID"]);
    const [, script] = /^\/bin\/sh -c '(.*)'$/.exec(check!)!;
    const bin = machine.write("bin/dkimstatus", `#!/bin/sh\nexec ${process.execPath} ${CLI} "$@"\n`, 0o755);
    const env = { ...process.env, PATH: `${dirname(bin)}:${process.env["PATH"]!}` };
    const run = (config: string) => {
      const path = machine.write("dkimstatus.toml", config);
      const own = script!.replace("/etc/dkimstatus/dkimstatus.toml", path);
      return spawnSync("sh", ["-c", own], { env, encoding: "utf8" });
    };
    expect(run('on_failure = "tempfail"')).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(run('on_failure = "maybe"')).toMatchObject({ status: 1, stdout: "" });
    // What the program ends with then: systemd does not try again.
    expect(linesOf("RestartPreventExitStatus")).toEqual(["2"]);
    expect(linesOf("OOMPolicy")).toEqual(["continue"]);
    const start = [CLI, "milter", "--config", machine.write("dkimstatus.toml", 'on_failure = "maybe"')];
    expect(spawnSync(process.execPath, start, { encoding: "utf8" })).toMatchObject({ status: 2, stdout: "" });
  });

  it("are installed on an empty machine by what milter.md says", () => {
    const root = machine.mkdir("root");
    mkdirSync(`${root}/etc/systemd/system`, { recursive: true }); // which every machine with systemd has
    const commands = /^```sh\n([^`]*)/m.exec(readFileSync(`${UNITS}../milter.md`, "utf8"))![1]!;
    const script = commands
      .split("\n")
      .filter((line) => /^(?:install|systemctl) /.test(line))
      .join("\n")
      .replaceAll(" /etc/", ` ${root}/etc/`)
      .replaceAll("systemd-sysusers", `systemd-sysusers --root=${root}`)
      .replaceAll(" && systemctl daemon-reload", "")
      .replaceAll("systemctl enable --now", `systemctl --root=${root} enable`);
    execFileSync("sh", ["-e", "-c", script], { cwd: `${UNITS}..`, stdio: "pipe" });
    const state = ["--root", root, "is-enabled", "dkimstatus-milter.socket", "dkimstatus-milter.service"];
    expect(execFileSync("systemctl", state, { encoding: "utf8" })).toBe("enabled\nenabled\n");
    expect(readFileSync(`${root}/etc/passwd`, "utf8")).toMatch(/^dkimstatus:/m);
  });

  it.each([1, 2])("can be reloaded as soon as they are started, with %i processes", async (workers) => {
    const address = ["--listen", `127.0.0.1:${await machine.port()}`, "--workers", String(workers)];
    const program = [process.execPath, CLI, "milter", ...address];
    const manager = ["-c", MANAGER, machine.path(`notify-${workers}`), ...program];
    const daemon = machine.start(`manager-${workers}`, "python3", manager);
    const explain = () => daemon.log();
    await until("the reload", () => daemon.log().includes("configuration and keys were read again"), { explain });
    expect(
      daemon
        .log()
        .match(/^told$|"listening"/gm)!
        .slice(0, 2),
    ).toEqual(['"listening"', "told"]);
    expect(daemon.running).toBe(true);
    await daemon.stop();
  });

  it.each(services.flatMap((name) => [1, 2].map((workers) => [name, workers] as const)))(
    "%s: its socket is passed on, and answers, with %i processes",
    async (name, workers) => {
      const socket = readFileSync(`${UNITS}${name.replace(".service", ".socket")}`, "utf8");
      const fdName = /^FileDescriptorName=(.*)$/m.exec(socket)![1]!;
      const start = /^ExecStart=dkimstatus (\S+) .*--listen (\S+)/m.exec(readFileSync(UNITS + name, "utf8"))!;
      const [command, listen] = [start[1]!, start[2]!];
      expect(listen).toBe(`systemd:${fdName}`);
      const port = await machine.port();
      const relay = command.startsWith("proxy") ? ["--relay", `127.0.0.1:${sink.port}`] : [];
      const program = [CLI, command, "--listen", listen, "--workers", String(workers), ...relay];
      const activate = ["--listen", `127.0.0.1:${port}`, `--fdname=${fdName}`, process.execPath, ...program];
      const daemon = machine.start(`activated-${command}-${workers}`, "systemd-socket-activate", activate);
      await daemon.listening(port);
      expect(await ANSWERS[command]!(port)).toBe(true);
      await daemon.stop();
    },
  );
});
