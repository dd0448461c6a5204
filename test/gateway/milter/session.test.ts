import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { Command } from "../../../src/gateway/milter/commands.js";
import { ProtocolError, encodePacket, type Packet } from "../../../src/gateway/milter/framing.js";
import { MilterSession } from "../../../src/gateway/milter/session.js";
import type { MessageContext, MessageService } from "../../../src/gateway/message.js";
import { MAX_HEADER_OCTETS } from "../../../src/message/header.js";
import { binaryString } from "../../../src/message/octets.js";
import { eventually } from "../../support/eventually.js";
import { makeService, fieldsOf, heldResolver, keptLog, PLAIN, signedMessage } from "../support.js";
import {
  applyReplies,
  Mta,
  OLD_OFFER,
  packetsOf,
  POSTFIX_OFFER,
  strings,
  uint32,
  type Step,
  type Verdict,
} from "./mta.js";

const { log, lines } = keptLog();
const service = makeService({ log });
const OPTIONS = { messageTimeout: 30_000 };

function makeSession(of: MessageService = service): MilterSession {
  return new MilterSession(() => of, OPTIONS);
}

async function exchange(session: MilterSession, octets: Uint8Array): Promise<Packet[]> {
  const replies: Packet[] = [];
  for (const packet of packetsOf(octets)) {
    const answer = await session.receive(packet);
    replies.push(...answer.replies.flatMap((reply) => packetsOf(reply)));
  }
  return replies;
}

async function negotiated(session: MilterSession, offer = POSTFIX_OFFER): Promise<Mta> {
  const mta = new Mta(offer);
  const [answer] = await exchange(session, mta.negotiation());
  mta.negotiated(answer!);
  return mta;
}

/** Takes the steps, checks that each is answered exactly where the MTA waits, and gives the last one's replies. */
async function walk(session: MilterSession, steps: readonly Step[]): Promise<Packet[]> {
  let last: Packet[] = [];
  for (const { octets, awaits } of steps) {
    last = await exchange(session, octets);
    expect(last.length > 0).toBe(awaits);
  }
  return last;
}

async function deliver(
  text: string,
  { login, offer, of }: { login?: string; offer?: typeof POSTFIX_OFFER; of?: MessageService } = {},
): Promise<Verdict> {
  const session = makeSession(of);
  const mta = await negotiated(session, offer);
  await walk(session, mta.connection());
  const replies = await walk(session, mta.message(text, login === undefined ? {} : { login }));
  return applyReplies(text, replies, mta.steps);
}

interface Work {
  readonly context: MessageContext;
  text: string;
  /** Why it did not come whole. */
  error: unknown;
}

/** A service that changes nothing, and keeps what it was given. */
function watched(): { of: MessageService; works: Work[] } {
  const works: Work[] = [];
  const edit: MessageService["edit"] = async (source, context) => {
    const work: Work = { context, text: "", error: null };
    works.push(work);
    try {
      for await (const piece of source as AsyncIterable<Uint8Array>) work.text += binaryString(piece);
    } catch (error) {
      work.error = error;
      throw error;
    }
    return { prepend: new Uint8Array(0), remove: [] };
  };
  return { of: { edit, annotate: edit, verify: () => Promise.reject(new Error("not asked")) }, works };
}

beforeEach(() => {
  lines.length = 0;
});

