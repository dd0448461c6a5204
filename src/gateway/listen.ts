import cluster from "node:cluster";
import { chmod, lstat, unlink } from "node:fs/promises";
import { connect, type ListenOptions, type Server } from "node:net";
import { formatAddress, type ListenAddress } from "./address.js";
import { GatewayError } from "./errors.js";

export interface ListenSettings {
  /** Permissions of a unix socket; default 0660. Whoever can connect can have mail signed. */
  readonly socketMode?: number;
}

const SOCKET_MODE = 0o660;
/** The first descriptor that systemd passes. sd_listen_fds(3) */
const FIRST_DESCRIPTOR = 3;

/**
 * Makes a server listen, also as one of several workers behind one socket.
 * @throws {GatewayError} `listen-failed`, with the address and the cause
 */
export async function listenOn(
  server: Server,
  address: ListenAddress,
  { socketMode = SOCKET_MODE }: ListenSettings = {},
): Promise<void> {
  try {
    await listening(server, await listenOptions(address));
    if (address.kind === "unix") await chmod(address.path, socketMode);
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    throw failed(address, cause instanceof Error ? cause.message : "unknown", { cause });
  }
}

function listening(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function listenOptions(address: ListenAddress): Promise<ListenOptions & { fd?: number }> {
  switch (address.kind) {
    case "inet":
      return { host: address.host, port: address.port };
    case "unix":
      // Workers share the socket that the first process holds.
      if (!cluster.isWorker) await removeStaleSocket(address);
      return { path: address.path };
    case "systemd":
      return { fd: activatedDescriptor(address) };
  }
}

/** Removes a dead process's socket; one that somebody listens on, or another kind of file, is left alone. */
async function removeStaleSocket(address: ListenAddress & { kind: "unix" }): Promise<void> {
  const found = await lstat(address.path).catch(() => null);
  if (found === null) return;
  if (!found.isSocket()) throw failed(address, "there is a file that is no socket");
  if (await answers(address.path)) throw failed(address, "another process listens there");
  await unlink(address.path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code !== "ECONNREFUSED");
    });
  });
}

/**
 * sd_listen_fds(3): descriptors from 3 on, passed to this process; a worker names its parent's, which the parent opens.
 */
function activatedDescriptor(address: ListenAddress & { kind: "systemd" }): number {
  const { LISTEN_PID, LISTEN_FDS = "0", LISTEN_FDNAMES = "" } = process.env;
  const owner = cluster.isWorker ? process.ppid : process.pid;
  const count = Number(LISTEN_PID) === owner ? Number(LISTEN_FDS) : 0;
  const names = LISTEN_FDNAMES.split(":").slice(0, count);
  const index = address.name === null ? (count === 1 ? 0 : -1) : names.indexOf(address.name);
  if (index >= 0 && index < count) return FIRST_DESCRIPTOR + index;
  // A unit that was changed has no socket until it is started again; the service is then started with none.
  const more = names.length > 0 ? ` (${names.join(", ")})` : "; cure: restart the .socket unit";
  throw failed(address, `systemd has passed ${count} sockets${more}`);
}

function failed(address: ListenAddress, why: string, options?: ErrorOptions): GatewayError {
  return new GatewayError("listen-failed", `cannot listen on ${formatAddress(address)}: ${why}`, options);
}
