import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { sign, type SigningKey } from "../../src/index.js";
import { resultsIn } from "./arrived.js";
import { letter, octets } from "./messages.js";
import type { Gateway } from "./stack/gateway.js";
import { publishKey } from "./stack/keys.js";
import { peakOctets } from "./stack/process.js";
import type { Site } from "./stack/site.js";
import { arrivals, numbered, sendAll, sendHalf, type Numbered, type TrafficOptions } from "./stack/traffic.js";

/** A door under fault: mail goes in at `port`, and comes out in Dovecot. */
export interface FaultyDoor {
  readonly site: Site;
  readonly port: number;
  readonly gateway: Gateway;
}

/** What came of numbered mail, counted at both ends. */
export interface Tally {
  readonly lost: number[];
  /** Numbers of which more than one copy has arrived, with all copies. */
  readonly doubled: Map<number, Buffer[]>;
  /** Numbers of which a copy has not exactly one field, or one that says something else than the truth. */
  readonly wrong: number[];
}

export const FROM = "alice@sender.example";
export const NONE = /^mx\.home\.example; dkim=none$/;
export const PASS = /^mx\.home\.example; dkim=pass .*header\.d=sender\.example/;
export const TEMPERROR = /^mx\.home\.example; dkim=temperror /;

/** Numbered mail, every other message signed. */
export async function mixedMail(
  { senderKey }: Site,
  count: number,
  { key = senderKey, body = "Hello, again.\r\n".repeat(100) }: { key?: SigningKey; body?: string } = {},
): Promise<Numbered[]> {
  const letters = Array.from({ length: count }, (_, index) => letter({ mark: `m${index}`, body }));
  const prepared = letters.map(async (message, index) => {
    if (index % 2 === 1) return message;
    const { prepend } = await sign(message, { keys: [key] });
    return Buffer.concat([prepend, message]);
  });
  return numbered(await Promise.all(prepared));
}

/** Waits until mail has come to rest, and counts it. @param signedAs what the field of a signed message may say */
export async function tally(site: Site, to: string, mail: readonly Numbered[], signedAs = [PASS]): Promise<Tally> {
  const arrived = await arrivals(site.dovecot.mailbox(to), mail);
  const isTrue = (number: number, copy: Buffer) => {
    const results = resultsIn(copy);
    const allowed = number % 2 === 1 ? [NONE] : signedAs;
    return results.length === 1 && allowed.some((pattern) => pattern.test(results[0]!));
  };
  return {
    lost: mail.map(({ number }) => number).filter((number) => !arrived.has(number)),
    doubled: new Map([...arrived].filter(([, copies]) => copies.length > 1)),
    wrong: [...arrived].filter(([number, copies]) => !copies.every((copy) => isTrue(number, copy))).map(([n]) => n),
  };
}

export const NOTHING_WRONG: Tally = { lost: [], doubled: new Map(), wrong: [] };