describe("the option negotiation", () => {
  it("declines what it does not need, and waits for nothing that it may leave out", async () => {
    const mta = new Mta();
    const [answer] = await exchange(makeSession(), mta.negotiation());
    const { version, actions, steps } = mta.negotiated({ ...answer! });
    expect(version).toBe(6);
    expect(actions).toBe(0x11);
    expect(steps.toString(16)).toBe((0x02 | 0x08 | 0x80 | 0x100 | 0x200 | 0x1ff000).toString(16));
  });

  it("asks for no step that the MTA does not offer", async () => {
    const [answer] = await exchange(makeSession(), new Mta(OLD_OFFER).negotiation());
    const { version, steps } = new Mta(OLD_OFFER).negotiated(answer!);
    expect(version).toBe(2);
    expect(steps & ~OLD_OFFER.steps).toBe(0);
  });

  it("agrees on version 6 also with an MTA that has a later one", async () => {
    const mta = new Mta({ ...POSTFIX_OFFER, version: 7 });
    const [answer] = await exchange(makeSession(), mta.negotiation());
    expect(mta.negotiated(answer!).version).toBe(6);
  });

  const waited: [string, number, ...string[]][] = [
    ["C", 0x1000, "client.example", "U"],
    ["H", 0x2000, "client.example"],
    ["U", 0x20000, "HELP"],
    ["M", 0x4000, "<a@example.org>"],
    ["R", 0x8000, "<b@example.net>"],
    ["T", 0x10000],
    ["L", 0x80, "From", " a@example.org"],
    ["N", 0x40000],
    ["B", 0x80000, "body"],
  ];

  it.each(waited)("lets command %s be answered where the MTA waits for its answer alone", async (awaited, step) => {
    const session = makeSession();
    await negotiated(session, { ...POSTFIX_OFFER, steps: POSTFIX_OFFER.steps & ~step });
    for (const [command, , ...data] of waited) {
      const answers = await exchange(session, encodePacket(command, strings(...data)));
      expect(answers.map((answer) => answer.command)).toEqual(command === awaited ? ["c"] : []);
    }
    session.abort();
  });

  it("ends with an MTA that cannot change header fields, and with version 1", async () => {
    for (const offer of [uint32(6, 0x01, 0x1fffff), uint32(1, 0x1ff, 0x1fffff), uint32(6, 0x1ff)]) {
      await expect(exchange(makeSession(), encodePacket("O", offer))).rejects.toThrow(ProtocolError);
    }
  });

  it("must come first", async () => {
    await expect(exchange(makeSession(), encodePacket("M", strings("<>")))).rejects.toThrow(ProtocolError);
  });

  it("must not be followed by a command that the protocol does not have", async () => {
    const session = makeSession();
    await negotiated(session);
    await expect(exchange(session, encodePacket("Z"))).rejects.toThrow(ProtocolError);
  });
});

