import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MessageContext } from "../../../src/gateway/message.js";
import { ClientReader } from "../../../src/gateway/smtp/client-reader.js";
import { replyOctets } from "../../../src/gateway/smtp/reply.js";
import { SmtpSession } from "../../../src/gateway/smtp/session.js";
import type { Editor } from "../../../src/gateway/smtp/transit.js";
import { binaryString, octetsOf } from "../../../src/message/octets.js";
import { AUTHSERV_ID, keptLog } from "../support.js";
import { MemoryHop } from "./memory-hop.js";

interface Course {
  /** What the client was answered. */
  readonly answers: string[];
  readonly hop: MemoryHop;
  isClosed: boolean;
}

function makeSession(hop: MemoryHop, contexts: MessageContext[] = []): SmtpSession {
  const edit: Editor["edit"] = (_, context) => {
    contexts.push(context);
    return Promise.resolve({ prepend: octetsOf("X-Ours: 1\r\n"), remove: [] });
  };
  return new SmtpSession(hop, {
    door: "proxy-in",
    service: () => ({ edit }),
    spool: { maxOctets: 1000 },
    hostname: AUTHSERV_ID,
    workTimeout: 60_000,
    log: keptLog().log,
  });
}

/** Opens the session. @returns what says a line to it */
async function spokenTo(session: SmtpSession) {
  await session.open();
  return (line: string) => session.receive({ kind: "line", line: { octets: octetsOf(`${line}\r\n`), fault: null } });
}

async function run(script: string, cuts: readonly number[], failsAt: number): Promise<Course> {
  const hop = new MemoryHop(failsAt);
  const session = makeSession(hop);
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
  it.each(["RSET", "EHLO c.example", "HELO c.example", "XCLIENT NAME=x"])(
    "has no transaction under way, and knows neither its client nor its sender, after %s",
    async (reset) => {
      const contexts: MessageContext[] = [];
      const session = makeSession(new MemoryHop(), contexts);
      const say = await spokenTo(session);
      await say("XFORWARD ADDR=192.0.2.7 IDENT=4ABC");
      await say("MAIL FROM:<a@example.org>");
      expect(session.isBusy).toBe(true);
      await say(reset);
      expect(session.isBusy).toBe(false);
      await say("DATA");
      expect(session.isBusy).toBe(true);
      await session.receive({ kind: "end-of-data" });
      expect(contexts).toMatchObject([{ clientAddress: null, envelopeSender: null }]);
      expect(contexts[0]!.id).not.toBe("4ABC");
      expect(session.isBusy).toBe(false);
    },
  );

  it("lets the next hop go at once where the client goes in the middle of a message", async () => {
    const hop = new MemoryHop();
    const session = makeSession(hop);
    const say = await spokenTo(session);
    await say("DATA");
    expect(hop.isOpen).toBe(true);
    session.abort();
    expect(hop.isOpen).toBe(false);
  });

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
