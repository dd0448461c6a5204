// Messages per second through the gateway's doors, and the gateway's own processor time for each; clients share the machine.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { makeKey, makeMessage } from "./corpus.mjs";

const CONNECTIONS = 16;
const SIZE = 20_000;
/** Milliseconds of processor time in a clock tick of /proc. */
const TICK = 10;

/** @returns for each door and number of workers: messages per second, and microseconds of the gateway's own for one */
export async function benchGateway({ milliseconds }) {
  const folder = mkdtempSync(join(tmpdir(), "dkimstatus-bench-"));
  try {
    const key = makeKey("rsa");
    const zone = join(folder, "zone.json");
    writeFileSync(zone, JSON.stringify({ "s1._domainkey.bench.example": [key.record] }));
    const { octets } = await makeMessage({ size: SIZE, body: "prose", kind: "rsa relaxed", key, seed: 1 });
    const peers = await testPeers();
    const sink = new peers.Sink();
    sink.keepsMessages = false;
    const relay = await sink.listen();
    const doors = [
      { name: "HTTP", command: ["serve"], client: httpClient },
      { name: "milter", command: ["milter"], client: milterClient },
      { name: "SMTP proxy", command: ["proxy-in", "--relay", `127.0.0.1:${relay}`], client: smtpClient },
    ];
    const rows = [];
    for (const { name, command, client } of doors) {
      for (const workers of [1, 2]) {
        const gateway = await startGateway([...command, "--workers", String(workers), "--dns-zone", zone]);
        const deliver = () => client(gateway.port, octets, peers);
        try {
          rows.push({ name, workers, ...(await throughput(deliver, gateway, milliseconds)) });
        } finally {
          await gateway.stop();
        }
      }
    }
    await sink.stop();
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The clients of the gateway's tests. */
async function testPeers() {
  const outdir = resolve("node_modules/.cache/bench");
  mkdirSync(outdir, { recursive: true });
  const entryPoints = ["milter/client", "smtp/client", "smtp/sink"].map((name) => `test/gateway/${name}.ts`);
  await build({
    bundle: true,
    platform: "node",
    format: "esm",
    entryPoints,
    outdir,
    outbase: "test/gateway",
    logLevel: "error",
  });
  const load = (name) => import(pathToFileURL(join(outdir, `${name}.js`)).href);
  const [milter, client, sink] = await Promise.all(["milter/client", "smtp/client", "smtp/sink"].map(load));
  return { ...milter, ...client, ...sink };
}

/** @returns the gateway, when all its processes listen */
async function startGateway([command, ...options]) {
  const port = await freePort();
  const fixed = ["--listen", `127.0.0.1:${port}`, "--authserv-id", "mx.reader.example", "--log-level", "info"];
  const child = spawn(process.execPath, ["dist/cli.js", command, ...fixed, ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((listening, fail) => {
    child.once("exit", (code) => fail(new Error(`${command} ended with ${code}`)));
    createInterface(child.stdout).on("line", (line) => {
      if (JSON.parse(line).msg === "listening") listening();
    });
  });
  await wait(500); // further workers
  const stop = () =>
    new Promise((stopped) => {
      child.removeAllListeners("exit").once("exit", stopped);
      child.kill("SIGTERM");
    });
  return { port, stop, cpu: () => cpuOf(child.pid) };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/** @returns milliseconds of processor time of a process and its children */
function cpuOf(pid) {
  const [, rest] = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ");
  const fields = rest.split(" ");
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
  const own = (Number(fields[11]) + Number(fields[12])) * TICK;
  return children === "" ? own : children.split(" ").reduce((sum, child) => sum + cpuOf(child), own);
}

async function throughput(open, gateway, milliseconds) {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, open));
  const run = async (until) => {
    let count = 0;
    await Promise.all(
      clients.map(async ({ deliver }) => {
        for (; performance.now() < until; count++) await deliver();
      }),
    );
    return count;
  };
  await run(performance.now() + milliseconds / 2);
  const [start, cpu] = [performance.now(), gateway.cpu()];
  const count = await run(start + milliseconds);
  const speed = (count * 1000) / (performance.now() - start);
  const own = ((gateway.cpu() - cpu) * 1000) / count;
  for (const { close } of clients) close();
  return { speed, own };
}

function httpClient(port, octets) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const deliver = () =>
    new Promise((done, fail) => {
      const sent = request(
        { port, agent, method: "POST", path: "/verify", headers: { "content-type": "message/rfc822" } },
        (response) => {
          let text = "";
          response.on("data", (piece) => (text += piece));
          response.on("end", () => (text.includes('"result":"pass"') ? done() : fail(new Error(text))));
        },
      );
      sent.on("error", fail);
      sent.end(octets);
    });
  return { deliver, close: () => agent.destroy() };
}

async function milterClient(port, octets, { MilterClient }) {
  // Else each message waits 40 ms for an acknowledgement that is put off.
  const client = await (await MilterClient.open({ port, host: "127.0.0.1", noDelay: true })).connected();
  const steps = client.mta.message(octets.toString("latin1"));
  const deliver = async () => {
    const replies = await client.walk(steps);
    if (!replies.some(({ command }) => command === "i")) throw new Error("no field was put in front");
  };
  return { deliver, close: () => client.quit() };
}

async function smtpClient(port, octets, { Client }) {
  const client = new Client(port);
  await client.reply();
  await client.say("EHLO bench.example");
  const deliver = async () => {
    const reply = await client.deliver(octets.toString("latin1"), { greet: false });
    if (!reply.startsWith("250")) throw new Error(reply);
  };
  return { deliver, close: () => client.destroy() };
}
