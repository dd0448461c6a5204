import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as wire from "../../../src/gateway/milter/commands.js";
import { encodePacket, MAX_PACKET_OCTETS, PacketReader, ProtocolError } from "../../../src/gateway/milter/framing.js";
import { octetsOf } from "../../../src/message/octets.js";
import { uint32 } from "./mta.js";

const packet = fc.record({
  command: fc.constantFrom(...Object.values(wire.Command)),
  data: fc.uint8Array({ maxLength: 300 }),
});

/** Cuts octets at the given places. */
function cut(octets: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...[...places].map((place) => place % (octets.length + 1)).sort((a, b) => a - b), octets.length];
  return at.slice(1).map((end, i) => octets.slice(at[i], end));
}

describe("the reader of packets", () => {
  it("finds the same packets wherever the stream is cut", () => {
    fc.assert(
      fc.property(fc.array(packet), fc.array(fc.nat(5000)), (packets, places) => {
        const stream = Buffer.concat(packets.map(({ command, data }) => encodePacket(command, data)));
        const reader = new PacketReader();
        const read = cut(new Uint8Array(stream), places).flatMap((chunk) => reader.push(chunk));
        expect(read.map(({ command, data }) => ({ command, data: Array.from(data) }))).toEqual(
          packets.map(({ command, data }) => ({ command, data: Array.from(data) })),
        );
        expect(reader.isWithinPacket).toBe(false);
      }),
    );
  });

  it("throws nothing but a protocol error on garbage", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (chunks) => {
        const reader = new PacketReader();
        try {
          for (const chunk of chunks) reader.push(chunk);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });

  it("reads a packet of the largest size and refuses one octet more before it has come", () => {
    const largest = new Uint8Array(MAX_PACKET_OCTETS - 1);
    expect(new PacketReader().push(encodePacket("B", largest))[0]!.data.length).toBe(largest.length);
    expect(() => new PacketReader().push(uint32(MAX_PACKET_OCTETS + 1))).toThrow(ProtocolError);
  });

  it("puts a packet together that comes octet by octet", () => {
    const data = Uint8Array.from({ length: 200_000 }, (_, i) => i % 251);
    const reader = new PacketReader();
    const packets = Array.from(encodePacket("B", data)).flatMap((octet) => reader.push(Uint8Array.of(octet)));
    expect(packets).toHaveLength(1);
    expect(Buffer.from(packets[0]!.data).equals(data)).toBe(true);
  });

  it("refuses a packet without a command", () => {
    expect(() => new PacketReader().push(uint32(0))).toThrow(ProtocolError);
  });

  it("knows whether a packet has begun", () => {
    const reader = new PacketReader();
    reader.push(uint32(3));
    expect(reader.isWithinPacket).toBe(true);
    reader.push(octetsOf("Lab"));
    expect(reader.isWithinPacket).toBe(false);
  });
});

describe("the readers of what is in packets", () => {
  it.each([wire.decodeNegotiation, wire.decodeMacros, wire.decodeConnect, wire.decodeHeader, wire.decodeStrings])(
    "throw nothing but a protocol error on garbage: %o",
    (decode) => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 64 }), (data) => {
          try {
            decode(data);
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
          }
        }),
      );
    },
  );

  it("read the client's address with Postfix' spelling and with sendmail's", () => {
    const connect = (text: string) => wire.decodeConnect(octetsOf(text));
    expect(connect("host\x004\x30\x39192.0.2.7\0")).toBe("192.0.2.7");
    expect(connect("host\x006\x30\x39IPv6:2001:db8::7\0")).toBe("2001:db8::7");
    expect(connect("host\x006\x30\x392001:db8::7\0")).toBe("2001:db8::7");
    expect(connect("localhost\0L\x00\x00/run/x\0")).toBeNull();
    expect(connect("localhost\0U")).toBeNull();
    expect(connect("host\x004\x30\x39\0")).toBeNull();
    expect(connect("host\x004\x30\x39")).toBeNull();
    expect(connect("\x004\x30\x39192.0.2.7\0")).toBe("192.0.2.7");
  });

  it.each([
    ["a client without address family", () => wire.decodeConnect(octetsOf("host\0"))],
    ["a client whose name has no end", () => wire.decodeConnect(octetsOf("4\x30\x39192.0.2.7"))],
    ["a client of whom there is a name only", () => wire.decodeConnect(octetsOf("host"))],
    ["a field without value", () => wire.decodeHeader(octetsOf("From\0"))],
    ["a value without end", () => wire.decodeHeader(octetsOf("From\0 a@example.org"))],
    ["macros of no command", () => wire.decodeMacros(octetsOf(""))],
    ["a macro's value without end", () => wire.decodeMacros(octetsOf("Mi\x001"))],
  ])("refuse %s", (_, decode) => {
    expect(decode).toThrow(ProtocolError);
  });

  it("double percent signs in a reply of our own, which sendmail formats", () => {
    expect(Buffer.from(wire.encodeReplyCode("451 4.7.1 100% later")).toString("latin1")).toContain(
      "y451 4.7.1 100%% later\0",
    );
  });
});