describe("a message", () => {
  it("that was signed with simple canonicalization passes: each octet of its header was rebuilt", async () => {
    const text = await signedMessage();
    const { reply, message } = await deliver(text);
    expect(reply).toBe("c");
    expect(fieldsOf(message, "Authentication-Results")).toEqual([
      expect.stringMatching(/^mx\.example\.net;\s*dkim=pass /),
    ]);
    expect(message.startsWith("Authentication-Results: mx.example.net;")).toBe(true);
    expect(message.endsWith(text)).toBe(true);
  });

  it("that is not signed gets dkim=none", async () => {
    const { message } = await deliver(PLAIN);
    expect(message).toBe("Authentication-Results: mx.example.net; dkim=none\r\n" + PLAIN);
  });

  it("without a body is answered", async () => {
    const { reply, message } = await deliver("From: a@example.org\r\n\r\n");
    expect(reply).toBe("c");
    expect(fieldsOf(message, "Authentication-Results")).toHaveLength(1);
  });

  it("of a user who may sign for its author is signed, and the signature passes", async () => {
    const { reply, message } = await deliver(PLAIN, { login: "alice" });
    expect(reply).toBe("c");
    expect(message.endsWith(PLAIN)).toBe(true);
    expect(fieldsOf(message, "DKIM-Signature")).toHaveLength(1);
    expect(fieldsOf((await deliver(message)).message, "Authentication-Results")).toEqual([
      expect.stringContaining("dkim=pass"),
    ]);
  });

  it("of a user who may not is verified", async () => {
    const { message } = await deliver(PLAIN, { login: "mallory" });
    expect(fieldsOf(message, "DKIM-Signature")).toEqual([]);
    expect(fieldsOf(message, "Authentication-Results")).toHaveLength(1);
    expect(lines.at(-1)).toMatchObject({ action: "annotated", unsigned: "sender-not-allowed" });
  });

  it.each([undefined, "alice"])("loses all forged fields, login %s", async (login) => {
    const forged =
      "Authentication-Results: mx.example.net; dkim=pass header.d=bank.example\r\n" +
      "authentication-results: other.example; spf=pass\r\n" +
      "AUTHENTICATION-RESULTS: mx2.example.net;\r\n\tdkim=pass header.d=bank.example\r\n" +
      "Received: from somewhere\r\n" +
      "Authentication-Results: \r\n" +
      "X-DKIM-Authentication-Results: pass\r\n" +
      "Authentication-Results: MX.Example.NET; dkim=pass\r\n";
    const { message } = await deliver(forged + PLAIN, login === undefined ? {} : { login });
    const [first, ...others] = fieldsOf(message, "Authentication-Results");
    if (login === undefined) {
      expect(first).toBe("mx.example.net; dkim=none");
      expect(others).toEqual(["other.example; spf=pass"]);
    } else {
      expect([first, ...others]).toEqual(["other.example; spf=pass"]);
    }
    expect(fieldsOf(message, "X-DKIM-Authentication-Results")).toEqual([]);
    expect(message.endsWith("Received: from somewhere\r\n" + PLAIN)).toBe(true);
  });

  it("is the same to an MTA of the oldest protocol version, which eats the leading space", async () => {
    const text = await signedMessage();
    const { message } = await deliver(text, { offer: OLD_OFFER });
    expect(message).toContain("dkim=pass");
    expect(message.endsWith(text)).toBe(true);
  });

  it("may have the last of its body in the packet of its end, as sendmail has it", async () => {
    const session = makeSession();
    const mta = await negotiated(session);
    const text = await signedMessage();
    const split = text.indexOf("\r\n\r\n") + 4;
    await walk(session, mta.message(text.slice(0, split)).slice(0, -1));
    const replies = await exchange(session, encodePacket("E", Buffer.from(text.slice(split), "latin1")));
    expect(applyReplies(text, replies, mta.steps).message).toContain("dkim=pass");
  });

  it("is logged by its queue id, in one line, without anything that it says", async () => {
    await deliver((await signedMessage()).replace("Hello", "hello"));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      door: "milter",
      id: "4XyZ1",
      action: "annotated",
      author: "example.org",
      state: "invalid",
      signers: [{ domain: "example.org", result: "fail", reason: "body-hash-mismatch" }],
    });
    expect(JSON.stringify(lines)).not.toMatch(/hello|subject|Alice|bob/i);
  });

  it("gets a temporary failure where the service cannot do its work", async () => {
    const broken = makeService({
      signingPolicy: {
        decide: () => {
          throw new Error("no policy");
        },
      },
    });
    expect(await deliver(PLAIN, { of: broken })).toEqual({ reply: "t", message: PLAIN });
  });

  it("is passed without the forged fields where that is configured", async () => {
    const broken = makeService({
      whenUnable: "accept",
      signingPolicy: {
        decide: () => {
          throw new Error("no policy");
        },
      },
    });
    const forged = "Authentication-Results: mx.example.net; dkim=pass\r\n";
    expect(await deliver(forged + PLAIN, { of: broken })).toEqual({ reply: "c", message: PLAIN });
  });

  it("with a header one octet over the limit is refused for good, and the next one is served", async () => {
    const session = makeSession();
    const mta = await negotiated(session);
    const forged = "Authentication-Results: mx.example.net; dkim=pass\r\n";
    const fill = `X-Fill: ${"x".repeat(1000)}\r\n`;
    const room = MAX_HEADER_OCTETS - forged.length - PLAIN.indexOf("\r\n\r\n") - 4;
    const rest = room % fill.length;
    const just = fill.repeat(Math.floor(room / fill.length)) + `X:${"x".repeat(rest - 4)}\r\n`;
    const over = just.replace("x", "xx");
    const refused = applyReplies("\r\n\r\n", await walk(session, mta.message(forged + over + PLAIN)), 0);
    expect(refused.reply).toMatch(/^y552 5\.3\.4 /);
    expect(session.isBusy).toBe(false);
    const largest = just + PLAIN.replace("\r\n\r\n", `\r\n${forged}\r\n`);
    expect(applyReplies(largest, await walk(session, mta.message(largest)), mta.steps)).toEqual({
      reply: "c",
      message: "Authentication-Results: mx.example.net; dkim=none\r\n" + just + PLAIN,
    });
  });

  it("with just so many forged fields loses them all, and with one more is refused for good", async () => {
    const forged = "Authentication-Results: mx.example.net; dkim=pass\r\n";
    expect(await deliver(forged.repeat(256) + PLAIN)).toMatchObject({
      reply: "c",
      message: "Authentication-Results: mx.example.net; dkim=none\r\n" + PLAIN,
    });
    expect((await deliver(forged.repeat(257) + PLAIN)).reply).toMatch(/^y554 5\.6\.0 /);
  });

  it("whose folded lines bring it over the limit is refused for good, too", async () => {
    const folded = `X-Folded:${"\r\n x".repeat(20_000)}\r\n`;
    const times = Math.floor(MAX_HEADER_OCTETS / folded.length);
    expect((await deliver(folded.repeat(times) + PLAIN)).reply).toBe("c");
    const rest = MAX_HEADER_OCTETS - folded.length * times;
    const { of, works } = watched();
    expect((await deliver(folded.repeat(times) + `X:${"x".repeat(rest)}\r\n` + PLAIN, { of })).reply).toMatch(/^y552 /);
    expect(works).toEqual([]);
  });

  it.each(["Subject: a\nFrom: b@example.net", "Sub\nject: a"])(
    "whose header would be read as another ends the connection: %j",
    async (field) => {
      const session = makeSession();
      const mta = await negotiated(session);
      const [name, value] = [field.slice(0, field.indexOf(":")), field.slice(field.indexOf(":") + 1)];
      await walk(session, mta.envelope({}));
      await exchange(session, encodePacket("L", strings(name, value)));
      await expect(exchange(session, encodePacket("N"))).rejects.toThrow(ProtocolError);
    },
  );
});

