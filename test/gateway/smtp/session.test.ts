import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClientReader } from "../../../src/gateway/smtp/client-reader.js";
import { replyOctets } from "../../../src/gateway/smtp/reply.js";
import { SmtpSession } from "../../../src/gateway/smtp/session.js";
import { binaryString, octetsOf } from "../../../src/message/octets.js";
import { AUTHSERV_ID, keptLog } from "../support.js";
import { MemoryHop } from "./memory-hop.js";

interface Course {
  /** What the client was answered. */
  readonly answers: string[];
  readonly hop: MemoryHop;
  isClosed: boolean;
}

async function run(script: string, cuts: readonly number[], failsAt: number): Promise<Course> {
  const hop = new MemoryHop(failsAt);
  const session = new SmtpSession(hop, {
    door: "proxy-in",
    service: () => ({ edit: () => Promise.resolve({ prepend: octetsOf("X-Ours: 1\r\n"), remove: [] }) }),
    spool: { maxOctets: 1000 },
    hostname: AUTHSERV_ID,
    workTimeout: 60_000,
    log: keptLog().log,
  });
  const reader = new ClientReader();
  const answers: string[] = [];
  const course: Course = { answers, hop, isClosed: false };
  const say = (answer: Awaited<ReturnType<SmtpSession["receive"]>>): void => {
    if (answer === null) return;
    answers.push(binaryString(replyOctets(answer.reply)));
    if (answer.then === "data") reader.enterData();
    course.isClosed = answer.then === "close";
  };
  say(await session.open());
  const octets = octetsOf(script);
  let at = 0;
  for (const length of [...cuts, octets.length]) {
    reader.push(octets.slice(at, at + length));
    at += length;
    for (let event = reader.next(); event !== null && !course.isClosed; event = reader.next())
      say(await session.receive(event));
    if (course.isClosed) break;
  }
  await session.dispose();
  return course;
}

const step = fc.constantFrom(
  "EHLO c.example\r\n",
  "MAIL FROM:<a@example.org>\r\n",
  "RCPT TO:<b@example.net>\r\n",
  "RSET\r\n",
  "BAD\r\n",
  "NOOP\n",
  "AUTH PLAIN\r\n",
  "DATA\r\nFrom: a@example.org\r\n\r\nHello\r\n..\r\nMAIL FROM:<c@evil.example>\r\n.\r\n",
  "DATA\r\n.\r\n",
  `DATA\r\n${"x".repeat(1200)}\r\n.\r\n`,
  "data\r\nFrom: a@example.org\r\n\n.\r\nMAIL FROM:<c@evil.example>\r\n.\r\n",
);
const script = fc.array(step, { maxLength: 12 }).map((steps) => steps.join("") + "QUIT\r\n");
const cuts = fc.array(fc.nat(60), { maxLength: 20 });

describe("a session of the proxy", () => {
  it("is the same however the octets arrive, and wherever the next hop fails", async () => {
    await fc.assert(
      fc.asyncProperty(script, cuts, fc.integer({ min: -1, max: 12 }), async (text, at, failsAt) => {
        const [whole, cut] = [await run(text, [], failsAt), await run(text, at, failsAt)];
        expect(cut.answers).toEqual(whole.answers);
        expect(cut.hop.commands).toEqual(whole.hop.commands);
        expect(cut.hop.taken).toEqual(whole.hop.taken);
      }),
    );
  });

  it("acknowledges just the messages that the next hop has taken, and passes on no line of a message as a command", async () => {
    await fc.assert(
      fc.asyncProperty(script, cuts, fc.integer({ min: -1, max: 12 }), async (text, at, failsAt) => {
        const { answers, hop, isClosed } = await run(text, at, failsAt);
        const acknowledged = answers.filter((answer) => answer.includes("queued as"));
        expect(acknowledged).toEqual(hop.taken.map((_, i) => `250 2.0.0 Ok: queued as ${i}\r\n`));
        for (const wire of hop.taken)
          expect([wire.slice(0, 11), wire.slice(-5)]).toEqual(["X-Ours: 1\r\n", "\r\n.\r\n"]);
        expect(hop.commands.filter((command) => command.includes("evil"))).toEqual([]);
        expect(isClosed).toBe(true); // by QUIT, if not before
      }),
    );
  });
});
