import { Duplex } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Connection } from "../../../src/gateway/smtp/connection.js";
import { SmtpSession } from "../../../src/gateway/smtp/session.js";
import { MIN_OCTETS_PER_SECOND, TIMEOUTS } from "../../../src/gateway/smtp/timeouts.js";
import { octetsOf } from "../../../src/message/octets.js";
import { AUTHSERV_ID, keptLog } from "../support.js";
import { MemoryHop } from "./memory-hop.js";

/** A client may be silent for little more than a second: with one octet less each second that is used up in the time. */
const CLIENT_TIMEOUTS = { ...TIMEOUTS, clientBlock: 1200 };
const SECONDS = 200;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** All that was begun and waits for neither timers nor files is done. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A connection whose clock and client are the test's: no octet comes late because the machine is busy. */
class SlowClient {
  heard = "";
  readonly errors: string[] = [];
  readonly hop = new MemoryHop();
  readonly #socket: Duplex;

  constructor() {
    this.#socket = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _, done) => {
        this.heard += chunk.toString("latin1");
        done();
      },
    });
    const session = new SmtpSession(this.hop, {
      door: "proxy-in",
      service: () => ({ edit: () => Promise.resolve({ prepend: octetsOf(""), remove: [] }) }),
      spool: { maxOctets: 1_000_000 },
      hostname: AUTHSERV_ID,
      workTimeout: TIMEOUTS.work,
      log: keptLog().log,
    });
    new Connection(this.#socket, session, {
      timeouts: () => CLIENT_TIMEOUTS,
      onError: (reason) => this.errors.push(reason),
      onClose: () => undefined,
    });
  }

  async send(text: string): Promise<void> {
    this.heard = "";
    this.#socket.push(Buffer.from(text, "latin1"));
    await settled(); // what is kept in memory is kept by then
  }

  async answer(): Promise<string> {
    while (this.heard === "") await settled();
    return this.heard;
  }

  /** Begins a message, and sends so many octets of it each second until it is let go, or for {@link SECONDS}. */
  async drip(octets: number): Promise<void> {
    expect(await this.answer()).toMatch(/^220 /);
    await this.send("DATA\r\n");
    expect(await this.answer()).toMatch(/^354 /);
    for (let i = 0; i < SECONDS; i++) {
      await vi.advanceTimersByTimeAsync(1000);
      if (this.errors.length > 0) return;
      await this.send("x".repeat(octets - 2) + "\r\n");
    }
  }
}

describe("a client whose message comes slowly", () => {
  it("may take its time with MIN_OCTETS_PER_SECOND", async () => {
    const client = new SlowClient();
    await client.drip(MIN_OCTETS_PER_SECOND);
    await client.send(".\r\n");
    expect(await client.answer()).toMatch(/^250 .*queued/);
    expect(client.hop.taken[0]).toHaveLength(SECONDS * MIN_OCTETS_PER_SECOND + ".\r\n".length);
    expect(client.errors).toEqual([]);
  });

  it("is let go with one octet less, and the next hop has nothing of it", async () => {
    const client = new SlowClient();
    await client.drip(MIN_OCTETS_PER_SECOND - 1);
    expect(client.errors).toEqual(["the client took too long"]);
    expect(await client.answer()).toMatch(/^421 .*timeout/);
    expect(client.hop.taken).toEqual([]);
  });
});
