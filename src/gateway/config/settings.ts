import { hostname } from "node:os";
import { dirname, resolve } from "node:path";
import type { ListenAddress } from "../address.js";
import type { LogLevel } from "../log-level.js";
import type { ConfigFile } from "./schema.js";

/** A door's settings, in milliseconds and octets. undefined means the door's default. */
export interface DoorSettings {
  readonly listen: readonly ListenAddress[];
  /** Permissions of unix sockets. */
  readonly socketMode: number;
  readonly maxConnections: number | undefined;
}

/** IP addresses and networks that may connect. */
type AllowedPeers = readonly string[] | undefined;

export interface MilterSettings extends DoorSettings {
  readonly allowedPeers: AllowedPeers;
  readonly messageTimeout: number | undefined;
}

export interface HttpSettings extends DoorSettings {
  readonly tokenFile: string | undefined;
  readonly maxConcurrent: number | undefined;
  readonly deadline: number | undefined;
}

export interface ProxySettings extends DoorSettings {
  readonly allowedPeers: AllowedPeers;
  /** The next SMTP server. */
  readonly relay: ListenAddress & { readonly kind: "inet" | "unix" };
}

/** A gateway's settings without its keys and rules; all paths are absolute. */
export interface GatewaySettings {
  readonly authservId: string;
  /** `authservId` and all others that the readers trust. */
  readonly authservIds: readonly string[];
  readonly whenUnable: "tempfail" | "accept";
  readonly milter: MilterSettings | null;
  readonly http: HttpSettings | null;
  readonly proxyIn: ProxySettings | null;
  readonly proxyOut: ProxySettings | null;
  /** Octets of a message. */
  readonly maxOctets: number | undefined;
  readonly spoolFolder: string | undefined;
  readonly dns: { readonly servers: readonly string[] | undefined; readonly timeout: number | undefined };
  readonly logLevel: LogLevel;
  readonly verification: { readonly maxSignatures?: number };
  readonly signing: {
    readonly headerCanonicalization: "relaxed" | "simple" | undefined;
    readonly bodyCanonicalization: "relaxed" | "simple" | undefined;
    /** seconds */
    readonly expiresAfter: number | undefined;
    readonly alsoSign: readonly string[] | undefined;
  };
}

const SOCKET_MODE = 0o660;

/** @param path the configuration file's: other paths are relative to its folder */
export function settingsOf(file: ConfigFile, path: string): GatewaySettings {
  const authservId = file.authserv_id ?? hostname();
  const { milter, http, limits, spool, dns, signing } = file;
  return {
    authservId,
    authservIds: [...new Set([authservId, ...file.authserv_ids])],
    whenUnable: file.on_failure === "pass" ? "accept" : "tempfail",
    milter: milter
      ? {
          ...doorOf(milter),
          allowedPeers: milter.allowed_peers,
          messageTimeout: milliseconds(milter.message_timeout_seconds),
        }
      : null,
    http: http
      ? {
          ...doorOf(http),
          tokenFile: http.token_file && besides(path, http.token_file),
          maxConcurrent: http.max_concurrent,
          deadline: milliseconds(http.deadline_seconds),
        }
      : null,
    proxyIn: proxyOf(file.proxy_in),
    proxyOut: proxyOf(file.proxy_out),
    maxOctets: limits.message_bytes,
    spoolFolder: spool.folder && besides(path, spool.folder),
    dns: { servers: dns.servers, timeout: dns.timeout_ms },
    logLevel: file.log.level,
    verification: limits.signatures === undefined ? {} : { maxSignatures: limits.signatures },
    signing: {
      headerCanonicalization: signing.header_canonicalization,
      bodyCanonicalization: signing.body_canonicalization,
      expiresAfter: signing.expires_after_seconds,
      alsoSign: signing.also_sign,
    },
  };
}

/** Resolves a path that is relative to a file's folder. */
export function besides(file: string, path: string): string {
  return resolve(dirname(file), path);
}

function doorOf(door: NonNullable<ConfigFile["proxy_in"] | ConfigFile["milter"]>): DoorSettings {
  return { listen: door.listen, socketMode: door.socket_mode ?? SOCKET_MODE, maxConnections: door.max_connections };
}

function proxyOf(proxy: ConfigFile["proxy_in"]): ProxySettings | null {
  return proxy ? { ...doorOf(proxy), allowedPeers: proxy.allowed_peers, relay: proxy.relay } : null;
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
