import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import { readZone } from "../dns/zone.js";
import { nodeResolver } from "../dns/node.js";
import { createKeyLookup } from "./key-lookup.js";
import { readMailbox } from "./mailbox.js";
import { createDemoServer } from "./server.js";

/** The port of the mailbox, unless another program has it. */
const DEFAULT_PORT = 8600;

/** Milliseconds that a reader of the mailbox is kept waiting for a key outside the sample zone. */
const LOOKUP_TIMEOUT = 3_000;

const dist = fileURLToPath(new URL(".", import.meta.url));
const samples = `${dist}demo/samples`;
const server = createDemoServer({
  pages: `${dist}demo`,
  element: dist,
  mailbox: await readMailbox(samples),
  lookUpKey: createKeyLookup(
    readZone(readFileSync(`${samples}/zone.json`, "utf8"), "zone.json"),
    nodeResolver({ timeout: LOOKUP_TIMEOUT }),
  ),
});

const asked = process.env.PORT;
await listen(server, asked === undefined ? DEFAULT_PORT : Number(asked));
const { port } = server.address() as AddressInfo;
console.log(`The sample mailbox is at http://127.0.0.1:${port}/ (Ctrl-C ends it)`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}

/** On loopback only; on a free port if the wanted one is taken. */
async function listen(to: Server, wanted: number): Promise<void> {
  try {
    to.listen(wanted, "127.0.0.1");
    await once(to, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    to.listen(0, "127.0.0.1");
    await once(to, "listening");
  }
}
