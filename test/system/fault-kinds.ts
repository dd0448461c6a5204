import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { FROM } from "./faults.js";
import { octets } from "./messages.js";
import type { Random } from "./random.js";
import type { Bind } from "./stack/bind.js";
import type { Gateway } from "./stack/gateway.js";
import { sendHalf } from "./stack/traffic.js";

/** Faults that are struck at random, each done with when its promise is. */

export async function standStill(gateway: Gateway, random: Random): Promise<void> {
  gateway.signal("SIGSTOP");
  await sleep(random.between(50, 500));
  gateway.signal("SIGCONT");
}

export async function takeAway(bind: Bind, random: Random): Promise<void> {
  await bind.stop();
  await sleep(random.between(0, 300));
  await bind.start();
}

export async function slowDown(bind: Bind, random: Random): Promise<void> {
  await bind.suspend();
  await sleep(random.between(50, 800));
  bind.resume();
}

const WHOLE = "From: <half@sender.example>\r\nSubject: half\r\n\r\nhalf a message";
/** Nothing may ever arrive there. */
export const HALF = "half@home.example";

/** @param port Postfix' */
export async function hangUp(port: number, random: Random): Promise<void> {
  await sendHalf(port, FROM, HALF, octets(WHOLE.slice(0, random.between(1, WHOLE.length))));
}

/** @param port the gateway's */
export async function makeNoise(port: number, random: Random): Promise<void> {
  const socket = silentSocket(port);
  socket.write(Buffer.from(Array.from({ length: random.between(1, 50) }, () => random.between(0, 255))));
  await Promise.race([once(socket, "close"), sleep(100)]);
  socket.destroy();
}

/** A peer that comes to nothing, and does not mind. */
export function silentSocket(port: number): Socket {
  return connect(port, "127.0.0.1").on("error", () => undefined);
}
