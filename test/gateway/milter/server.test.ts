import fc from "fast-check";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodePacket } from "../../../src/gateway/milter/framing.js";
import { MilterServer, type MilterServerOptions } from "../../../src/gateway/milter/server.js";
import { eventually } from "../../support/eventually.js";
import { fieldsOf, heldResolver, keptLog, makeService, PLAIN, signedMessage } from "../support.js";
import { MilterClient } from "./client.js";
import { uint32 } from "./mta.js";

const ANY_PORT = { kind: "inet", host: "127.0.0.1", port: 0 } as const;
const { log, lines } = keptLog();
const service = makeService({ log });
const servers: MilterServer[] = [];
let folder: string;

beforeEach(() => {
  lines.length = 0;
  folder = mkdtempSync(join(tmpdir(), "dkimstatus-milter-"));
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop(0)));
  rmSync(folder, { recursive: true });
});

async function serve(options: Partial<MilterServerOptions> = {}): Promise<{ server: MilterServer; port: number }> {
  const server = new MilterServer({ service: () => service, log, ...options });
  servers.push(server);
  await server.listen(ANY_PORT);
  return { server, port: (server.address as AddressInfo).port };
}

async function open(port: number): Promise<MilterClient> {
  return (await MilterClient.open({ port, host: "127.0.0.1" })).connected();
}

async function raw(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

describe("the milter on a socket", () => {
  it("serves many connections at once and many messages on each", async () => {
    const { port } = await serve();
    const text = await signedMessage();
    const clients = await Promise.all(Array.from({ length: 20 }, () => open(port)));
    await Promise.all(
      clients.map(async (client, c) => {
        for (let m = 0; m < 10; m++) {
          const login = (c + m) % 2 === 0 ? "alice" : undefined;
          const verdict = await client.deliver(login ? PLAIN : text, {
            queueId: `Q${c}-${m}`,
            ...(login && { login }),
          });
          expect(verdict.reply).toBe("c");
          const [first] = fieldsOf(verdict.message, login ? "DKIM-Signature" : "Authentication-Results");
          expect(first).toContain(login ? "d=example.org" : "mx.example.net; dkim=pass");
        }
        client.quit();
      }),
    );
    expect(new Set(lines.map(({ id }) => id)).size).toBe(200);
  });

  it("serves packets that come octet by octet", async () => {
    const { port } = await serve();
    const client = await open(port);
    client.socket.setNoDelay(true);
    const text = await signedMessage();
    const steps = client.mta.message(text);
    const octets = Buffer.concat(steps.map((step) => step.octets));
    for (const octet of octets.subarray(0, -5)) client.socket.write(Buffer.of(octet));
    const replies = await client.walk([{ octets: octets.subarray(-5), awaits: true }]);
    expect(replies.map(({ command }) => command)).toEqual(["i", "c"]);
  });

  it("serves messages that are sent without waiting for answers", async () => {
    const { port } = await serve();
    const client = await open(port);
    const one = client.mta.message(PLAIN);
    client.socket.write(Buffer.concat(Array.from({ length: 50 }, () => one.map((step) => step.octets)).flat()));
    for (let i = 0; i < 50; i++) {
      const replies = await client.walk([{ octets: new Uint8Array(0), awaits: true }]);
      expect(replies.map(({ command }) => command)).toEqual(["i", "c"]);
    }
  });

  it("takes a body of 60 MB", async () => {
    const { port } = await serve();
    const client = await open(port);
    const text = await signedMessage(PLAIN + ("x".repeat(76) + "\r\n").repeat((60 * 1024 * 1024) / 78));
    const { message } = await client.deliver(text);
    expect(fieldsOf(message, "Authentication-Results")).toEqual([expect.stringContaining("dkim=pass")]);
  });

  it("closes the connection at garbage and goes on serving", async () => {
    const { port } = await serve();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 5, maxLength: 200 }), async (octets) => {
        const socket = await raw(port);
        socket.resume();
        socket.end(octets);
        await once(socket, "close");
      }),
      { numRuns: 50 },
    );
    expect((await (await open(port)).deliver(PLAIN)).reply).toBe("c");
  });

  it("closes the connection at a packet over the limit", async () => {
    const { port } = await serve();
    const client = await open(port);
    client.socket.write(uint32(0x7fffffff));
    await client.closed();
    expect(lines.at(-1)).toMatchObject({
      door: "milter",
      reason: expect.stringContaining("2147483647 octets") as string,
    });
  });

  it("gives up on a peer that drips a packet", async () => {
    const { port } = await serve({ messageTimeout: 100 });
    const client = await open(port);
    client.socket.write(uint32(100));
    const drip = setInterval(() => client.socket.write("x"), 10);
    await client.closed();
    clearInterval(drip);
  });

  it("gives up on a peer that stops within a message, and on one that never speaks", async () => {
    const { port, server } = await serve({ messageTimeout: 100, idleTimeout: 100 });
    const within = await open(port);
    await within.walk(within.mta.message(PLAIN).slice(0, -2));
    const silent = await raw(port);
    await Promise.all([within.closed(), once(silent.resume(), "close")]);
    await eventually(() => {
      expect(server.connections).toBe(0);
    });
  });

  it("answers a message whose key lookup takes too long with a temporary error in the field", async () => {
    const { resolver } = heldResolver();
    const { port } = await serve({ service: () => makeService({ resolver }), messageTimeout: 200 });
    const { reply, message } = await (await open(port)).deliver(await signedMessage());
    expect(reply).toBe("c");
    expect(message).toContain("dkim=temperror");
  });

  it("refuses peers that are not allowed", async () => {
    const { port } = await serve({ allowedPeers: ["192.0.2.0/24"] });
    const socket = await raw(port);
    await once(socket.resume(), "close");
    expect(lines.at(-1)).toMatchObject({ peer: "127.0.0.1" });
  });

  it("refuses connections beyond its limit", async () => {
    const { port } = await serve({ maxConnections: 1 });
    const first = await open(port);
    const second = await raw(port);
    await once(second.resume(), "close");
    expect((await first.deliver(PLAIN)).reply).toBe("c");
  });

  it("lets a new service begin with the next message", async () => {
    const { resolver, asked, answer } = heldResolver();
    let current = makeService({ authservId: "old.example", resolver });
    const { port } = await serve({ service: () => current });
    const client = await open(port);
    const first = client.deliver(await signedMessage());
    await asked;
    current = makeService({ authservId: "new.example" });
    answer();
    expect((await first).message).toContain("old.example");
    expect((await client.deliver(PLAIN)).message).toContain("new.example");
  });
});

