import type { Duplex } from "node:stream";

/**
 * Writes, no faster than the peer reads.
 * @param timeout milliseconds for the peer to make room
 * @returns whether it has; also true if the connection is closed, which is reported elsewhere
 */
export function writeTo(socket: Duplex, octets: Uint8Array, timeout: number): Promise<boolean> {
  if (socket.write(octets) || socket.destroyed) return Promise.resolve(true);
  return new Promise((resolve) => {
    const finish = (isWritten: boolean): void => {
      clearTimeout(timer);
      socket.off("drain", goOn).off("close", goOn);
      resolve(isWritten);
    };
    const goOn = (): void => {
      finish(true);
    };
    const timer = setTimeout(() => {
      finish(false);
    }, timeout);
    socket.on("drain", goOn).on("close", goOn);
  });
}
