import { BlockList, isIP } from "node:net";
import { GatewayError } from "./errors.js";

/** Where a door listens. */
export type ListenAddress =
  | { readonly kind: "inet"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string }
  /** A socket that systemd has opened already; by its FileDescriptorName=, or the only one. */
  | { readonly kind: "systemd"; readonly name: string | null };

const FORMS = "HOST:PORT, inet:PORT@HOST, inet:HOST:PORT, unix:/PATH, or systemd:NAME";

/**
 * Reads an address in the forms that Postfix (`inet:HOST:PORT`), sendmail and OpenDKIM (`inet:PORT@HOST`) have.
 * @throws {GatewayError} `address-invalid`
 */
export function parseAddress(text: string): ListenAddress {
  const [, scheme = "inet", rest = text] = /^(inet6?|unix|local|systemd):(.*)$/s.exec(text) ?? [];
  switch (text === "systemd" ? text : scheme) {
    case "systemd":
      return { kind: "systemd", name: text === "systemd" || rest === "" ? null : rest };
    case "unix":
    case "local":
      if (rest.startsWith("/")) return { kind: "unix", path: rest };
      throw invalid(text, "a socket's path begins with a slash");
    default:
      return inetAddress(text, rest);
  }
}

function inetAddress(text: string, rest: string): ListenAddress {
  const sendmail = /^([0-9]+)(?:@(.+))?$/.exec(rest);
  const postfix = /^(?:\[([^\]]+)\]|([^:@]+)):([0-9]+)$/.exec(rest);
  const host = sendmail !== null ? (sendmail[2] ?? "127.0.0.1") : (postfix?.[1] ?? postfix?.[2]);
  const port = Number(sendmail?.[1] ?? postfix?.[3]);
  if (host === undefined) throw invalid(text, `it is none of ${FORMS}`);
  if (port > 65_535) throw invalid(text, "a port is 65535 at the most");
  return { kind: "inet", host: host.replace(/^\[(.*)\]$/, "$1"), port };
}

function invalid(text: string, why: string): GatewayError {
  return new GatewayError("address-invalid", `cannot listen on ${JSON.stringify(text)}: ${why}`);
}

/** Whether only this machine can reach it. Host names other than `localhost` count as reachable from elsewhere. */
export function isLocal(address: ListenAddress): boolean {
  if (address.kind !== "inet") return true;
  return address.host === "localhost" || peersOf(LOOPBACK)(address.host);
}

export const LOOPBACK: readonly string[] = ["127.0.0.0/8", "::1"];

/**
 * @param networks IP addresses, and networks in CIDR notation
 * @returns the test whether an IP address is one of them; an IPv4-mapped IPv6 address counts as IPv4
 * @throws {GatewayError} `address-invalid`
 */
export function peersOf(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    const family = isIP(address);
    const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix);
    if (family === 0 || !/^[0-9]{1,3}$/.test(prefix ?? "0") || bits > (family === 4 ? 32 : 128)) {
      throw new GatewayError(
        "address-invalid",
        `${JSON.stringify(network)} is no IP address or network (ADDRESS/BITS)`,
      );
    }
    list.addSubnet(address, bits, family === 4 ? "ipv4" : "ipv6");
  }
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 4 ? "ipv4" : "ipv6");
  };
}

/** @returns the address as a person writes it */
export function formatAddress(address: ListenAddress): string {
  switch (address.kind) {
    case "inet":
      return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
    case "unix":
      return `unix:${address.path}`;
    case "systemd":
      return address.name === null ? "systemd" : `systemd:${address.name}`;
  }
}
