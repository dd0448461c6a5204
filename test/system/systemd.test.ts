import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MilterClient } from "../gateway/milter/client.js";
import { octets } from "./messages.js";
import { CLI } from "./stack/cli.js";
import { Machine } from "./stack/machine.js";
import { Sink } from "./stack/sink.js";
import { send } from "./stack/smtp.js";

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

const services = readdirSync(UNITS).filter((name) => name.endsWith(".service"));

describe.skipIf(!existsSync("/usr/bin/systemd-analyze"))("the systemd units", () => {
  it.each(services)("of %s leave the service little that it could harm", (name) => {
    execFileSync("systemd-analyze", ["security", "--offline=yes", `--threshold=${MAX_EXPOSURE}`, UNITS + name]);
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
