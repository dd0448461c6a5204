import { once } from "node:events";
import { chmodSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CommandLine } from "../cli/command-line.js";
import { giveDescriptors, leaveDescriptors } from "../support/descriptors.js";
import { eventually } from "../support/eventually.js";
import { MilterClient } from "./milter/client.js";
import { OLD_OFFER } from "./milter/mta.js";
import { Program } from "./program.js";
import { Client } from "./smtp/client.js";
import { Sink } from "./smtp/sink.js";
import { AUTHOR_KEY, AUTHSERV_ID, PLAIN, signedMessage, ZONE } from "./support.js";

const cli = new CommandLine();
const programs: Program[] = [];
let text: string;

beforeAll(async () => {
  await cli.build();
  cli.write("zone.json", JSON.stringify(ZONE));
  text = await signedMessage();
});

afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.stop()));
});

afterAll(() => {
  cli.remove();
});

async function start(command: "milter" | "serve" | "proxy-out", args: string[], sockets?: number[]): Promise<Program> {
  const common = ["--dns-zone", "zone.json", "--authserv-id", AUTHSERV_ID];
  const program = await Program.start(cli, [command, ...common, ...args], sockets);
  programs.push(program);
  return program;
}

const socketPath = (name: string) => join(cli.folder, name);

async function deliver(path: string, message = text): Promise<string> {
  const client = await (await MilterClient.open({ path })).connected();
  const verdict = await client.deliver(message);
  client.quit();
  return verdict.message;
}

/** A server that only lends its socket, as systemd does. */
async function listeningSocket(host = "127.0.0.1"): Promise<{ server: Server; fd: number; port: number }> {
  const server = createServer().listen(0, host);
  await once(server, "listening");
  const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
  return { server, fd, port: (server.address() as AddressInfo).port };
}

