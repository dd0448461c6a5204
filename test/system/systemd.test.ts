import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { MilterClient } from "../gateway/milter/client.js";
import { CLI } from "./stack/cli.js";
import { Machine } from "./stack/machine.js";

const UNITS = fileURLToPath(new URL("../../plugin/postfix/systemd/", import.meta.url));
/** What systemd-analyze calls "OK" ends at 5; ours are at 1.3. In tenths. */
const MAX_EXPOSURE = "20";

const machine = new Machine("systemd");
afterAll(() => machine.stop());

const services = readdirSync(UNITS).filter((name) => name.endsWith(".service"));

describe.skipIf(!existsSync("/usr/bin/systemd-analyze"))("the systemd units", () => {
  it.each(services)("of %s leave the service little that it could harm", (name) => {
    execFileSync("systemd-analyze", ["security", "--offline=yes", `--threshold=${MAX_EXPOSURE}`, UNITS + name]);
  });

  it.each([1, 2])("pass their socket to the milter, with %i processes", async (workers) => {
    const port = await machine.port();
    const milter = [CLI, "milter", "--listen", "systemd:milter", "--workers", String(workers)];
    const activate = ["--listen", `127.0.0.1:${port}`, "--fdname=milter", process.execPath, ...milter];
    const daemon = machine.start(`activated-${workers}`, "systemd-socket-activate", activate);
    await daemon.listening(port);
    const client = await (await MilterClient.open({ port, host: "127.0.0.1" })).connected();
    const { reply, message } = await client.deliver("From: a@sender.example\r\n\r\nHello\r\n");
    expect({ reply, isFieldOnTop: message.startsWith("Authentication-Results: ") }).toEqual({
      reply: "c",
      isFieldOnTop: true,
    });
    client.quit();
    await daemon.stop();
  });
});