describe("a connection", () => {
  it("tells the service who submits a message, and forgets it where another client's follows", async () => {
    const { of, works } = watched();
    const session = makeSession(of);
    const mta = await negotiated(session);
    await walk(session, mta.connection());
    await walk(session, mta.message(PLAIN, { queueId: "A1", login: "alice", sender: '"a<>b"@example.org' }));
    await walk(session, mta.message(PLAIN, { queueId: "A2", login: "", sender: "" }));
    await walk(session, mta.message("X-Aborted: 1\r\n\r\n", { login: "alice" }).slice(0, 2));
    await exchange(session, encodePacket("A"));
    await walk(session, mta.message(PLAIN, { queueId: "A3", sender: "" }));
    await exchange(session, encodePacket("K"));
    await walk(session, mta.content(PLAIN));
    await exchange(session, encodePacket("D", Buffer.from("C"), strings("{client_addr}", "192.0.2.9")));
    await walk(session, mta.message(PLAIN, { sender: "" }));
    const first = { door: "milter", clientAddress: "192.0.2.77", daemonName: "smtpd" };
    const other = { door: "milter", login: null, clientAddress: null, daemonName: null };
    expect(works.map(({ context }) => ({ ...context, signal: undefined }))).toEqual([
      { ...first, id: "A1", login: "alice", envelopeSender: '"a<>b"@example.org' },
      { ...first, id: "A2", login: null, envelopeSender: "" },
      { ...first, id: "A3", login: null, envelopeSender: "" },
      { ...other, id: "-", envelopeSender: null },
      { ...other, id: "4XyZ1", clientAddress: "192.0.2.9", envelopeSender: "" },
    ]);
  });

  it.each(["M", "A", "K", "Q"])("breaks the message off that is under way at %s", async (command) => {
    const { of, works } = watched();
    const session = makeSession(of);
    const mta = await negotiated(session);
    await walk(session, mta.message("X-First: 1\r\n\r\nbody\r\n").slice(0, -1));
    const isMail = command === "M";
    await exchange(session, encodePacket(command, ...(isMail ? [strings("<>")] : [])));
    expect(works[0]!.context.signal!.aborted).toBe(true);
    await eventually(() => {
      expect(works[0]!.error).toMatchObject({ code: "aborted" });
    });
    expect(session.isBusy).toBe(isMail);
  });

  it("breaks off what takes too long, and has the message sent again", async () => {
    const { of, works } = watched();
    const session = new MilterSession(() => of, { messageTimeout: 1 });
    const mta = await negotiated(session);
    const steps = mta.message(PLAIN);
    await walk(session, steps.slice(0, -1));
    await eventually(() => {
      expect(works[0]!.error).toMatchObject({ code: "deadline" });
    });
    expect(works[0]!.context.signal!.aborted).toBe(true);
    expect(applyReplies(PLAIN, await walk(session, steps.slice(-1)), mta.steps).reply).toBe("t");
  });

  it("carries nothing of a message over into the next one, even if nobody has ended it", async () => {
    const { of, works } = watched();
    const session = makeSession(of);
    const mta = await negotiated(session);
    await walk(session, mta.message("X-First: 1\r\n\r\n", { login: "alice" }).slice(0, -4)); // up to its field
    await walk(session, mta.message(PLAIN, { sender: "bob@example.net" }));
    expect(works).toMatchObject([{ text: PLAIN, context: { login: null, envelopeSender: "bob@example.net" } }]);
  });

  it.each([["M"], ["M", "<a@example.org>"], ["L", "From", " a@example.org"], ["N"], ["B", "a body"]])(
    "is busy from the first packet of a message to its answer: %s",
    async (command, ...data) => {
      const session = makeSession(watched().of);
      await negotiated(session);
      expect(session.isBusy).toBe(false);
      await exchange(session, encodePacket(command, strings(...data)));
      expect(session.isBusy).toBe(true);
      await exchange(session, encodePacket("E"));
      expect(session.isBusy).toBe(false);
    },
  );

  it("ends if a field comes after the end of the header", async () => {
    const session = makeSession();
    await negotiated(session);
    await exchange(session, encodePacket("N"));
    await expect(exchange(session, encodePacket("L", strings("From", " a")))).rejects.toThrow(ProtocolError);
  });

  it("carries many messages, each with its own macros", async () => {
    const session = makeSession();
    const mta = await negotiated(session);
    await walk(session, mta.connection());
    for (const [queueId, login, action] of [
      ["A1", "alice", "signed"],
      ["A2", undefined, "annotated"],
      ["A3", "alice", "signed"],
    ] as const) {
      await walk(session, mta.message(PLAIN, { queueId, ...(login !== undefined && { login }) }));
      expect(lines.at(-1)).toMatchObject({ id: queueId, action });
    }
  });

  it("forgets a login with the SMTP connection, and with an aborted message", async () => {
    for (const command of ["A", "K"]) {
      const session = makeSession();
      const mta = await negotiated(session);
      await walk(session, mta.connection());
      await walk(session, mta.envelope({ login: "alice" }));
      await exchange(session, encodePacket(command));
      // No MAIL command, as an MTA that is not Postfix might have it.
      await walk(session, mta.content(PLAIN));
      expect(lines.at(-1)).toMatchObject({ action: "annotated" });
    }
  });

  it("goes on after a message that was aborted at any step", async () => {
    const session = makeSession();
    const mta = await negotiated(session);
    const text = await signedMessage();
    const all = mta.message(text);
    for (let steps = 0; steps < all.length; steps++) {
      await walk(session, all.slice(0, steps));
      expect(await exchange(session, encodePacket("A"))).toEqual([]);
      expect(session.isBusy).toBe(false);
    }
    expect(applyReplies(text, await walk(session, all), mta.steps).message).toContain("dkim=pass");
  });

  it("is over after QUIT", async () => {
    const session = makeSession();
    expect((await session.receive({ command: "Q", data: new Uint8Array(0) })).close).toBe(true);
  });

  it("that breaks while a key is looked up cancels the lookup, and answers nothing", async () => {
    const { resolver, asked } = heldResolver();
    const session = makeSession(makeService({ resolver }));
    const mta = await negotiated(session);
    const steps = mta.message(await signedMessage());
    await walk(session, steps.slice(0, -1));
    const end = exchange(session, steps.at(-1)!.octets);
    await asked;
    session.abort();
    expect(await end).toEqual([]);
  });

  it("does not take the body faster than it is read", async () => {
    let read = 0;
    let goOn = (): void => undefined;
    const slow: MessageService = {
      annotate: (source, context) => service.annotate(source, context),
      verify: (source, context) => service.verify(source, context),
      edit: async (source) => {
        for await (const piece of source as AsyncIterable<Uint8Array>) {
          read += piece.length;
          await new Promise<void>((resolve) => (goOn = resolve));
        }
        return { prepend: new Uint8Array(0), remove: [] };
      },
    };
    const session = makeSession(slow);
    const mta = await negotiated(session);
    await walk(session, mta.envelope({}));
    let taken = false;
    const header = exchange(session, encodePacket("N")).then(() => (taken = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect({ read, taken }).toEqual({ read: 2, taken: false });
    goOn();
    await header;
    expect(taken).toBe(true);
    session.abort();
  });

  it("throws nothing but a protocol error, whatever the packets are", async () => {
    const packet = fc.record({
      command: fc.oneof(fc.constantFrom(...Object.values(Command)), fc.string({ minLength: 1, maxLength: 1 })),
      data: fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(strings("From", " a@example.org"), strings("X", "\n y"), strings("i", "1")),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { maxLength: 30 }), async (packets) => {
        const session = makeSession();
        await negotiated(session);
        try {
          for (const each of packets) await session.receive(each);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
        session.abort();
      }),
    );
  });
});