describe("the program", () => {
  it("ends with 0 at SIGTERM and leaves no socket", async () => {
    const program = await start("milter", ["--listen", `unix:${socketPath("a")}`]);
    expect(await deliver(socketPath("a"))).toContain("dkim=pass");
    expect(await program.stop()).toBe(0);
    expect(() => statSync(socketPath("a"))).toThrow();
    expect(program.stderr).toBe("");
  });

  it("says in one line what it cannot listen on, and ends with 2", async () => {
    for (const workers of ["1", "3"]) {
      const run = await cli.run(["milter", "--listen", "192.0.2.1:1", "--workers", workers]);
      expect(run.code).toBe(2);
      expect(run.stderr).toMatch(/^dkimstatus: cannot listen on 192\.0\.2\.1:1: [^\n]*\n/);
    }
    expect(await cli.run(["serve", "--listen", "somewhere"])).toMatchObject({ code: 2, stdout: "" });
    const open = await cli.run(["serve", "--listen", "0.0.0.0:0"]);
    expect(open).toMatchObject({ code: 2, stderr: expect.stringContaining("without a token") as string });
  });

  it("reads its files again at SIGHUP, and keeps what it has where they are wrong", async () => {
    const path = socketPath("b");
    const program = await start("milter", ["--listen", `unix:${path}`]);
    const client = await (await MilterClient.open({ path })).connected();
    const delivered = async () => (await client.deliver(text)).message;
    expect(await delivered()).toContain("dkim=pass");
    writeFileSync(join(cli.folder, "zone.json"), "{");
    program.signal("SIGHUP");
    await program.logged("configuration and keys were not read again; those before stay in force");
    expect(await delivered()).toContain("dkim=pass");
    writeFileSync(join(cli.folder, "zone.json"), "{}");
    program.signal("SIGHUP");
    await program.logged("configuration and keys were read again");
    expect(await delivered()).toContain("dkim=permerror");
    writeFileSync(join(cli.folder, "zone.json"), JSON.stringify(ZONE));
    client.quit();
  });

  it("signs by its configuration file, and by another one after SIGHUP", async () => {
    const path = socketPath("i");
    const config = (login: string) =>
      [
        `authserv_id = "${AUTHSERV_ID}"`,
        "[milter]",
        `listen = ["unix:${path}"]`,
        "[[keys]]",
        'domain = "example.org"',
        'selector = "s1"',
        'file = "s1.pem"',
        "[[allow]]",
        'from = ["example.org"]',
        `logins = ["${login}"]`,
      ].join("\n");
    cli.write("gateway.toml", config("alice"));
    cli.write("s1.pem", AUTHOR_KEY.key.privateKey as string);
    chmodSync(join(cli.folder, "s1.pem"), 0o600);
    const program = await Program.start(cli, ["milter", "--config", "gateway.toml", "--dns-zone", "zone.json"]);
    programs.push(program);
    const client = await (await MilterClient.open({ path })).connected();
    const bySubmission = async (login: string) => (await client.deliver(PLAIN, { login })).message;
    const signed = await bySubmission("alice");
    expect(await deliver(path, signed)).toMatch(/dkim=pass\s+header\.d=example\.org/);
    expect(await bySubmission("bob")).toContain("dkim=none");
    cli.write("gateway.toml", config("bob"));
    program.signal("SIGHUP");
    await program.logged("configuration and keys were read again");
    expect(await bySubmission("alice")).toContain("dkim=none");
    expect(await bySubmission("bob")).toContain("DKIM-Signature:");
    client.quit();
  });

  it("takes forged fields out of what only passes through proxy-out, by what it was last told", async () => {
    const sink = new Sink();
    const relay = `127.0.0.1:${await sink.listen()}`;
    const path = join(cli.folder, "proxy-out.toml");
    const configure = (ids: string) => {
      writeFileSync(path, `authserv_ids = [${ids}]\n[proxy_out]\nlisten = ["127.0.0.1:0"]\nrelay = "${relay}"\n`);
    };
    const forged = "Authentication-Results: second.example; dkim=pass\r\n";
    const { server, port, fd } = await listeningSocket();
    configure("");
    const program = await start("proxy-out", ["--config", path, "--listen", "systemd"], [fd]);
    server.close();
    const passed = async () => {
      const client = new Client(port);
      await client.begin();
      client.send(forged + PLAIN);
      expect(await client.say(".")).toMatch(/^250 /);
      client.destroy();
      return sink.deliveries.at(-1)!.wire;
    };
    expect(await passed()).toContain(forged);
    configure('"second.example"');
    program.signal("SIGHUP");
    await program.logged("configuration and keys were read again");
    expect(await passed()).not.toContain(forged);
    await sink.stop();
  });

  it("takes the socket that systemd has opened, with one process and with several", async () => {
    for (const workers of ["1", "2"]) {
      const { server, fd, port } = await listeningSocket();
      const program = await start("serve", ["--listen", "systemd", "--workers", workers], [fd]);
      server.close();
      const headers = { "content-type": "message/rfc822" };
      const answer = await fetch(`http://127.0.0.1:${port}/verify`, { method: "POST", headers, body: text });
      expect(await answer.json()).toMatchObject({ status: { state: "author" } });
      expect(await program.stop()).toBe(0);
    }
  });

  it("takes no socket that is open to others without a token", async () => {
    const { server, fd } = await listeningSocket("0.0.0.0");
    const program = new Program(cli.start(["serve", "--listen", "systemd"], [fd]));
    expect(await program.exited).toBe(2);
    expect(program.stderr).toContain("without a token");
    server.close();
  });

  it("goes on after it ran out of descriptors", async () => {
    const path = socketPath("j");
    const program = await start("milter", ["--listen", `unix:${path}`], []);
    leaveDescriptors(program.pid, 20);
    const sockets = Array.from({ length: 100 }, () => connect(path).on("error", () => undefined));
    await eventually(() => {
      expect(sockets.some(({ destroyed }) => destroyed)).toBe(true);
    });
    for (const socket of sockets) socket.destroy();
    await eventually(async () => {
      expect(await deliver(path)).toContain("dkim=pass");
    });
  });

  it("knows organizations, though it ran out of descriptors before anybody asked about one", async () => {
    const { server, port } = await listeningSocket();
    server.close();
    const program = await start("serve", ["--listen", `127.0.0.1:${port}`]);
    const body = await signedMessage(PLAIN.replace("alice@example.org", "alice@mail.example.org"));
    const verify = async () => {
      const headers = { "content-type": "message/rfc822", connection: "close" };
      const answer = await fetch(`http://127.0.0.1:${port}/verify`, { method: "POST", headers, body });
      return ((await answer.json()) as { status: { state: string } }).status.state;
    };
    // One for the connection, and none for a file.
    leaveDescriptors(program.pid, 1);
    expect(await verify()).toBe("author");
    giveDescriptors(program.pid);
    expect(await verify()).toBe("author");
  });

  it("logs nothing of keys, of tokens, or of what a message says beside its domains, at any level", async () => {
    const key = AUTHOR_KEY.key.privateKey as string;
    const token = "a-token-that-nobody-else-knows";
    const { server, port } = await listeningSocket();
    server.close();
    const lines = [
      `authserv_id = "${AUTHSERV_ID}"`,
      "[http]",
      `listen = ["127.0.0.1:${port}"]`,
      'token_file = "token"',
    ];
    lines.push("[[keys]]", 'domain = "example.org"', 'selector = "s2"', 'file = "s2.pem"');
    cli.write("silent.toml", lines.join("\n"));
    cli.write("token", token);
    cli.write("s2.pem", key);
    chmodSync(join(cli.folder, "s2.pem"), 0o600);
    const program = await start("serve", ["--config", "silent.toml", "--log-level", "debug"]);
    const post = async (sent: string, body: string) => {
      const headers = { "content-type": "message/rfc822", authorization: `Bearer ${sent}` };
      return (await fetch(`http://127.0.0.1:${port}/annotate`, { method: "POST", headers, body })).status;
    };
    expect(await post(token, text)).toBe(200);
    expect(await post("another-token-of-somebody", text)).toBe(401);
    cli.write("s2.pem", key.slice(0, key.length / 2)); // no whole key
    program.signal("SIGHUP");
    await program.logged("configuration and keys were not read again; those before stay in force");
    const said = JSON.stringify(program.lines) + program.stderr;
    const secrets = [
      token,
      "another-token",
      ...key.split("\n").filter((line) => line.length > 20 && !line.includes(" ")),
    ];
    for (const secret of [...secrets, "alice", "bob@", "folded", "world"]) expect(said).not.toContain(secret);
    expect(said).toContain("example.org");
  });

  it("says so where systemd has opened none", async () => {
    expect(await cli.run(["milter", "--listen", "systemd:milter"])).toMatchObject({
      code: 2,
      stderr:
        "dkimstatus: cannot listen on systemd:milter: systemd has passed 0 sockets; cure: restart the .socket unit\n",
    });
  });

  it("needs no more memory for a body of 60 MB than for a small one, but for a constant", async () => {
    const path = socketPath("c");
    const program = await start("milter", ["--listen", `unix:${path}`]);
    for (let i = 0; i < 20; i++) await deliver(path);
    const before = program.peakMemory;
    const large = await signedMessage(PLAIN + ("x".repeat(76) + "\r\n").repeat((60 * 1024 * 1024) / 78));
    for (let i = 0; i < 4; i++) expect(await deliver(path, large)).toContain("dkim=pass");
    // kB: what the garbage collector lets stand of pieces of 64 kB on a busy machine, far from 240 MB.
    expect(program.peakMemory - before).toBeLessThan(96 * 1024);
  });

  it("gives all descriptors back after connections that broke", async () => {
    const path = socketPath("d");
    const program = await start("milter", ["--listen", `unix:${path}`]);
    await deliver(path);
    const before = program.descriptors;
    for (let i = 0; i < 200; i++) {
      const client = await MilterClient.open({ path });
      client.socket.write(
        Buffer.concat(
          client.mta
            .message(text)
            .slice(0, i % 12)
            .map((step) => step.octets),
        ),
      );
      client.socket.destroy();
    }
    await eventually(() => {
      expect(program.descriptors).toBeLessThanOrEqual(before);
    });
    expect(await deliver(path)).toContain("dkim=pass");
  });
});

