import { closeSync, mkdirSync, openSync } from "node:fs";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { join } from "node:path";

/** Below the range of outgoing connections (32768 and up), so that none of them takes a port before its server does. */
const FIRST = 12_000;
const COUNT = 20_000;

/** A port of 127.0.0.1 that is free for TCP and UDP, and that no other test file of this run is given. */
export async function freePort(folder: string): Promise<number> {
  const taken = join(folder, "ports");
  mkdirSync(taken, { recursive: true });
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if ((await isFree(port)) && reserve(join(taken, String(port)))) return port;
  }
}

function reserve(file: string): boolean {
  try {
    closeSync(openSync(file, "wx"));
    return true;
  } catch {
    return false;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  const datagrams = createSocket("udp4").bind(port, "127.0.0.1");
  try {
    await Promise.all([once(server, "listening"), once(datagrams, "listening")]);
    return true;
  } catch {
    return false;
  } finally {
    await Promise.all([closed(server), closed(datagrams)]);
  }
}

/** Closing what never listened is an error that says nothing. */
function closed(socket: { close: (done: () => void) => unknown }): Promise<void> {
  return new Promise((resolve) => {
    try {
      socket.close(() => {
        resolve();
      });
    } catch {
      resolve();
    }
  });
}

/** Whether somebody listens. */
export function accepts(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}
