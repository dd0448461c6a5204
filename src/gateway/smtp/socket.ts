import type { Duplex } from "node:stream";

/**
 * Writes, no faster than the peer reads.
 * @param timeout milliseconds in which the peer must have made room
 * @returns whether it has; true also where the connection is closed, which is told elsewhere
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
