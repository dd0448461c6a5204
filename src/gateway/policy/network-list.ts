import { isIP } from "node:net";
import { peersOf } from "../address.js";

/** The networks of one prefix length. */
interface Level {
  readonly bits: number;
  readonly isIn: (address: string) => boolean;
  readonly isOut: (address: string) => boolean;
}

/**
 * IP addresses and networks. A leading `!` excludes. As in OpenDKIM, the narrower of two networks decides, and of two
 * equal ones the exclusion.
 */
export class NetworkList {
  readonly #levels: readonly Level[];

  /**
   * @param entries addresses, and networks in CIDR notation, each with or without `!` in front and square brackets
   * @throws {GatewayError} `address-invalid`
   */
  constructor(readonly entries: readonly string[]) {
    const byBits = new Map<number, { in: string[]; out: string[] }>();
    for (const entry of entries) {
      const isOut = entry.startsWith("!");
      const network = entry.slice(isOut ? 1 : 0).replace(/^\[([^\]]*)\]/, "$1");
      const bits = prefixOf(network);
      const level = byBits.get(bits) ?? { in: [], out: [] };
      (isOut ? level.out : level.in).push(network);
      byBits.set(bits, level);
    }
    this.#levels = [...byBits.entries()]
      .sort(([one], [other]) => other - one)
      .map(([bits, level]) => ({ bits, isIn: peersOf(level.in), isOut: peersOf(level.out) }));
  }

  /** An IPv4-mapped IPv6 address counts as IPv4; what is not an IP address is in no list. */
  has(address: string): boolean {
    for (const { isIn, isOut } of this.#levels) {
      if (isOut(address)) return false;
      if (isIn(address)) return true;
    }
    return false;
  }
}

/** A single address counts as the narrowest network. {@link peersOf} reports what is not a network. */
function prefixOf(network: string): number {
  const [address = "", prefix] = network.split("/");
  return prefix === undefined ? (isIP(address) === 4 ? 32 : 128) : Number(prefix);
}
