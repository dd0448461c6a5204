import fc from "fast-check";
import { expect } from "vitest";
import { encodePacket, PacketReader, ProtocolError, type Packet } from "../../src/gateway/milter/framing.js";
import { MilterSession } from "../../src/gateway/milter/session.js";
import { binaryString, octetsOf } from "../../src/message/octets.js";
import { makeService, PLAIN } from "../gateway/support.js";
import { Mta, packetsOf } from "../gateway/milter/mta.js";
import { fuzz, pieces } from "./campaign.js";

const mta = new Mta();
const NEGOTIATION = binaryString(mta.negotiation());
const service = makeService();
mta.negotiated(
  await new MilterSession(() => service, { messageTimeout: 1000 })
    .receive(packetsOf(mta.negotiation())[0]!)
    .then(({ replies }) => packetsOf(replies[0]!)[0]!),
);
const text = (steps: readonly { octets: Uint8Array }[]) => steps.map(({ octets }) => binaryString(octets)).join("");
const FORGED = `Authentication-Results: mx.example.net; dkim=pass header.d=bank.com\r\n${PLAIN}`;
const PARTS = [text(mta.connection()), text(mta.message(PLAIN, {})), text(mta.message(FORGED, { login: "alice" }))];
const packet = (command: string, data: string) => binaryString(encodePacket(command, octetsOf(data)));

function packetsIn(chunks: readonly string[]): { packets: Packet[]; fault: string | null } {
  const reader = new PacketReader();
  const packets: Packet[] = [];
  try {
    for (const chunk of chunks) packets.push(...reader.push(octetsOf(chunk)));
    return { packets, fault: null };
  } catch (error) {
    if (error instanceof ProtocolError) return { packets, fault: error.code };
    throw error;
  }
}

fuzz({
  name: "a milter connection of any octets ends with ProtocolError or is answered in whole packets, however it is cut",
  inputs: fc.array(fc.constantFrom(...PARTS), { maxLength: 3 }).map((parts) => NEGOTIATION + parts.join("")),
  words: [
    packet("A", ""),
    packet("N", ""),
    packet("E", ""),
    packet("Q", ""),
    packet("K", ""),
    packet("B", "body"),
    packet("L", "From\0a@bank.com\0"),
    packet("L", "X\0"),
    packet("M", "<a@example.org>\0"),
    packet("D", "Mi\0Q1\0"),
    packet("D", ""),
    packet("C", "h\x004\0\x19192.0.2.1\0"),
    "\0",
    "\0\0\0\x01",
    "\xff\xff\xff\xff",
    "E",
  ],
  async check(stream) {
    const { packets, fault } = packetsIn([stream]);
    const cut = packetsIn(pieces(stream));
    expect(cut.fault).toBe(fault);
    if (fault === null)
      expect(cut.packets.map(({ data, command }) => command + binaryString(data))).toEqual(
        packets.map(({ data, command }) => command + binaryString(data)),
      );
    const session = new MilterSession(() => service, { messageTimeout: 1000 });
    let said = "";
    try {
      for (const each of packets) {
        const { replies, close } = await session.receive(each);
        for (const reply of replies)
          said += packetsOf(reply)
            .map(({ command }) => command)
            .join("");
        if (close) break;
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      said += "!";
    } finally {
      session.abort();
    }
    expect(session.isBusy).toBe(false);
    return said.replace(/(.)\1+/g, "$1+").slice(0, 40) + (fault ?? "");
  },
});
