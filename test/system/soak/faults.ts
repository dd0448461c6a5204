import { setTimeout as sleep } from "node:timers/promises";
import { hangUp, makeNoise, silentSocket, slowDown, standStill, takeAway } from "../fault-kinds.js";
import type { Random } from "../random.js";
import { childrenOf } from "../stack/process.js";
import type { FaultTimes } from "./fault-times.js";
import type { SoakStack } from "./lanes.js";

type Fault = (stack: SoakStack, random: Random) => Promise<void>;

const SLOW_CLIENTS = 6;
/** Milliseconds that they stay, and that pass between two octets. */
const SLOW_FOR = 3000;
const DRIP = 200;

const FAULTS: Readonly<Record<string, Fault>> = {
  /** The one that runs longest is spared: what it keeps in memory is what a leak would be seen in. */
  "a worker is killed": ({ doors }, random) => {
    const workers = childrenOf(random.pick(doors).gateway.pid);
    if (workers.length > 1) process.kill(workers.at(-1)!, "SIGKILL");
    return Promise.resolve();
  },
  "a door stands still": ({ doors }, random) => standStill(random.pick(doors).gateway, random),
  "a door reads its settings again": ({ doors }, random) => {
    process.kill(random.pick(doors).gateway.pid, "SIGHUP");
    return Promise.resolve();
  },
  "a client hangs up in the middle": ({ incomingPorts }, random) => hangUp(random.pick(incomingPorts), random),
  "a client of the HTTP hook hangs up in the middle": async ({ hookPort }, random) => {
    const socket = silentSocket(hookPort);
    const request =
      "POST /annotate HTTP/1.1\r\nHost: x\r\nContent-Type: message/rfc822\r\nContent-Length: 5000\r\n\r\nFrom: h";
    socket.write(request.slice(0, random.between(1, request.length)));
    await sleep(50);
    socket.destroy();
  },
  "clients are slow": async ({ doors }, random) => {
    const { gateway, question } = random.pick(doors);
    const sockets = Array.from({ length: SLOW_CLIENTS }, () => silentSocket(gateway.port));
    // Half of them drip, half of them ask much and do not read.
    const [dripping, deaf] = [sockets.slice(0, SLOW_CLIENTS / 2), sockets.slice(SLOW_CLIENTS / 2)];
    for (const socket of dripping) socket.resume();
    for (const socket of deaf) socket.pause().write(Buffer.from(question.repeat(2000), "latin1"));
    for (let octet = 0; octet < SLOW_FOR / DRIP; octet++) {
      for (const socket of dripping) socket.write(Buffer.from(question[octet % question.length]!, "latin1"));
      await sleep(DRIP);
    }
    for (const socket of sockets) socket.destroy();
  },
  "somebody connects, says little, and goes": ({ doors }, random) => makeNoise(random.pick(doors).gateway.port, random),
};

const DNS_FAULTS: Readonly<Record<string, Fault>> = {
  "BIND is away": ({ site }, random) => takeAway(site.bind, random),
  "BIND stands still": ({ site }, random) => slowDown(site.bind, random),
  "BIND answers SERVFAIL": async ({ site }, random) => {
    site.bind.breakZone("sender.example");
    await sleep(random.between(200, 2000));
    site.bind.mendZone("sender.example");
  },
};

/** Milliseconds between two faults. */
const PAUSE = { min: 1000, max: 5000 };

export interface Striking {
  /** Where it is noted when the DNS is at fault. */
  readonly dnsFaults: FaultTimes;
  readonly onFault: (fault: string) => void;
  /** Ends it, after the fault of the moment. */
  readonly signal: AbortSignal;
}

/** Strikes one fault after the other until it is told to end. */
export async function strikeAtRandom(
  stack: SoakStack,
  random: Random,
  { dnsFaults, onFault, signal }: Striking,
): Promise<void> {
  for (;;) {
    await sleep(random.between(PAUSE.min, PAUSE.max), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const fault = random.pick([...Object.keys(FAULTS), ...Object.keys(DNS_FAULTS)]);
    onFault(fault);
    if (fault in FAULTS) await FAULTS[fault]!(stack, random);
    else await dnsFaults.during(() => DNS_FAULTS[fault]!(stack, random));
  }
}