describe("workers", () => {
  it("share one socket, sum up their figures, and are replaced when they die", async () => {
    const path = socketPath("e");
    const { server, port } = await listeningSocket();
    server.close();
    const program = await start("milter", [
      ...["--listen", `unix:${path}`, "--metrics", `127.0.0.1:${port}`, "--workers", "2"],
    ]);
    await program.logged("listening", 4);
    const seen = async () => {
      const figures = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return /dkimstatus_messages_total\{[^}]*action="annotated"[^}]*\} ([0-9]+)/.exec(figures)?.[1];
    };
    for (let i = 0; i < 10; i++) await deliver(path);
    expect(await seen()).toBe("10");
    const [first] = program.workers;
    process.kill(first!, "SIGKILL");
    await program.logged("a worker has died");
    for (let i = 0; i < 4; i++) expect(await deliver(path)).toContain("dkim=pass");
    await program.logged("listening", 6);
    expect(program.workers).toHaveLength(2);
    expect(await program.stop()).toBe(0);
  });

  it("go on after they ran out of descriptors, each time", async () => {
    const path = socketPath("k");
    const program = await start("milter", ["--listen", `unix:${path}`, "--workers", "2"]);
    await program.logged("listening", 2);
    for (const left of [3, 4, 5, 6]) {
      for (const pid of program.workers) leaveDescriptors(pid, left);
      const sockets = Array.from({ length: 100 }, () => connect(path).on("error", () => undefined));
      await eventually(() => {
        expect(sockets.some(({ destroyed }) => destroyed)).toBe(true);
      });
      for (const pid of program.workers) giveDescriptors(pid);
      for (const socket of sockets) socket.destroy();
      await eventually(async () => {
        expect(await deliver(path)).toContain("dkim=pass");
      });
    }
  });

  it("all read their files again at SIGHUP", async () => {
    const path = socketPath("f");
    const program = await start("milter", ["--listen", `unix:${path}`, "--workers", "2"]);
    await program.logged("listening", 2);
    writeFileSync(join(cli.folder, "zone.json"), "{}");
    program.signal("SIGHUP");
    await program.logged("configuration and keys were read again", 2);
    for (let i = 0; i < 4; i++) expect(await deliver(path)).toContain("dkim=permerror");
    writeFileSync(join(cli.folder, "zone.json"), JSON.stringify(ZONE));
  });

  it("stop also while some are only starting", async () => {
    const program = await start("milter", ["--listen", `unix:${socketPath("h")}`, "--workers", "4"]);
    expect(await program.stop()).toBe(0);
  });

  it("finish what is under way at SIGTERM", async () => {
    const path = socketPath("g");
    const program = await start("milter", ["--listen", `unix:${path}`, "--workers", "2"]);
    const client = await (await MilterClient.open({ path }, OLD_OFFER)).connected(); // each step is answered
    const steps = client.mta.message(text);
    await client.walk(steps.slice(0, 8));
    program.signal("SIGTERM");
    const replies = await client.walk(steps.slice(8));
    expect(replies.map(({ command }) => command)).toEqual(["i", "c"]);
    await client.closed();
    expect(await program.exited).toBe(0);
  });
});
