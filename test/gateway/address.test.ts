import { describe, expect, it } from "vitest";
import { formatAddress, isLocal, LOOPBACK, parseAddress, peersOf } from "../../src/gateway/address.js";
import { GatewayError } from "../../src/gateway/errors.js";

describe("an address to listen on", () => {
  it.each([
    ["inet:8891@127.0.0.1", "127.0.0.1:8891"],
    ["inet:127.0.0.1:8891", "127.0.0.1:8891"],
    ["inet:8891", "127.0.0.1:8891"],
    ["inet6:8891@[::1]", "[::1]:8891"],
    ["[::1]:8891", "[::1]:8891"],
    ["mail.example.net:25", "mail.example.net:25"],
    ["unix:/run/dkimstatus/milter", "unix:/run/dkimstatus/milter"],
    ["local:/run/dkimstatus/milter", "unix:/run/dkimstatus/milter"],
    ["127.0.0.1:65535", "127.0.0.1:65535"],
    ["systemd", "systemd"],
    ["systemd:", "systemd"],
    ["systemd:milter", "systemd:milter"],
  ])("%s is %s", (text, address) => {
    expect(formatAddress(parseAddress(text))).toBe(address);
  });

  it.each([
    "",
    "inet:",
    "127.0.0.1",
    "inet:65536@127.0.0.1",
    "unix:milter",
    "xunix:/run/milter",
    "::1:25",
    "127.0.0.1:x",
    "127.0.0.1:25x",
  ])("%j is refused with what is allowed", (text) => {
    expect(() => parseAddress(text)).toThrow(GatewayError);
  });

  it.each([
    ["127.0.0.1:1", true],
    ["127.9.9.9:1", true],
    ["[::1]:1", true],
    ["localhost:1", true],
    ["unix:/x", true],
    ["0.0.0.0:1", false],
    ["[::]:1", false],
    ["192.0.2.1:1", false],
    ["localhost.example.net:1", false],
  ])("%s is for this machine only: %s", (text, local) => {
    expect(isLocal(parseAddress(text))).toBe(local);
  });
});

describe("a list of peers", () => {
  it("knows an IPv4 peer on an IPv6 socket", () => {
    expect(peersOf(LOOPBACK)("::ffff:127.0.0.1")).toBe(true);
    expect(peersOf(["192.0.2.0/24", "2001:db8::/32"])("::ffff:192.0.2.9")).toBe(true);
    expect(peersOf(["192.0.2.0/24", "2001:db8::/32"])("::ffff:192.0.3.9")).toBe(false);
  });

  it.each(["::1", "192.0.2.1", "not an address", ""])("does not hold %j", (peer) => {
    expect(peersOf(["198.51.100.0/24"])(peer)).toBe(false);
  });

  it.each(["192.0.2.0/33", "192.0.2.0/", "example.net", "2001:db8::/129", "192.0.2.0/-1"])("refuses %j", (network) => {
    expect(() => peersOf([network])).toThrow(GatewayError);
  });
});
