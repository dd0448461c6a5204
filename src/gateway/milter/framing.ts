/**
 * The milter protocol's packets: a 32-bit length in network order, one command octet (counted in the length), and data.
 * No sockets here.
 */

export interface Packet {
  /** One ASCII character. */
  readonly command: string;
  readonly data: Uint8Array;
}

/** What the peer sends is not the milter protocol; the connection is of no further use. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code = "milter-protocol";
}

const LENGTH_OCTETS = 4;
const EMPTY = new Uint8Array(0);

/**
 * Octets of a packet. A body chunk has 65,535, and a header field at most Postfix' header_size_limit of 102,400; the
 * rest is room for larger settings. It bounds the memory that one connection can take.
 */
export const MAX_PACKET_OCTETS = 1024 * 1024;

/** Cuts a stream of octets into packets. Keeps at most one unfinished packet, and only as much of it as has arrived. */
export class PacketReader {
  readonly #length = new Uint8Array(LENGTH_OCTETS);
  #lengthRead = 0;
  /** Octets that the packet has, its command included. */
  #expected = 0;
  #octets = EMPTY;
  #octetsRead = 0;

  /** Whether a packet has begun and not ended. */
  get isWithinPacket(): boolean {
    return this.#lengthRead > 0;
  }

  /**
   * @param chunk octets as they arrive; the caller must not reuse them, because packets refer to them
   * @returns the packets that it completes
   * @throws {ProtocolError} for a length out of bounds
   */
  push(chunk: Uint8Array): Packet[] {
    const packets: Packet[] = [];
    for (let rest = chunk; rest.length > 0;) {
      if (this.#lengthRead < LENGTH_OCTETS) {
        rest = this.#readLength(rest);
        continue;
      }
      const missing = this.#expected - this.#octetsRead;
      const octets = this.#complete(rest.subarray(0, missing));
      if (octets !== null) packets.push(this.#packet(octets));
      rest = rest.subarray(missing);
    }
    return packets;
  }

  /** @returns what follows the length */
  #readLength(chunk: Uint8Array): Uint8Array {
    const part = chunk.subarray(0, LENGTH_OCTETS - this.#lengthRead);
    this.#length.set(part, this.#lengthRead);
    this.#lengthRead += part.length;
    if (this.#lengthRead === LENGTH_OCTETS) {
      this.#expected = new DataView(this.#length.buffer).getUint32(0);
      if (this.#expected < 1 || this.#expected > MAX_PACKET_OCTETS) {
        throw new ProtocolError(`a packet of ${this.#expected} octets; 1 to ${MAX_PACKET_OCTETS} are allowed`);
      }
    }
    return chunk.subarray(part.length);
  }

  /**
   * @returns the whole packet, or null if more is to come. A packet that comes in one piece, as usual, is not copied.
   */
  #complete(part: Uint8Array): Uint8Array | null {
    if (part.length === this.#expected) return part;
    const length = this.#octetsRead + part.length;
    if (length > this.#octets.length) {
      const larger = new Uint8Array(Math.min(this.#expected, Math.max(length, 2 * this.#octets.length)));
      larger.set(this.#octets.subarray(0, this.#octetsRead));
      this.#octets = larger;
    }
    this.#octets.set(part, this.#octetsRead);
    this.#octetsRead = length;
    return length === this.#expected ? this.#octets : null;
  }

  #packet(octets: Uint8Array): Packet {
    this.#lengthRead = 0;
    this.#octets = EMPTY;
    this.#octetsRead = 0;
    return { command: String.fromCharCode(octets[0]!), data: octets.subarray(1) };
  }
}

/** @returns one packet as octets */
export function encodePacket(command: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = 1 + parts.reduce((sum, part) => sum + part.length, 0);
  const octets = new Uint8Array(LENGTH_OCTETS + length);
  new DataView(octets.buffer).setUint32(0, length);
  octets[LENGTH_OCTETS] = command.charCodeAt(0);
  let at = LENGTH_OCTETS + 1;
  for (const part of parts) {
    octets.set(part, at);
    at += part.length;
  }
  return octets;
}