/** Faults of the DNS: what the field says is temporary, and nothing is lost. */
export function outlivesTheDns(door: () => FaultyDoor): void {
  let recipients = 0;

  /** A key that no cache has seen. */
  function freshKey(): SigningKey {
    const { machine, bind } = door().site;
    recipients += 1;
    return publishKey(machine, bind, { domain: "sender.example", selector: `f${recipients}`, type: "ed25519" });
  }

  async function counted(count: number, key: SigningKey, signedAs: RegExp[]): Promise<Tally> {
    const { site, port } = door();
    recipients += 1;
    const to = `dns-${recipients}@home.example`;
    const mail = await mixedMail(site, count, { key });
    await sendAll(mail, { port, from: FROM, to });
    return tally(site, to, mail, signedAs);
  }

  it("BIND stopped: dkim=temperror, and dkim=pass once it is back; 0 lost, 0 doubled, 0 wrong", async () => {
    const { bind } = door().site;
    const key = freshKey();
    await bind.stop();
    try {
      expect(await counted(20, key, [TEMPERROR])).toEqual(NOTHING_WRONG);
    } finally {
      await bind.start();
    }
    expect(await counted(20, key, [PASS])).toEqual(NOTHING_WRONG);
  });

  it("BIND silent: dkim=temperror; 0 lost, 0 doubled, 0 wrong", async () => {
    const { bind } = door().site;
    const key = freshKey();
    await bind.suspend();
    try {
      expect(await counted(8, key, [TEMPERROR])).toEqual(NOTHING_WRONG);
    } finally {
      bind.resume();
    }
  });

  it("BIND slow: dkim=pass, or temperror where it was too slow; 0 lost, 0 doubled, 0 wrong", async () => {
    const { bind } = door().site;
    const key = freshKey();
    await bind.suspend();
    const resumed = sleep(1500).then(() => {
      bind.resume();
    });
    expect(await counted(20, key, [PASS, TEMPERROR])).toEqual(NOTHING_WRONG);
    await resumed;
  });

  it("BIND answering SERVFAIL: dkim=temperror, and dkim=pass after; 0 lost, 0 doubled, 0 wrong", async () => {
    const { bind } = door().site;
    const key = freshKey();
    bind.breakZone("sender.example");
    try {
      expect(await counted(20, key, [TEMPERROR])).toEqual(NOTHING_WRONG);
    } finally {
      bind.mendZone("sender.example");
    }
    expect(await counted(20, key, [PASS])).toEqual(NOTHING_WRONG);
  });
}

const MEGABYTE = 1024 * 1024;
/** What Node itself takes, and room for the messages that are under way. */
export const MEMORY_BOUND = 250 * MEGABYTE;

/** 60 MB of lines. */
export function largeBody(): string {
  const line = "0123456789".repeat(7) + "\r\n";
  return line.repeat((60 * MEGABYTE) / line.length);
}

/** Messages that are cut, or very large. */
export function outlivesItsClients(door: () => FaultyDoor): void {
  it("a client that sends half a message: nothing is delivered of it, and the next message is", async () => {
    const { site, port } = door();
    const to = "half@home.example";
    await sendHalf(port, FROM, to, octets("From: <alice@sender.example>\r\nSubject: half\r\n\r\nhal"));
    const mail = await mixedMail(site, 2);
    await sendAll(mail, { port, from: FROM, to });
    expect(await tally(site, to, mail)).toEqual(NOTHING_WRONG);
    expect(site.dovecot.mailbox(to).count()).toBe(2);
  });

  it("a message of 60 MB arrives whole, with its field, in bounded memory", async () => {
    const { site, port, gateway } = door();
    const to = "large@home.example";
    const mail = await mixedMail(site, 1, { body: largeBody() });
    await sendAll(mail, { port, from: FROM, to });
    expect(await tally(site, to, mail)).toEqual(NOTHING_WRONG);
    expect(peakOctets(gateway.pid)).toBeLessThan(MEMORY_BOUND);
  });
}

/**
 * Sends `mail` while the gateway is killed and started again, several times.
 * @param killsAt after so many messages that were accepted
 * @returns refusals that were felt
 */
export async function sendThroughKills(
  gateway: Gateway,
  mail: readonly Numbered[],
  killsAt: readonly number[],
  options: TrafficOptions,
): Promise<number> {
  let restarts = Promise.resolve();
  const restart = async () => {
    await gateway.kill();
    await sleep(300);
    await gateway.start();
  };
  const begin = () => {
    restarts = restarts.then(restart);
    return Promise.resolve();
  };
  const refusals = await sendThrough(new Map(killsAt.map((accepted) => [accepted, begin])), mail, options);
  await restarts;
  return refusals;
}

/**
 * Sends `mail`, and while it is on its way has things happen; nothing new is sent until they have.
 * @param events by the number of messages that were accepted before
 * @returns refusals that were felt
 */
export async function sendThrough(
  events: ReadonlyMap<number, () => Promise<void>>,
  mail: readonly Numbered[],
  options: TrafficOptions,
): Promise<number> {
  let happening = Promise.resolve();
  const onAccepted = (accepted: number) => {
    const event = events.get(accepted);
    if (event !== undefined) happening = happening.then(event);
    return happening;
  };
  return sendAll(mail, { ...options, onAccepted });
}
