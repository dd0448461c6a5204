import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { describe, expect, it } from "vitest";
import { Connection } from "../../../src/gateway/milter/connection.js";
import { encodePacket } from "../../../src/gateway/milter/framing.js";
import { MilterSession } from "../../../src/gateway/milter/session.js";
import type { MessageService } from "../../../src/gateway/message.js";
import { Mta } from "./mta.js";

/** As many octets of packets as may wait for the session. */
const HIGH_WATER = 256 * 1024;
const PACKET_OVERHEAD = 128;

/** All that was begun and waits for nothing from outside is done. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A connection whose MTA and whose service are the test's. */
function held() {
  let goOn = (): void => undefined;
  const isRead = new Promise<void>((resolve) => (goOn = resolve));
  const edit: MessageService["edit"] = async (source) => {
    await isRead;
    for await (const piece of source as AsyncIterable<Uint8Array>) expect(piece.length).toBeGreaterThan(0);
    return { prepend: new Uint8Array(0), remove: [] };
  };
  const socket = new Duplex({
    read: () => undefined,
    write: (_, __, done) => {
      done();
    },
  });
  const service = { edit, annotate: edit, verify: () => Promise.reject(new Error("not asked")) };
  const session = new MilterSession(() => service, { messageTimeout: 30_000 });
  const errors: Error[] = [];
  new Connection(socket as unknown as Socket, session, {
    activeTimeout: 30_000,
    idleTimeout: 30_000,
    onError: (error) => errors.push(error),
    onClose: () => undefined,
  });
  socket.push(new Mta().negotiation());
  socket.push(encodePacket("N"));
  return { socket, errors, goOn };
}

describe("a connection whose message is not read", () => {
  it.each([
    [1, HIGH_WATER - PACKET_OVERHEAD],
    [64, HIGH_WATER / 64 - PACKET_OVERHEAD],
    [HIGH_WATER / PACKET_OVERHEAD, 0],
  ])("reads %i packets of %i octets ahead, not one octet more, and goes on when it is", async (count, octets) => {
    const { socket, errors, goOn } = held();
    await settled();
    for (let i = 0; i < count; i++) socket.push(encodePacket("B", new Uint8Array(octets)));
    await settled();
    expect(socket.isPaused()).toBe(false);
    socket.push(encodePacket("B"));
    await settled();
    expect(socket.isPaused()).toBe(true);
    goOn();
    await settled();
    expect(socket.isPaused()).toBe(false);
    expect(errors).toEqual([]);
    socket.destroy();
  });
});
