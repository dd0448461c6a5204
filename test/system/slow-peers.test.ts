import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentSocket } from "./fault-kinds.js";
import { FaultTimes } from "./soak/fault-times.js";
import { NOTHING_WRONG } from "./soak/ledger.js";
import { startSoak, type SoakDoor, type SoakStack } from "./soak/lanes.js";
import { sampleProcesses } from "./soak/samples.js";
import { Traffic } from "./soak/traffic.js";
import { until } from "./stack/wait.js";

/** At each door; half of them drip, half of them do not read. Behind a proxy each holds one of Postfix' 100 processes. */
const SLOW_PEERS = 40;
/** Octets of questions that a peer asks without ever reading an answer. */
const UNREAD = 256 * 1024;
/** Milliseconds. */
const TRAFFIC = 8000;
const MEMORY_BOUND = 250 * 1024 * 1024;

let stack: SoakStack;

beforeAll(async () => {
  stack = await startSoak(1);
});

afterAll(() => stack.stop());

/** Peers that say one octet a second, or all at once. */
async function slowPeers({ question, gateway: { port } }: SoakDoor): Promise<Socket[]> {
  const sockets = Array.from({ length: SLOW_PEERS }, () => silentSocket(port));
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  for (const [index, socket] of sockets.entries()) {
    if (index % 2 === 0) void drip(socket.resume(), question);
    else socket.pause().write(Buffer.from(question.repeat(Math.floor(UNREAD / question.length)), "latin1"));
  }
  return sockets;
}

async function drip(socket: Socket, question: string): Promise<void> {
  for (let octet = 0; socket.writable; octet++) {
    socket.write(Buffer.from(question[octet % question.length]!, "latin1"));
    await sleep(1000);
  }
}

describe("peers of every door that are slow", () => {
  it("keep nobody's mail waiting, and leave neither memory nor descriptors behind", { timeout: 180_000 }, async () => {
    const { doors, lanes, postfixes } = stack;
    const idle = sampleProcesses(doors, 0);
    const peers = await Promise.all(doors.map(slowPeers));
    const traffic = new Traffic(lanes, 1);
    await traffic.run(TRAFFIC);
    for (const { octets } of sampleProcesses(doors, 0)) expect(octets).toBeLessThan(MEMORY_BOUND);
    for (const socket of peers.flat()) socket.destroy();
    for (const { name, ledger, log } of lanes) {
      const { accepted, lost, damaged, wrong, forged, doubles } = ledger.account(new FaultTimes(), log());
      expect({ name, lost, damaged, wrong, forged, doubles }).toEqual({ name, ...NOTHING_WRONG, doubles: [] });
      expect(accepted, name).toBeGreaterThan(0);
    }
    expect(traffic.refusals).toBe(0);
    for (const postfix of postfixes) await postfix.stop(); // its idle processes keep connections to a milter
    await until("the connections to be closed", () =>
      sampleProcesses(doors, 0).every(({ descriptors }, index) => descriptors <= idle[index]!.descriptors),
    );
  });
});