describe("stopping the milter", () => {
  it("ends idle connections and finishes the message that is under way", async () => {
    const { resolver, asked, answer } = heldResolver();
    const { port, server } = await serve({ service: () => makeService({ resolver }) });
    const idle = await open(port);
    const busy = await open(port);
    const verdict = busy.deliver(await signedMessage());
    await asked;
    const stopped = server.stop(30_000);
    await idle.closed();
    await expect(raw(port)).rejects.toThrow();
    answer();
    expect((await verdict).message).toContain("dkim=pass");
    await busy.closed();
    await stopped;
  });

  it("waits no longer than the grace, and says whose time is up", async () => {
    const { resolver, asked, answer } = heldResolver();
    const { port, server } = await serve({ service: () => makeService({ resolver }) });
    const client = await open(port);
    void client.deliver(await signedMessage()); // it will not hear of it again
    await asked;
    await Promise.all([server.stop(50), client.closed()]);
    answer();
    await eventually(() => {
      expect(server.connections).toBe(0);
    });
    const message = "messages under way did not end in time: their connections are closed";
    expect(lines).toContainEqual({ door: "milter", connections: 1, message });
  });
});

describe("a unix socket", () => {
  it("is open to owner and group, and is gone afterwards", async () => {
    const path = join(folder, "milter");
    const server = new MilterServer({ service: () => service, log });
    await server.listen({ kind: "unix", path });
    expect(statSync(path).mode & 0o777).toBe(0o660);
    const client = await (await MilterClient.open({ path })).connected();
    expect((await client.deliver(PLAIN)).reply).toBe("c");
    await server.stop(0);
    expect(() => statSync(path)).toThrow();
  });

  it("replaces the socket of a dead process, but no other file and no living process", async () => {
    const path = join(folder, "milter");
    const other = new MilterServer({ service: () => service, log });
    await other.listen({ kind: "unix", path });
    const server = new MilterServer({ service: () => service, log });
    await expect(server.listen({ kind: "unix", path })).rejects.toThrow("another process listens there");
    await other.stop(0);
    const file = join(folder, "file");
    writeFileSync(file, "");
    await expect(server.listen({ kind: "unix", path: file })).rejects.toThrow("no socket");
  });

  it("says which address is in use", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    await once(blocker, "listening");
    const { port } = blocker.address() as AddressInfo;
    const server = new MilterServer({ service: () => service, log });
    await expect(server.listen({ kind: "inet", host: "127.0.0.1", port })).rejects.toThrow(`127.0.0.1:${port}`);
    blocker.close();
  });
});

describe("a broken connection", () => {
  it("leaves nothing behind, at whatever packet it breaks", async () => {
    const { port, server } = await serve();
    const text = await signedMessage();
    const last = await open(port);
    const whole = last.mta.message(text);
    for (let steps = 0; steps < whole.length; steps += 3) {
      const client = await open(port);
      client.socket.write(Buffer.concat(whole.slice(0, steps).map((step) => step.octets)));
      client.socket.write(encodePacket("L").subarray(0, 3));
      client.socket.resetAndDestroy();
    }
    expect((await last.deliver(text)).reply).toBe("c");
    last.quit();
    await last.closed();
    await eventually(() => {
      expect(server.connections).toBe(0);
    });
  });
});
