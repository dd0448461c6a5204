import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FROM, mixedMail, NOTHING_WRONG, tally } from "./faults.js";
import { startMilter } from "./milter-stack.js";
import { startIncoming } from "./proxy-stack.js";
import type { Gateway } from "./stack/gateway.js";
import { openDescriptors, residentOctets } from "./stack/process.js";
import { startSite, type Site } from "./stack/site.js";
import { sendAll } from "./stack/traffic.js";
import { until } from "./stack/wait.js";

interface Door {
  readonly gateway: Gateway;
  readonly port: number;
}

const DOORS: Readonly<Record<string, (site: Site) => Promise<Door>>> = {
  milter: (site) => startMilter(site),
  proxy: (site) => startIncoming(site, "before the queue"),
};

/** The beginning of a conversation that is then carried on octet by octet. */
const OPENINGS: Readonly<Record<string, Buffer>> = {
  // SMFIC_OPTNEG, version 6, all actions, all steps.
  milter: Buffer.from("0000000d4f00000006000001ff001fffff", "hex"),
  proxy: Buffer.from("EHLO slow.example\r\n"),
};

/** So many drip, and so many do not read: together more connections than a proxy and the Postfix behind it have. */
const SLOW_PEERS = 60;
/** Octets that a peer sends without ever reading an answer. */
const UNREAD = 256 * 1024;
const MEGABYTE = 1024 * 1024;

describe.each(Object.keys(DOORS))("peers of the %s that are slow", (name) => {
  let site: Site;
  let door: Door;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    site = await startSite("slow-peers");
    door = await DOORS[name]!(site);
  });

  afterAll(() => site.machine.stop());

  async function peer(): Promise<Socket> {
    const socket = connect(door.gateway.port, "127.0.0.1");
    socket.on("error", () => undefined);
    await once(socket, "connect");
    sockets.push(socket);
    return socket;
  }

  it("keep nobody's mail back for long, and leave neither memory nor descriptors behind", async () => {
    const { pid } = door.gateway;
    const idle = openDescriptors(pid);
    for (let index = 0; index < SLOW_PEERS; index++) (await peer()).resume().write(OPENINGS[name]!.subarray(0, 3));
    for (let index = 0; index < SLOW_PEERS; index++) {
      const deaf = (await peer()).pause();
      const opening = OPENINGS[name]!;
      deaf.write(Buffer.concat(Array<Buffer>(Math.floor(UNREAD / opening.length)).fill(opening)));
    }
    let octet = 3;
    const dripping = setInterval(() => {
      for (const socket of sockets.slice(0, SLOW_PEERS)) {
        if (socket.writable) socket.write(OPENINGS[name]!.subarray(octet, octet + 1));
      }
      octet += 1;
    }, 1000);
    const to = "others@home.example";
    const mail = await mixedMail(site, 40);
    await sendAll(mail, { port: door.port, from: FROM, to });
    expect(await tally(site, to, mail)).toEqual(NOTHING_WRONG);
    clearInterval(dripping);
    expect(residentOctets(pid)).toBeLessThan(250 * MEGABYTE);
    for (const socket of sockets) socket.destroy();
    // Postfix keeps a connection to a milter for each of its own idle processes.
    const kept = name === "milter" ? 20 : 0;
    await until("the connections to be closed", () => openDescriptors(pid) <= idle + kept);
  });
});
