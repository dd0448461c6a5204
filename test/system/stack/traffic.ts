import { setTimeout as sleep } from "node:timers/promises";
import type { Mailbox } from "./mailbox.js";
import { send, SmtpClient, type Reply, type Submission } from "./smtp.js";
import { until } from "./wait.js";

/** A message that is found again at the other end by its number. */
export interface Numbered {
  readonly number: number;
  readonly message: Buffer;
}

export interface TrafficOptions extends Omit<Submission, "message"> {
  readonly port: number;
  /** SMTP clients that send side by side; default 8. */
  readonly clients?: number;
  /** Is told of each message that the server has taken over; the next one of this client waits for it. */
  readonly onAccepted?: (accepted: number) => unknown;
}

/** Milliseconds that a client waits before it tries again. */
const PAUSE = 50;
/** Milliseconds for a copy too many to arrive. */
const QUIET = 500;
/** In seconds; Postfix tries again what it could not deliver after two. */
const MINUTE = 60;
/** No fault of a test lasts that long, in milliseconds. */
const PATIENCE = 90_000;

/**
 * Sends all messages as a mail server does: what is not taken over with a 250 is sent again.
 * @returns how often that was so
 */
export async function sendAll(messages: readonly Numbered[], options: TrafficOptions): Promise<number> {
  const waiting = [...messages];
  let accepted = 0;
  let refusals = 0;
  const client = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const felt = await sendUntilAccepted(next.message, options);
      refusals += felt; // not in one step: other clients count meanwhile
      accepted += 1;
      await options.onAccepted?.(accepted);
    }
  };
  await Promise.all(Array.from({ length: options.clients ?? 8 }, client));
  return refusals;
}

function sendUntilAccepted(message: Uint8Array, { port, ...submission }: TrafficOptions): Promise<number> {
  return untilAccepted(() => send(port, { ...submission, message }));
}

/**
 * Repeats what a server may refuse for now until it answers 250.
 * @returns how often it did not
 * @throws where it refuses for good, or for too long
 */
export async function untilAccepted(attempt: () => Promise<Reply>): Promise<number> {
  const deadline = Date.now() + PATIENCE;
  let last = "no answer";
  for (let refusals = 0; Date.now() < deadline; refusals++) {
    const reply = await attempt().catch((error: unknown): Reply => {
      return { code: 0, lines: [String(error)] };
    });
    if (reply.code === 250) return refusals;
    if (reply.code >= 500) throw new Error(`refused for good: ${reply.code} ${reply.lines.join(" / ")}`);
    last = `${reply.code} ${reply.lines.join(" / ")}`;
    await sleep(PAUSE);
  }
  throw new Error(`a message was not accepted in ${PATIENCE} ms; the last answer was ${last}`);
}

/** Sends a part of a message, and hangs up. */
export async function sendHalf(port: number, from: string, to: string, part: Uint8Array): Promise<void> {
  const client = await SmtpClient.connect(port);
  await client.expect(250, "EHLO client.example");
  await client.expect(250, `MAIL FROM:<${from}>`);
  await client.expect(250, `RCPT TO:<${to}>`);
  await client.expect(354, "DATA");
  client.write(part);
  await sleep(PAUSE);
  client.destroy();
}

/** Puts numbers on top that {@link deliveries} reads. */
export function numbered(messages: readonly Uint8Array[]): Numbered[] {
  return messages.map((message, number) => ({ number, message: withNumber(number, message) }));
}

export function withNumber(number: number, message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`X-Number: ${number}\r\n`), message]);
}

/** NaN where there is none. */
export function numberOf(message: Buffer): number {
  return Number(/^X-Number: (\d+)\r?$/m.exec(message.toString("latin1"))?.[1] ?? Number.NaN);
}

/**
 * Waits until at least one copy of each message is there, and answers all.
 * @returns what is there after a minute, where some are missing
 */
export async function arrivals(mailbox: Mailbox, messages: readonly Numbered[]): Promise<Map<number, Buffer[]>> {
  const isWhole = async () => {
    // Copies too many are counted, too: only then are all of them read more than once.
    await mailbox.untilCount(messages.length, MINUTE);
    return deliveries(mailbox).size >= messages.length;
  };
  await until("all messages", isWhole, { seconds: MINUTE }).catch(() => undefined);
  await sleep(QUIET);
  return deliveries(mailbox);
}

/** What has arrived of numbered messages: by number, each of its copies. */
function deliveries(mailbox: Mailbox): Map<number, Buffer[]> {
  const byNumber = new Map<number, Buffer[]>();
  for (const message of mailbox.messages()) {
    const number = numberOf(message);
    byNumber.set(number, [...(byNumber.get(number) ?? []), message]);
  }
  return byNumber;
}
