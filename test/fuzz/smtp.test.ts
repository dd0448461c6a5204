import fc from "fast-check";
import { expect } from "vitest";
import { ClientReader } from "../../src/gateway/smtp/client-reader.js";
import { clientAttributesOf, senderOf, verbOf } from "../../src/gateway/smtp/command.js";
import { DataReader } from "../../src/gateway/smtp/data-reader.js";
import { stuffed } from "../../src/gateway/smtp/dot-stuffer.js";
import { SmugglingError } from "../../src/gateway/smtp/errors.js";
import { binaryString, octetsOf } from "../../src/message/octets.js";
import { fuzz, pieces } from "./campaign.js";

const START =
  "EHLO client.example\r\nXFORWARD ADDR=192.0.2.1 IDENT=4Xyz\r\nMAIL FROM:<alice@example.org>\r\nRCPT TO:<bob@example.net>\r\nDATA\r\n";
const CONTENTS = [
  "From: a@b.example\r\n\r\n..dot\r\nend\r\n.\r\n",
  "\r\n.\r\n",
  ".\r\n",
  "a\r\n.b\r\n\r\n.\r\nQUIT\r\n",
];

/** What the client says, where each DATA is answered 354. */
function read(chunks: readonly string[]): { events: string[]; contents: string[] } {
  const reader = new ClientReader();
  const events: string[] = [];
  const contents: string[] = [];
  let content = "";
  for (const chunk of chunks) {
    reader.push(octetsOf(chunk));
    for (let event = reader.next(); event !== null; event = reader.next()) {
      if (event.kind === "content") {
        content += binaryString(event.octets);
        continue;
      }
      if (event.kind === "end-of-data") contents.push(content);
      if (event.kind !== "line") events.push(`${event.kind} ${content}`);
      content = "";
      if (event.kind === "smuggling") return { events, contents };
      if (event.kind !== "line") continue;
      const line = event.line.octets === null ? null : binaryString(event.line.octets);
      events.push(line ?? event.line.fault ?? "");
      if (line !== null && verbOf(line) === "DATA") reader.enterData();
    }
  }
  return { events: [...events, content], contents };
}

/** What is sent on for a content: null where it is refused. */
async function wireOf(content: string): Promise<string | null> {
  async function* source() {
    for (const piece of pieces(content)) yield await Promise.resolve(octetsOf(piece));
  }
  let wire = "";
  try {
    for await (const piece of stuffed(source())) wire += binaryString(piece);
    return wire;
  } catch (error) {
    if (error instanceof SmugglingError) return null;
    throw error;
  }
}

fuzz({
  name: "SMTP is read alike in any pieces, and what is sent on holds no end of a message but its own, for any server",
  inputs: fc.array(fc.constantFrom(...CONTENTS), { maxLength: 3 }).map((all) => all.map((one) => START + one).join("")),
  words: [
    "\r\n.\r\n",
    "\n.\n",
    "\r.\r",
    "\n.\r\n",
    "\r\n.\n",
    "..",
    ".",
    "\r",
    "\n",
    "\0",
    "DATA\r\n",
    "RSET\r\n",
    "<",
    '"',
    "\\",
    "+3D",
    "=",
    "MAIL FROM:<>\r\n",
  ],
  async check(stream) {
    const { events, contents } = read([stream]);
    expect(read(pieces(stream))).toEqual({ events, contents });
    for (const event of events) {
      const sender = senderOf(event);
      expect(sender === null || event.includes(`<${sender}>`)).toBe(true);
      expect(clientAttributesOf(event).queueId ?? "").toMatch(/^[A-Za-z0-9]{0,64}$/);
    }
    const wires = await Promise.all(contents.map(wireOf));
    for (const [i, wire] of wires.entries()) {
      if (wire === null) throw new Error("what the reader takes is sent on");
      // RFC 5321 §2.3.8: some servers end the data at a dot between line ends of any kind.
      expect(`\r\n${wire}`.search(/(?:\r\n|\r|\n)\.(?:\r\n|\r|\n)/)).toBe(wire.length - 3);
      const again = new DataReader().read(octetsOf(wire), 0);
      expect([again.end, again.next]).toEqual(["complete", wire.length]);
      const content = contents[i]!;
      expect(binaryString(again.octets)).toBe(content.endsWith("\r\n") || content === "" ? content : `${content}\r\n`);
    }
    return events
      .map((event) => (event.length < 12 ? event : verbOf(event)))
      .join()
      .slice(0, 80);
  },
});
