/**
 * The milter protocol's packets: a 32-bit length in network order, one command octet (counted in the length), and data.
 * No sockets here.
 */

export interface Packet {
  /** One ASCII character. */
  readonly command: string;
  readonly data: Uint8Array;
}

/** What the peer sends is no milter protocol; the connection is of no further use. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code = "milter-protocol";
}

const LENGTH_OCTETS = 4;

/**
 * Octets of a packet. A body chunk has 65,535 and Postfix' header_size_limit is 102,400 for one header field; the rest
 * is room for larger settings, and the bound on what one connection can make us keep.
 */
export const MAX_PACKET_OCTETS = 1024 * 1024;

/** Cuts a stream of octets into packets. Keeps one unfinished packet at most. */
export class PacketReader {
  #chunks: Uint8Array[] = [];
  #held = 0;
  #length: number | null = null;

  /** Whether a packet has begun and not ended. */
  get isWithinPacket(): boolean {
    return this.#held > 0 || this.#length !== null;
  }

  /**
   * @param chunk octets as they arrive; must not be reused by the caller, because packets point into it
   * @returns the packets that it completes
   * @throws {ProtocolError} for a length out of bounds
   */
  push(chunk: Uint8Array): Packet[] {
    if (chunk.length > 0) this.#chunks.push(chunk);
    this.#held += chunk.length;
    const packets: Packet[] = [];
    for (let packet = this.#next(); packet !== null; packet = this.#next()) packets.push(packet);
    return packets;
  }

  #next(): Packet | null {
    this.#length ??= this.#readLength();
    if (this.#length === null || this.#held < this.#length) return null;
    const octets = this.#take(this.#length);
    this.#length = null;
    return { command: String.fromCharCode(octets[0]!), data: octets.subarray(1) };
  }

  #readLength(): number | null {
    if (this.#held < LENGTH_OCTETS) return null;
    const [a, b, c, d] = this.#take(LENGTH_OCTETS) as unknown as [number, number, number, number];
    const length = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
    if (length < 1 || length > MAX_PACKET_OCTETS) {
      throw new ProtocolError(`a packet of ${length} octets; 1 to ${MAX_PACKET_OCTETS} are allowed`);
    }
    return length;
  }

  /** Only where `count` octets are held. A packet within one chunk, the usual case, is not copied. */
  #take(count: number): Uint8Array {
    this.#held -= count;
    const first = this.#chunks[0]!;
    if (first.length >= count) {
      if (first.length === count) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(count);
      return first.subarray(0, count);
    }
    return this.#join(count);
  }

  #join(count: number): Uint8Array {
    const octets = new Uint8Array(count);
    let filled = 0;
    let whole = 0;
    while (filled < count) {
      const chunk = this.#chunks[whole]!;
      const part = chunk.subarray(0, count - filled);
      octets.set(part, filled);
      filled += part.length;
      if (part.length < chunk.length) this.#chunks[whole] = chunk.subarray(part.length);
      else whole++;
    }
    this.#chunks.splice(0, whole);
    return octets;
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
